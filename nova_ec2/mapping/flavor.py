# SPDX-License-Identifier: Apache-2.0
"""A flavor becomes instance types, the choice first, then its fallbacks."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import extra_specs, sizing
from nova_ec2.mapping import needs as need_mapping
from nova_ec2.mapping.extra_specs import Wishes
from nova_ec2.mapping.needs import Need
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType

Price = Callable[[str], Decimal | None]
"""USD an hour of an instance type, None where it is not known."""

MOST = 8
"""How many types are tried for one server before its host is given up."""


def choose_types(flavor: Any, image: Image, types: Iterable[InstanceType],
                 price: Price, interfaces: int = 1,
                 needs: Sequence[Need] = ()) -> tuple[str, ...]:
    """Choose instance types for a flavor and an AMI, cheapest first.

    The extra spec ``ec2:instance_type`` names the type outright. Without it
    the cheapest of the current generation is taken that has the flavor's
    vCPUs and memory and can boot the AMI; see :mod:`extra_specs` for what
    widens the choice. Types without a price come after all that have one.

    :param flavor: :class:`nova.objects.Flavor`
    :param types: what the zone offers (DescribeInstanceTypes, offerings)
    :param interfaces: how many network interfaces the server needs
    :param needs: what else the type must have
    :returns: one to :data:`MOST` names
    :raises FlavorRefused: no type serves the flavor
    :raises ImageRefused: the AMI is of another architecture
    :raises NetworkRefused: the named type has too few interfaces
    """
    catalogue = tuple(types)
    wishes = extra_specs.wishes(flavor)
    _check_architecture(wishes, image)
    if wishes.instance_type:
        return (_named(wishes, image, catalogue, interfaces, needs),)
    bootable = [kind for kind
                in _ordinary(wishes, image, catalogue, interfaces)
                if not need_mapping.unmet(needs, kind)]
    fitting = [kind for kind in bootable
               if sizing.fits(kind, wishes.vcpus, wishes.memory_mib)]
    if not fitting:
        raise _nothing_fits(wishes, image, bootable, interfaces, needs)
    return tuple(kind.name for kind in cheapest_first(fitting, price)[:MOST])


def _ordinary(wishes: Wishes, image: Image, catalogue: Sequence[InstanceType],
              interfaces: int) -> list[InstanceType]:
    """What may be chosen without being named, whatever its size."""
    return [kind for kind in catalogue
            if kind.current_generation and _is_of_kind(kind, wishes)
            and can_boot(kind, image) and kind.interfaces_max >= interfaces]


def cheapest_first(types: Iterable[InstanceType],
                   price: Price) -> list[InstanceType]:
    """Order by price, then size, then name; types without a price last."""
    def order(kind: InstanceType) -> tuple[bool, Decimal, int, int, str]:
        usd = price(kind.name)
        return (usd is None, usd if usd is not None else Decimal(0),
                kind.vcpus, kind.memory_mib, kind.name)

    return sorted(types, key=order)


def can_boot(kind: InstanceType, image: Image) -> bool:
    """Whether ``kind`` has what the AMI needs to boot."""
    return (image.architecture in kind.architectures
            and image.virtualization in kind.virtualization
            and _can_boot_mode(kind, image.boot_mode))


def _can_boot_mode(kind: InstanceType, boot_mode: str) -> bool:
    if boot_mode in ('', 'uefi-preferred'):
        return True
    return boot_mode in kind.boot_modes


def _is_of_kind(kind: InstanceType, wishes: Wishes) -> bool:
    """Whether it is ordinary, or special in just the ways asked for."""
    if kind.is_mac or wishes.mac:
        return kind.is_mac and wishes.mac
    return (kind.bare_metal == wishes.bare_metal
            and kind.accelerated == wishes.accelerated)


def _check_architecture(wishes: Wishes, image: Image) -> None:
    if wishes.architecture and wishes.architecture != image.architecture:
        raise exceptions.ImageRefused(
            f'flavor {wishes.flavor_name} asks for '
            f'{extra_specs.SCOPE}architecture={wishes.architecture}, but '
            f'{image.image_id} is {image.architecture}')


def _named(wishes: Wishes, image: Image, catalogue: Sequence[InstanceType],
           interfaces: int, needs: Sequence[Need]) -> str:
    """The type that the flavor names, once it is known to serve."""
    asked = wishes.instance_type
    kind = next((one for one in catalogue if one.name == asked), None)
    if kind is None:
        near = (sizing.nearest_by_name(asked, catalogue)
                or sizing.nearest_by_size(
                    wishes.vcpus, wishes.memory_mib,
                    _ordinary(wishes, image, catalogue, interfaces)))
        hint = f'; the nearest is {sizing.describe(near)}' if near else ''
        raise exceptions.FlavorRefused(
            f'flavor {wishes.flavor_name} asks for '
            f'{extra_specs.SCOPE}instance_type={asked}, which is not offered '
            f'in this zone{hint}')
    _check_bootable(kind, image)
    if kind.interfaces_max < interfaces:
        raise exceptions.NetworkRefused(
            f'{interfaces} ports asked for, but {asked} of flavor '
            f'{wishes.flavor_name} has at most {kind.interfaces_max} network '
            f'interfaces')
    lacking = need_mapping.unmet(needs, kind)
    if lacking:
        raise exceptions.FlavorRefused(
            f'instance type {kind.name} of flavor {wishes.flavor_name} does '
            f'not have ' + ', '.join(map(str, lacking)))
    return kind.name


def _check_bootable(kind: InstanceType, image: Image) -> None:
    if image.architecture not in kind.architectures:
        has = ' or '.join(sorted(kind.architectures))
        raise exceptions.ImageRefused(
            f'{image.image_id} is {image.architecture}, but instance type '
            f'{kind.name} is {has}; choose another image or flavor')
    if not can_boot(kind, image):
        raise exceptions.ImageRefused(
            f'{image.image_id} (virtualization {image.virtualization}, boot '
            f'mode {image.boot_mode or "unset"}) cannot boot on instance '
            f'type {kind.name} (virtualization '
            f'{", ".join(sorted(kind.virtualization))}, boot modes '
            f'{", ".join(sorted(kind.boot_modes))})')


def _nothing_fits(wishes: Wishes, image: Image,
                  bootable: Sequence[InstanceType],
                  interfaces: int, needs: Sequence[Need]
                  ) -> exceptions.FlavorRefused:
    special = [name for name, asked in (('bare metal', wishes.bare_metal),
                                        ('accelerated', wishes.accelerated),
                                        ('Mac', wishes.mac)) if asked]
    ports = f', {interfaces} network interfaces' if interfaces > 1 else ''
    asked = (f'{wishes.vcpus} vCPUs, {wishes.memory_mib} MiB, '
             f'{image.architecture}{ports}'
             + ''.join(f', {name}' for name in (*special, *needs)))
    near = sizing.nearest_by_size(wishes.vcpus, wishes.memory_mib, bootable)
    hint = (f'the nearest is {sizing.describe(near)}' if near
            else 'the zone has none of that kind')
    return exceptions.FlavorRefused(
        f'no instance type fits flavor {wishes.flavor_name} ({asked}); '
        f'{hint}')
