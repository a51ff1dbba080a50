# SPDX-License-Identifier: Apache-2.0
"""What EBS volumes of a zone cost, by a listing with each power sync.

The disks that come and go with a server are written down here only, so
within a sweep; a volume of Cinder's by Cinder itself, and here where that
died between the two.
"""

import dataclasses
import datetime
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.costs.spans import Kind, Use
from nova_ec2.costs.upkeep import Upkeep
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.models.volume import Volume
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

_ENDED = ('deleting', 'deleted', 'error')


@dataclasses.dataclass(frozen=True)
class DiskBills:
    """The volumes of one account in one host's zone."""

    site: Site

    def look(self) -> None:
        """Make the ledger agree with EC2 about volumes."""
        site = self.site
        if site.spending.ledger is None:
            return
        try:
            listed = site.ec2.volumes.find({tag_keys.CLOUD: site.cloud_id})
        except exc.NovaEC2Error as error:
            LOG.warning('The costs of volumes are not looked at now: %s',
                        error)
            return
        upkeep = site.spending.upkeep
        servers = {one.instance_id: one for one in site.fleet.held()}
        present: dict[str, tuple[Use, datetime.datetime | None]] = {}
        for volume in listed:
            if volume.zone == site.zone and volume.state not in _ENDED:
                self._add(present, upkeep, volume, servers)
        upkeep.reconcile(Kind.VOLUME, present, zone=site.zone)

    def _add(self, present: dict[str, Any], upkeep: Upkeep, volume: Volume,
             servers: dict[str, Server]) -> None:
        try:
            use = upkeep.volume(
                volume.volume_type, volume.size_gib, volume.iops,
                volume.throughput, zone=volume.zone,
                resource_id=volume.volume_id, **whose(volume, servers))
        except exc.PriceUnknown as error:
            LOG.warning('%s is not in the ledger: %s', volume.volume_id,
                        error)
            return
        present[volume.volume_id] = (use, volume.created)


def whose(volume: Volume, servers: dict[str, Server]) -> dict[str, str]:
    """Fields of a :class:`Use`, by the tags of a volume and its server.

    Disks of servers that were launched together carry what they have in
    common only.

    :param servers: by instance id
    """
    tags = volume.tags
    server = next((servers[one.instance_id] for one in volume.attachments
                   if one.instance_id in servers), None)
    owner = server.owner if server else None
    uuid = tags.get(tag_keys.SERVER, '') or (
        owner.server_uuid
        if owner and tag_keys.VOLUME not in tags else '')
    return {'project_id': tags.get(tag_keys.PROJECT, '')
            or (owner.project_id if owner else ''),
            'user_id': tags.get(tag_keys.USER, ''),
            'stack': tags.get(tag_keys.STACK, ''), 'server_uuid': uuid}
