# SPDX-License-Identifier: Apache-2.0
"""The flavor extra specs in the ``ec2:`` scope, read.

Which there are and what they mean is in :mod:`nova_ec2.models.extra_specs`.
An unknown key in the scope is refused: a typing error would otherwise quietly
cost money.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any

from oslo_utils import strutils

from nova_ec2 import exceptions
from nova_ec2.models import extra_specs as known_keys
from nova_ec2.models import market as markets

SCOPE = known_keys.SCOPE
KNOWN = frozenset(known_keys.BY_NAME)


@dataclasses.dataclass(frozen=True, slots=True)
class Wishes:
    """What a flavor asks of the instance type, read from its extra specs.

    :param flavor_name: for messages
    :param memory_mib: memory in MiB
    :param instance_type: '' lets the package choose
    :param architecture: '' takes the AMI's
    :param placement_strategy: '' takes the server group policy's
    :param volume_iops: of each gp3 volume, 0 for EC2's default
    :param volume_throughput: MiB/s of each gp3 volume, 0 for EC2's default
    :param encrypted: whether volumes are; None leaves it to the account
    :param market: the markets allowed; empty takes ``[ec2] market``
    :param spot_replacement: '' takes ``[ec2] spot_replacement``
    """

    flavor_name: str
    vcpus: int
    memory_mib: int
    instance_type: str = ''
    architecture: str = ''
    placement_strategy: str = ''
    bare_metal: bool = False
    accelerated: bool = False
    mac: bool = False
    hibernation: bool = False
    volume_iops: int = 0
    volume_throughput: int = 0
    encrypted: bool | None = None
    market: tuple[str, ...] = ()
    spot_replacement: str = ''


def wishes(flavor: Any) -> Wishes:
    """Read a flavor (:class:`nova.objects.Flavor`).

    :raises FlavorRefused: a key of the scope is unknown or a value wrong
    """
    specs = _in_scope(_extra_specs(flavor))
    unknown = sorted(set(specs) - KNOWN)
    if unknown:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} has the unknown extra spec '
            f'{SCOPE}{unknown[0]}; known are '
            + ', '.join(SCOPE + key for key in _likest(unknown[0])))

    def flag(key: str) -> bool:
        return _flag(flavor.name, key, specs.get(key, 'false'))

    return Wishes(
        flavor_name=flavor.name, vcpus=flavor.vcpus,
        memory_mib=flavor.memory_mb,
        instance_type=specs.get('instance_type', ''),
        architecture=specs.get('architecture', ''),
        placement_strategy=_choice(flavor.name, 'placement_strategy', specs),
        bare_metal=flag('bare_metal'), accelerated=flag('accelerated'),
        mac=flag('mac'), hibernation=flag('hibernation'),
        volume_iops=_number(flavor.name, 'volume_iops', specs),
        volume_throughput=_number(flavor.name, 'volume_throughput', specs),
        encrypted=flag('encrypted') if 'encrypted' in specs else None,
        market=_markets(flavor.name, specs),
        spot_replacement=_choice(flavor.name, 'spot_replacement', specs))


def _extra_specs(flavor: Any) -> Mapping[str, str]:
    if 'extra_specs' not in flavor:
        return {}
    return flavor.extra_specs or {}


def _likest(unknown: str) -> list[str]:
    """The known ones; Nova shows the first 255 characters of a fault."""
    like = difflib.get_close_matches(unknown, sorted(KNOWN))
    return [*like, *sorted(KNOWN.difference(like))]


def _in_scope(extra_specs: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(SCOPE): str(value).strip()
            for key, value in extra_specs.items() if key.startswith(SCOPE)}


def _flag(flavor_name: str, key: str, value: str) -> bool:
    try:
        return strutils.bool_from_string(value, strict=True)
    except ValueError:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {SCOPE}{key} is {value!r}, '
            f'which is neither true nor false') from None


def _choice(flavor_name: str, name: str, specs: Mapping[str, str]) -> str:
    """One of its key's choices, '' where it is not there."""
    value, choices = specs.get(name, ''), known_keys.BY_NAME[name].choices
    if value and value not in choices:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {SCOPE}{name} is {value!r}, '
            f'which is none of {", ".join(choices)}')
    return value


def _markets(flavor_name: str, specs: Mapping[str, str]) -> tuple[str, ...]:
    if 'market' not in specs:
        return ()
    try:
        return markets.parse(specs['market'])
    except ValueError:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {SCOPE}market is '
            f'{specs["market"]!r}, which is none of on-demand, spot and '
            f'spot,on-demand') from None


def _number(flavor_name: str, name: str, specs: Mapping[str, str]) -> int:
    """A whole number within its key's limits, 0 where it is not there."""
    if name not in specs:
        return 0
    key = known_keys.BY_NAME[name]
    least, most = key.least or 0, key.most or 0
    value = specs[name]
    if not value.isdecimal() or not least <= int(value) <= most:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {SCOPE}{name} is {value!r}, '
            f'which is no whole number from {least} to {most}')
    return int(value)
