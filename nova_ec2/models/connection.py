# SPDX-License-Identifier: Apache-2.0
"""The ``ebs`` connection, on which Cinder's driver and Nova's agree.

The connection info that the EBS volume driver of Cinder answers with, and
that the driver in Nova understands::

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
"""

import dataclasses
from typing import Any

KIND = 'ebs'
"""``driver_volume_type`` of EBS volumes."""


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
    """A connection as Cinder hands it out."""
    return {'driver_volume_type': KIND,
            'data': {'volume_id': connection.cinder_id,
                     'ebs_volume_id': connection.ebs_id,
                     'region': connection.region,
                     'zone': connection.zone}}
