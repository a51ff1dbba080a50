# SPDX-License-Identifier: Apache-2.0
"""Servers that can be suspended: hibernation is chosen at launch, or never.

A flavor asks for it by ``ec2:hibernation=true``, an image by its property
``ec2_hibernation=true``. EC2 writes the memory to the root volume, so that
must be encrypted and have room for it ("Prerequisites for Amazon EC2 instance
hibernation", Amazon EC2 User Guide).
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oslo_utils import strutils

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Disk

PROPERTY = 'ec2_hibernation'
"""Image property: ``true`` launches its servers so that they can be
suspended."""

MEMORY_MOST_GIB = 150
MEMORY_MOST_WINDOWS_GIB = 16
"""EC2's limits."""

_VOLUME_TYPES = ('gp2', 'gp3', 'io1', 'io2')
_MIB_PER_GIB = 1024


def wanted(flavor: Any, properties: Mapping[str, Any]) -> bool:
    """Whether a server of this flavor and image is to be suspendable.

    :param flavor: :class:`nova.objects.Flavor`
    :param properties: the image's
    :raises RequestRefused: a value that is neither true nor false
    """
    text = properties.get(PROPERTY, 'false')
    try:
        by_image = strutils.bool_from_string(text, strict=True)
    except ValueError:
        raise exceptions.ImageRefused(
            f'the image has {PROPERTY}={text!r}, which is neither true nor '
            f'false') from None
    return bool(by_image or extra_specs.wishes(flavor).hibernation)


def able(types: Iterable[InstanceType], flavor: Any,
         image: Image) -> list[InstanceType]:
    """The types that can hibernate with this flavor's root disk.

    :param flavor: :class:`nova.objects.Flavor`; a root of 0 GB grows with
        the type, see :func:`disks`
    :raises FlavorRefused: it is the flavor that is in the way; names what
    """
    most = memory_most_gib(image)
    _check_flavor(flavor, most)
    catalogue = list(types)
    fitting = [kind for kind in catalogue if _can(kind, flavor, most)]
    named = extra_specs.wishes(flavor).instance_type
    if named and named in {kind.name for kind in catalogue} - {
            kind.name for kind in fitting}:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} asks for {extra_specs.SCOPE}instance_type='
            f'{named} and hibernation, but that type cannot hibernate, or '
            f'has more memory than {most} GiB or than the root disk of '
            f'{flavor.root_gb} GiB')
    return fitting


def memory_most_gib(image: Image) -> int:
    """EC2's limit of memory for hibernation, in GiB."""
    return (MEMORY_MOST_WINDOWS_GIB if image.platform.lower() == 'windows'
            else MEMORY_MOST_GIB)


def disks(made: Sequence[Disk], image: Image,
          memory_mib: int) -> tuple[Disk, ...]:
    """The volumes of a launch, the root fit to hold the memory.

    :param made: the root first
    :param memory_mib: of the largest type that may be launched
    :raises RequestRefused: the root's volume type cannot
    """
    root = made[0]
    if root.device_name != image.root_device_name:
        raise exceptions.RequestRefused(
            'hibernation is asked for, which needs a root disk made from the '
            'image; a server that boots from a volume cannot have it')
    if root.volume_type not in _VOLUME_TYPES:
        raise exceptions.RequestRefused(
            f'hibernation needs a root volume of type '
            f'{", ".join(_VOLUME_TYPES)}, not {root.volume_type} '
            f'([ec2] volume_type)')
    size = root.size_gib or image.root_gib + math.ceil(
        memory_mib / _MIB_PER_GIB)
    return (dataclasses.replace(root, size_gib=size, encrypted=True),
            *made[1:])


def _check_flavor(flavor: Any, most: int) -> None:
    if flavor.memory_mb > most * _MIB_PER_GIB:
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} has {flavor.memory_mb} MiB of memory; '
            f'with hibernation EC2 allows {most} GiB')
    if flavor.root_gb and not _holds(flavor.root_gb, flavor.memory_mb):
        raise exceptions.FlavorRefused(
            f'flavor {flavor.name} has a root disk of {flavor.root_gb} GiB; '
            f'for hibernation it must be larger than the memory of '
            f'{flavor.memory_mb} MiB')


def _can(kind: InstanceType, flavor: Any, most: int) -> bool:
    return (kind.hibernation and not kind.bare_metal
            and kind.memory_mib <= most * _MIB_PER_GIB
            and (not flavor.root_gb
                 or _holds(flavor.root_gb, kind.memory_mib)))


def _holds(root_gib: int, memory_mib: int) -> bool:
    return root_gib * _MIB_PER_GIB > memory_mib
