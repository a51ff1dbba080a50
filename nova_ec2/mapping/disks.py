# SPDX-License-Identifier: Apache-2.0
"""Root, swap and ephemeral disks become EBS volumes made with the server.

Swap and ephemeral disks are blank volumes: EC2's instance store comes with
the type and not by size, and would not survive a stop as Nova's does.
"""

import math
from collections.abc import Mapping
from typing import Any

from nova.virt import driver

from nova_ec2 import exceptions
from nova_ec2.mapping import devices, volumes
from nova_ec2.models.image import Image
from nova_ec2.models.launch import Disk

_LARGEST_GIB = {'gp3': 65536, 'gp2': 16384, 'standard': 1024}
_MIB_PER_GIB = 1024


def disks(flavor: Any, image: Image,
          block_device_info: Mapping[str, Any] | None,
          volume_type: str = 'gp3') -> tuple[Disk, ...]:
    """The volumes to make with the server, the root first.

    :param flavor: :class:`nova.objects.Flavor`; disks in GB, swap in MB,
        which Nova means as GiB and MiB
    :param block_device_info: as Nova hands it to spawn, or None
    :param volume_type: EBS type of all of them
    :raises FlavorRefused: a disk is smaller or larger than EC2 can make it
    :raises ImageRefused: the AMI's root is not on EBS
    """
    if volumes.root_volume(block_device_info) is None:
        root = _root(flavor, image, volume_type)
    else:
        # The AMI's, as it is: the Cinder volume takes its place.
        root = Disk(device_name=image.root_device_name, size_gib=0,
                    volume_type=volume_type)
    swap = _swap(flavor, block_device_info)
    further = [*_ephemerals(flavor, block_device_info),
               *([swap] if swap else [])]
    names = devices.names([name for name, _size in further],
                          root.device_name)
    made = [Disk(device_name=name, size_gib=size, volume_type=volume_type)
            for name, (_wanted, size) in zip(names, further, strict=True)]
    for disk in (root, *made):
        _check_largest(flavor, disk)
    return (root, *made)


def _root(flavor: Any, image: Image, volume_type: str) -> Disk:
    if image.root_device_type != 'ebs':
        raise exceptions.ImageRefused(
            f'{image.image_id} has its root on {image.root_device_type}, '
            f'which cannot be stopped or snapshot; use an AMI with an EBS '
            f'root')
    if flavor.root_gb and flavor.root_gb < image.root_gib:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} has a root disk of {flavor.root_gb} GiB, '
            f'but {image.image_id} needs {image.root_gib} GiB')
    # Named even at the AMI's own size: an AMI may say that its volume stays
    # after termination, and then nobody would ever delete it.
    return Disk(device_name=image.root_device_name,
                size_gib=flavor.root_gb, volume_type=volume_type)


def _ephemerals(flavor: Any, block_device_info: Mapping[str, Any] | None
                ) -> list[tuple[str | None, int]]:
    """Name and GiB of each: the request's, else one of the flavor's size."""
    asked = driver.block_device_info_get_ephemerals(block_device_info)
    if asked:
        return [(bdm['device_name'], bdm['size']) for bdm in asked
                if bdm['size'] > 0]
    return [(None, flavor.ephemeral_gb)] if flavor.ephemeral_gb else []


def _swap(flavor: Any, block_device_info: Mapping[str, Any] | None
          ) -> tuple[str | None, int] | None:
    """Name and GiB, rounded up; the request's, else the flavor's."""
    asked = driver.block_device_info_get_swap(block_device_info)
    mib = asked['swap_size'] or flavor.swap
    if mib <= 0:
        return None
    return asked['device_name'], _gib(mib)


def swap_gib(flavor: Any) -> int:
    """Size of a flavor's swap disk, 0 for none."""
    return _gib(flavor.swap)


def _gib(mib: int) -> int:
    return math.ceil(mib / _MIB_PER_GIB)


def _check_largest(flavor: Any, disk: Disk) -> None:
    largest = _LARGEST_GIB.get(disk.volume_type)
    if largest is not None and disk.size_gib > largest:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} needs a disk of {disk.size_gib} GiB, but '
            f'EBS volumes of type {disk.volume_type} ([ec2] volume_type) '
            f'have at most {largest} GiB')
