# SPDX-License-Identifier: Apache-2.0
"""Cinder's volumes, as Nova hands them over: the ``ebs`` connection."""

import re
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags
from nova_ec2.models.connection import KIND, Connection
from nova_ec2.models.instance_type import VOLUMES_MAX, InstanceType
from nova_ec2.models.volume import Volume

_EBS_ID = re.compile(r'^vol-[0-9a-f]{8,17}$')


def connection(info: Mapping[str, Any]) -> Connection:
    """Read a connection info.

    :raises VolumeKindRefused: it is another kind of volume
    :raises VolumeRefused: it names no EBS volume, or asks for what EBS lacks
    """
    kind = info.get('driver_volume_type')
    data = info.get('data') or {}
    cinder_id = data.get('volume_id') or info.get('serial') or ''
    if kind != KIND:
        raise exc.VolumeKindRefused(
            f'volume {cinder_id} comes by {kind}, and a server on EC2 can '
            f'have EBS volumes only: use a volume type whose backend is '
            f"Cinder's EBS driver", kind=str(kind))
    ebs_id = data.get('ebs_volume_id') or ''
    if not _EBS_ID.match(ebs_id):
        raise exc.VolumeRefused(
            f'the connection info of volume {cinder_id} names no EBS volume '
            f'(ebs_volume_id is {ebs_id!r})')
    if data.get('access_mode', 'rw') != 'rw':
        raise exc.VolumeRefused(
            f'volume {cinder_id} is to be read-only, and EC2 attaches '
            f"volumes for writing only: unset Cinder's readonly flag")
    return Connection(ebs_id=ebs_id, zone=data.get('zone') or '',
                      region=data.get('region') or '', cinder_id=cinder_id)


def check(wanted: Connection, volume: Volume | None, cloud_id: str,
          zone: str) -> Volume:
    """Whether a volume may be given to a server of this cloud and zone.

    :param volume: as EC2 shows it, None where it does not
    :param zone: the server's
    :raises VolumeRefused: it may not
    """
    if volume is None:
        raise exc.VolumeRefused(
            f'EC2 has no volume {wanted.ebs_id}, which volume '
            f'{wanted.cinder_id} is to be')
    check_place(wanted, zone)
    if volume.zone != zone:
        raise _elsewhere(wanted, volume.zone, zone)
    owner = volume.tags.get(tags.CLOUD, cloud_id)
    if owner != cloud_id:
        raise exc.VolumeRefused(
            f'EBS volume {wanted.ebs_id} belongs to another cloud, '
            f'{owner}, as its tag {tags.CLOUD} says')
    if volume.state in ('deleting', 'deleted', 'error'):
        raise exc.VolumeRefused(
            f'EBS volume {wanted.ebs_id} is in the state {volume.state}')
    return volume


def check_place(wanted: Connection, zone: str, region: str = '') -> None:
    """What of :func:`check` the connection info itself tells.

    :raises VolumeRefused: the volume is in another zone or Region
    """
    if region and wanted.region and wanted.region != region:
        raise _elsewhere(wanted, wanted.region, region)
    if wanted.zone and wanted.zone != zone:
        raise _elsewhere(wanted, wanted.zone, zone)


def check_room(kind: InstanceType | None, interfaces: int,
               volumes: int) -> None:
    """Whether an instance takes so many volumes, its root among them.

    :param kind: its type, None where EC2 no longer offers it
    :param interfaces: how many it has
    :raises TooManyVolumes: says how many it takes
    """
    most = volumes_most(kind, interfaces)
    if volumes > most:
        name = kind.name if kind else 'of this type'
        raise exc.TooManyVolumes(
            f'{volumes} volumes are one too many: an instance {name} with '
            f'{interfaces} network interface(s) takes {most}, its root '
            f'volume among them; a flavor with a larger instance type may '
            f'take more')


def check_sharing(kind: InstanceType | None, volume: Volume) -> None:
    """Whether an instance's type takes volumes made with multi-attach.

    :raises VolumeRefused: only those on Nitro do
    """
    if volume.multi_attach and kind and kind.hypervisor == 'xen':
        raise exc.VolumeRefused(
            f'{volume.volume_id} is made with multi-attach, which only '
            f'instances on Nitro take; {kind.name} is on Xen')


def volumes_most(kind: InstanceType | None, interfaces: int) -> int:
    """How many EBS volumes an instance takes, its root among them.

    EC2's figure is for one interface. Where interfaces and volumes share
    their places each further interface costs one.
    """
    if kind is None:
        return VOLUMES_MAX
    if kind.volumes_apart:
        return kind.volumes_max
    return kind.volumes_max - max(0, interfaces - 1)


def of_request(block_device_info: Mapping[str, Any] | None
               ) -> list[dict[str, Any]]:
    """The Cinder volumes of a request (``block_device_mapping``)."""
    found: list[dict[str, Any]] = (block_device_info or {}).get(
        'block_device_mapping') or []
    return found


def data_volumes(block_device_info: Mapping[str, Any] | None
                 ) -> list[dict[str, Any]]:
    """The volumes of a request but the one that it boots from."""
    return [one for one in of_request(block_device_info)
            if one.get('boot_index') != 0]


def root_volume(block_device_info: Mapping[str, Any] | None
                ) -> dict[str, Any] | None:
    """The volume that a request boots from, None where it has an image."""
    return next((one for one in of_request(block_device_info)
                 if one.get('boot_index') == 0), None)


def ebs_ids(block_device_info: Mapping[str, Any] | None) -> frozenset[str]:
    """The EBS ids of a request's volumes; what is not EBS is left out."""
    infos = (one.get('connection_info') or {}
             for one in of_request(block_device_info))
    return frozenset(
        info.get('data', {}).get('ebs_volume_id', '') for info in infos
        if info.get('driver_volume_type') == KIND) - {''}


def _elsewhere(wanted: Connection, there: str, here: str
               ) -> exc.VolumeRefused:
    return exc.VolumeRefused(
        f'volume {wanted.cinder_id} ({wanted.ebs_id}) is in {there}, and EC2 '
        f'attaches it to servers there only; this one is in {here}')
