# SPDX-License-Identifier: Apache-2.0
"""A server that another host of this cloud had becomes this host's.

Nothing happens to the instance: the tags that say whose it is are written
anew, on it and on all that was made for it.
"""

import dataclasses
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.fleet import anywhere
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.ops.context import INSTANCE_ID, Site, living

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Adoption:
    """Takes servers over for one host. Taking one's own changes nothing."""

    site: Site

    def find(self, instance: Any) -> Server | None:
        """The living instance of a server, whichever host has it.

        :raises FleetUnavailable: EC2 could not be asked
        """
        server = anywhere.locate(self.site.ec2.instances, self.site.cloud_id,
                                 instance.uuid)
        return None if server is None or server.state.is_gone else server

    def adopt(self, instance: Any) -> Server:
        """Make a server this host's.

        :raises NotOwned: EC2 has no living instance of it
        :raises IncorrectState: it lies in another zone
        """
        site = self.site
        server = living(self.find(instance), instance)
        if server.zone != site.zone:
            raise exc.IncorrectState(
                f'instance {server.instance_id} of server {instance.uuid} '
                f'lies in {server.zone}, and {site.host} serves {site.zone}')
        if server.owner is None or server.owner.host != site.host:
            self._write(server)
            LOG.info('Instance %s is now of host %s', server.instance_id,
                     site.host, instance=instance)
        instance.system_metadata[INSTANCE_ID] = server.instance_id
        site.fleet.take_over(dataclasses.replace(
            server, owner=site.owner(instance)))
        return server

    def _write(self, server: Server) -> None:
        """The host's tag; the instance last, for its tag decides.

        A crash between the two leaves disks and interfaces that say a host
        which the next try corrects.
        """
        assert server.owner is not None
        ec2 = self.site.ec2
        own = [volume.volume_id for volume in ec2.volumes.find({
            tag_keys.CLOUD: self.site.cloud_id,
            tag_keys.SERVER: server.owner.server_uuid})]
        others = own + [one.interface_id for one in server.interfaces]
        tags = {tag_keys.HOST: self.site.host}
        if others:
            ec2.instances.tag(others, tags)
        ec2.instances.tag([server.instance_id], tags)
