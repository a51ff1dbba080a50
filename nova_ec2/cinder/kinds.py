# SPDX-License-Identifier: Apache-2.0
"""What a Cinder volume type asks of EBS.

Extra specs of our own begin with ``ebs:``; ``multiattach`` is Cinder's.
"""

import dataclasses
import difflib
from collections.abc import Mapping

from nova_ec2 import exceptions as exc
from nova_ec2.models.volume import TYPES

PREFIX = 'ebs:'

_SHARED = ('io1', 'io2')
_WITH_IOPS = ('gp3', 'io1', 'io2')
_NEED_IOPS = ('io1', 'io2')
_TRUE = {'<is> true': True, 'true': True, '<is> false': False,
         'false': False}


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Parameters of CreateVolume, and of ModifyVolume but for the last two.

    :param iops: 0 takes the type's default
    :param throughput: MiB a second, 0 takes the type's default
    :param encrypted: None leaves it to the account's default
    """

    volume_type: str
    iops: int = 0
    throughput: int = 0
    encrypted: bool | None = None
    kms_key_id: str = ''
    multi_attach: bool = False


def kind(specs: Mapping[str, str], default_type: str,
         default_key: str = '') -> Kind:
    """Read the extra specs of a volume type.

    :param specs: {} for a volume without a type
    :raises RequestRefused: names the extra spec and what it may be
    """
    ours = {key.removeprefix(PREFIX): value for key, value in specs.items()
            if key.startswith(PREFIX)}
    _check_known(ours)
    made = Kind(
        volume_type=ours.get('type', default_type),
        iops=_number(ours, 'iops'),
        throughput=_number(ours, 'throughput'),
        encrypted=_truth(ours, 'encrypted'),
        kms_key_id=ours.get('kms_key', default_key or ''),
        multi_attach=_truth(specs, 'multiattach') or False)
    if made.encrypted is None and 'kms_key' in ours:
        made = dataclasses.replace(made, encrypted=True)
    if not made.encrypted:
        made = dataclasses.replace(made, kms_key_id='')
    _check_consistent(made)
    return made


def _check_known(ours: Mapping[str, str]) -> None:
    known = ('type', 'iops', 'throughput', 'encrypted', 'kms_key')
    for name in ours:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0)[0]
            raise exc.RequestRefused(
                f'the volume type has the extra spec {PREFIX}{name}, which '
                f'is unknown; the nearest is {PREFIX}{near}')


def _check_consistent(made: Kind) -> None:
    name = made.volume_type
    if name not in TYPES:
        raise exc.RequestRefused(
            f'{PREFIX}type is {name}; EBS has {", ".join(TYPES)}')
    if made.iops and name not in _WITH_IOPS:
        raise exc.RequestRefused(
            f'{PREFIX}iops is for {", ".join(_WITH_IOPS)}, and the volume '
            f'is to be {name}')
    if name in _NEED_IOPS and not made.iops:
        raise exc.RequestRefused(
            f'a volume of type {name} needs the extra spec {PREFIX}iops')
    if made.throughput and name != 'gp3':
        raise exc.RequestRefused(
            f'{PREFIX}throughput is for gp3, and the volume is to be {name}')
    if made.multi_attach and name not in _SHARED:
        raise exc.RequestRefused(
            f'several servers can have volumes of type '
            f'{" and ".join(_SHARED)} only, and this is to be {name}: set '
            f'{PREFIX}type')


def _number(specs: Mapping[str, str], name: str) -> int:
    text = specs.get(name, '0')
    if not text.isdecimal():
        raise exc.RequestRefused(
            f'the extra spec {PREFIX}{name} is {text!r}, not a number')
    return int(text)


def _truth(specs: Mapping[str, str], name: str) -> bool | None:
    if name not in specs:
        return None
    text = specs[name].strip().lower()
    if text not in _TRUE:
        raise exc.RequestRefused(
            f'the extra spec {name} is {specs[name]!r}, neither true nor '
            f'false')
    return _TRUE[text]
