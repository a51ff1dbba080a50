# SPDX-License-Identifier: Apache-2.0
"""The flavor extra specs in the ``ec2:`` scope.

``ec2:instance_type``
    exactly this instance type, whatever the flavor's vCPUs and memory say
``ec2:architecture``
    ``x86_64`` or ``arm64``; the AMI must have the same
``ec2:bare_metal``, ``ec2:accelerated``, ``ec2:mac``
    ``true`` chooses among bare metal types, among types with GPUs or other
    accelerators, among Macs; without it such types are never chosen

An unknown key in the scope is refused: a typing error would otherwise quietly
cost money.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from oslo_utils import strutils

from nova_ec2 import exceptions

SCOPE = 'ec2:'
KNOWN = frozenset({'instance_type', 'architecture', 'bare_metal',
                   'accelerated', 'mac'})


@dataclasses.dataclass(frozen=True, slots=True)
class Wishes:
    """What a flavor asks of the instance type, read from its extra specs.

    :param flavor_name: for messages
    :param memory_mib: memory in MiB
    :param instance_type: '' lets the package choose
    :param architecture: '' takes the AMI's
    """

    flavor_name: str
    vcpus: int
    memory_mib: int
    instance_type: str = ''
    architecture: str = ''
    bare_metal: bool = False
    accelerated: bool = False
    mac: bool = False


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
            + ', '.join(SCOPE + key for key in sorted(KNOWN)))

    def flag(key: str) -> bool:
        return _flag(flavor.name, key, specs.get(key, 'false'))

    return Wishes(
        flavor_name=flavor.name, vcpus=flavor.vcpus,
        memory_mib=flavor.memory_mb,
        instance_type=specs.get('instance_type', ''),
        architecture=specs.get('architecture', ''),
        bare_metal=flag('bare_metal'), accelerated=flag('accelerated'),
        mac=flag('mac'))


def _extra_specs(flavor: Any) -> Mapping[str, str]:
    if 'extra_specs' not in flavor:
        return {}
    return flavor.extra_specs or {}


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
