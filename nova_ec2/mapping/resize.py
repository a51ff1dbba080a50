# SPDX-License-Identifier: Apache-2.0
"""What a resize changes on EC2: the instance type and the root volume.

The instance stays, so what was fixed when it was launched cannot change:
architecture, virtualization, firmware, encryption, and ephemeral disks.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import (
    disk_limits,
    encryption,
    launch,
    network,
    server_group,
)
from nova_ec2.mapping import flavor as flavor_mapping
from nova_ec2.mapping import volumes as volume_mapping
from nova_ec2.mapping.disk_limits import Speed
from nova_ec2.mapping.needs import Need
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.placement_group import GroupWish
from nova_ec2.models.server import Server


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """From one flavor to another.

    :param instance: :class:`nova.objects.Instance`, with the flavor it has
    :param flavor: :class:`nova.objects.Flavor` that it shall have
    :param image: the AMI that it was launched from, None where EC2 no
        longer has it
    :param types: what the zone offers
    """

    instance: Any
    flavor: Any
    server: Server
    image: Image | None
    types: Sequence[InstanceType]
    rank: flavor_mapping.Price
    group: GroupWish | None = None


def types(change: Change) -> tuple[str, ...]:
    """The instance types to try, the choice first.

    :raises RequestRefused: one of its subclasses: no type serves
    """
    kinds = {kind.name: kind for kind in change.types}
    image = change.image or _stand_in(change.server, kinds)
    _check_encryption(change)
    return flavor_mapping.choose_types(
        change.flavor, image, change.types, change.rank,
        interfaces=len(change.server.interfaces),
        needs=[*launch.needs(change.flavor, change.instance.image_meta,
                             image), *_of_server(change)])


def _of_server(change: Change) -> Iterable[Need]:
    """What the running instance has, and a type must therefore take."""
    server, group = change.server, change.group
    old, new = change.instance.flavor, change.flavor
    volumes = (len(server.block_devices) + bool(new.swap) - bool(old.swap))
    interfaces = len(server.interfaces)
    yield Need('the server has them', f'{volumes} volumes', lambda kind: (
        volume_mapping.volumes_most(kind, interfaces) >= volumes))
    yield from network.needs(change.instance.get_network_info())
    if server.hibernation:
        yield Need('the server was launched for it', 'hibernation',
                   lambda kind: kind.hibernation)
    if group is not None and server.placement_group:
        yield server_group.need(group)


def _stand_in(server: Server, kinds: Mapping[str, InstanceType]) -> Image:
    """What is certain of an AMI that is gone: the type could boot it."""
    kind = kinds.get(server.instance_type)
    if kind is None or len(kind.architectures - {'i386'}) != 1:
        raise exceptions.ImageRefused(
            f'{server.image_id}, which the server was launched from, is gone '
            f'from EC2, and {server.instance_type} does not tell its '
            f'architecture; make a snapshot and boot a new server from it')
    return Image(image_id=server.image_id, state='available',
                 architecture=next(iter(kind.architectures - {'i386'})),
                 root_device_name=server.root_device_name)


def _check_encryption(change: Change) -> None:
    image_meta = change.instance.image_meta
    if (encryption.asked_for(change.flavor, image_meta)
            and not encryption.asked_for(change.instance.flavor,
                                         image_meta)):
        raise exceptions.FlavorRefused(
            f'flavor {change.flavor.name} asks for encrypted volumes, and '
            f'those of the server are made already; make a snapshot and boot '
            f'a new server from it')


def check_ephemeral_disks(old: Any, new: Any) -> None:
    """Refuse a flavor that wants other ephemeral disks.

    :raises FlavorRefused: names the difference
    """
    if old.ephemeral_gb != new.ephemeral_gb:
        raise exceptions.FlavorRefused(
            f'flavor {new.name} has {new.ephemeral_gb} GiB of ephemeral '
            f'disk, {old.name} has {old.ephemeral_gb}; ephemeral disks are '
            f'made with the server and do not change')


def root_size(old: Any, new: Any, now_gib: int) -> int:
    """GiB that the root volume grows to, 0 where it stays.

    A root that an earlier resize made larger stays so: EBS volumes never
    shrink, and a reverted resize is no reason to refuse the next.

    :param now_gib: size of the volume
    :raises FlavorRefused: it would have to shrink
    """
    if new.root_gb and old.root_gb and new.root_gb < old.root_gb:
        raise exceptions.FlavorRefused(
            f'flavor {new.name} has a root disk of {new.root_gb} GiB, '
            f'{old.name} of {old.root_gb} GiB, and EBS volumes do not shrink')
    return new.root_gb if new.root_gb > now_gib else 0


def root_speed(old: Any, new: Any) -> Speed | None:
    """How fast the root volume becomes, None where nothing changes.

    :raises FlavorRefused: EC2 cannot hold a volume to it
    """
    wanted = disk_limits.of_flavor(new)
    return None if wanted == disk_limits.of_flavor(old) else wanted
