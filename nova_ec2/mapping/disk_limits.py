# SPDX-License-Identifier: Apache-2.0
"""How fast a server's disks are, from the flavor.

A gp3 volume does what it was made with: 3000 I/O operations and 125 MiB a
second, or more, and never less or more than that. So Nova's limits
``quota:disk_total_iops_sec`` and ``quota:disk_total_bytes_sec`` become what
the volumes are made with, as ``ec2:volume_iops`` and ``ec2:volume_throughput``
do. What EC2 cannot hold a volume to is refused and not passed over: reads
and writes apart, less than gp3's least, other types of volumes.

"Amazon EBS General Purpose SSD volumes", Amazon EBS User Guide.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs
from nova_ec2.models.extra_specs import BY_NAME
from nova_ec2.models.launch import Disk

_LEAST_IOPS = BY_NAME['volume_iops'].least or 0
_IOPS_A_GIB = 500
_IOPS_A_MIB = 4
"""EC2 gives a volume a quarter of a MiB a second for each operation."""

_MIB = 1024 * 1024
_APART = ('quota:disk_read_', 'quota:disk_write_')
_TOTAL_IOPS = 'quota:disk_total_iops_sec'
_TOTAL_BYTES = 'quota:disk_total_bytes_sec'


@dataclasses.dataclass(frozen=True, slots=True)
class Speed:
    """What each volume is made with; 0 leaves it to EC2.

    :param iops: I/O operations a second
    :param throughput: MiB a second
    """

    iops: int = 0
    throughput: int = 0


def of_flavor(flavor: Any) -> Speed:
    """Read a flavor (:class:`nova.objects.Flavor`).

    :raises FlavorRefused: EC2 cannot hold a volume to it
    """
    wishes = extra_specs.wishes(flavor)
    specs = (flavor.extra_specs or {}) if 'extra_specs' in flavor else {}
    _refuse_others(flavor.name, specs)
    iops = _one_of(flavor.name, 'volume_iops', wishes.volume_iops,
                   _TOTAL_IOPS, _quota(flavor.name, specs, _TOTAL_IOPS, 1))
    throughput = _one_of(
        flavor.name, 'volume_throughput', wishes.volume_throughput,
        _TOTAL_BYTES, _quota(flavor.name, specs, _TOTAL_BYTES, _MIB))
    needed = throughput * _IOPS_A_MIB
    if iops and iops < needed:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} asks for {throughput} MiB/s and {iops} '
            f'I/O operations a second, but EC2 needs {needed} operations for '
            f'so much')
    return Speed(max(iops, needed if needed > _LEAST_IOPS else 0),
                 throughput)


def apply(flavor: Any, speed: Speed, disks: tuple[Disk, ...],
          root_gib: int) -> tuple[Disk, ...]:
    """The disks, each made as fast as asked for.

    The root must be large enough; further disks that are too small for the
    speed get as much as their size allows.

    :param disks: the root first
    :param root_gib: size of the root where its ``size_gib`` is 0
    :raises FlavorRefused: the volumes are not gp3, or the root is too small
    """
    if speed == Speed():
        return disks
    root = disks[0]
    others = sorted({disk.volume_type for disk in disks} - {'gp3'})
    if others:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} limits the speed of its disks, which EC2 '
            f'does for gp3 volumes, not for {others[0]} ([ec2] volume_type)')
    most = most_iops(root.size_gib or root_gib)
    if speed.iops > most:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} asks for {speed.iops} I/O operations a '
            f'second, but a gp3 volume of {root.size_gib or root_gib} GiB '
            f'has at most {most}; the root disk needs '
            f'{math.ceil(speed.iops / _IOPS_A_GIB)} GiB')
    return tuple(_made(disk, speed, most_iops(disk.size_gib or root_gib))
                 for disk in disks)


def most_iops(size_gib: int) -> int:
    """What a gp3 volume of a size can have."""
    most = BY_NAME['volume_iops'].most or 0
    return max(_LEAST_IOPS, min(most, size_gib * _IOPS_A_GIB))


def _made(disk: Disk, speed: Speed, most: int) -> Disk:
    return dataclasses.replace(
        disk, iops=min(speed.iops, most),
        throughput=min(speed.throughput, most // _IOPS_A_MIB))


def _quota(flavor_name: str, specs: Mapping[str, str], name: str,
           unit: int) -> int:
    """One of Nova's limits in EC2's unit, 0 where there is none."""
    text = str(specs.get(name, '0')).strip()
    key = BY_NAME['volume_iops' if unit == 1 else 'volume_throughput']
    least, most = key.least or 0, key.most or 0
    if not text.isdecimal():
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {name} is {text!r}, which is '
            f'no whole number')
    asked = int(text)
    if asked and not least <= asked // unit <= most:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {name} is {asked}, but EC2 '
            f'can hold a volume to {least * unit} to {most * unit} only')
    return asked // unit


def _one_of(flavor_name: str, key: str, own: int, quota_name: str,
            quota: int) -> int:
    if own and quota and own != quota:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra specs {extra_specs.SCOPE}{key} '
            f'and {quota_name} contradict each other')
    return own or quota


def _refuse_others(flavor_name: str, specs: Mapping[str, str]) -> None:
    apart = sorted(name for name, value in specs.items()
                   if name.startswith(_APART) and value != '0')
    if apart:
        raise exceptions.FlavorRefused(
            f'flavor {flavor_name}: extra spec {apart[0]} limits reads or '
            f'writes alone, which EC2 cannot do; use {_TOTAL_IOPS} and '
            f'{_TOTAL_BYTES}')
