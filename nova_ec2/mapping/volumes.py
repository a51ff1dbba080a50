# SPDX-License-Identifier: Apache-2.0
"""Cinder's volumes, as Nova hands them over: the ``ebs`` connection.

The connection info that the EBS volume driver of Cinder answers with, and
that this driver understands::

    {'driver_volume_type': 'ebs',
     'data': {'volume_id': '4d8a...',        # Cinder's, Nova reads it, too
              'ebs_volume_id': 'vol-0a1b...',
              'region': 'us-east-1',
              'zone': 'us-east-1a'}}

``volume_id`` is Cinder's id, for nova.virt.block_device.get_volume_id takes
it for that. Cinder adds ``access_mode``, ``encrypted`` and others to ``data``;
Nova adds ``serial`` and, for volumes that several servers share,
``multiattach`` beside it. Nothing here is secret, and nothing in it comes from
a tenant.

Free of Nova, so that the Cinder side may use it.
"""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc

KIND = 'ebs'
"""``driver_volume_type`` of EBS volumes."""

_EBS_ID = re.compile(r'^vol-[0-9a-f]{8,17}$')


@dataclasses.dataclass(frozen=True, slots=True)
class Connection:
    """Which EBS volume a Cinder volume is, and where.

    :param ebs_id: EC2's id, ``vol-...``
    :param cinder_id: Cinder's id
    """

    ebs_id: str
    zone: str
    region: str = ''
    cinder_id: str = ''


def connection_info(connection: Connection) -> dict[str, Any]:
    """A connection as Cinder hands it out; the inverse of `connection`."""
    return {'driver_volume_type': KIND,
            'data': {'volume_id': connection.cinder_id,
                     'ebs_volume_id': connection.ebs_id,
                     'region': connection.region,
                     'zone': connection.zone}}


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
