# SPDX-License-Identifier: Apache-2.0
"""A Cinder volume becomes the root of an instance that was just launched.

The instance runs from its AMI when this begins, without the tenant's user
data. A crash on the way leaves an unfinished build, whose instance and
placeholder are removed at the next start (``ops/recovery``,
``ops/leftovers``); the volume is Cinder's and stays.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from oslo_log import log as logging

from nova_ec2.mapping import volumes as mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.connection import Connection
from nova_ec2.models.server import Server
from nova_ec2.ops.root_disk import RootDisk
from nova_ec2.ops.volumes import Volumes

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class RootFromVolume:
    """Gives servers of one host their volumes to boot from."""

    volumes: Volumes

    def read(self, block_device_info: Any) -> Connection | None:
        """The volume to boot from, checked; None where there is none.

        :raises VolumeRefused: it cannot be on a server here
        """
        root = mapping.root_volume(block_device_info)
        if root is None:
            return None
        wanted = self.volumes.wanted(root['connection_info'])
        self.volumes.checked(wanted)
        return wanted

    def put(self, instance: Any, server: Server, root: Connection,
            user_data: bytes, check: Callable[[], None]) -> Server:
        """Boot a running server from the volume.

        :param user_data: what the guest is to read
        :param check: raises when the server is no longer wanted
        :returns: the server, running
        """
        site = self.volumes.site
        disk, states = RootDisk(site), self.volumes.states
        server = states.stop(server, 0)
        placeholder = server.root
        if placeholder is not None:
            # From here on it is found though it lies beside the server.
            site.ec2.tags.put(placeholder.volume_id, {
                tag_keys.SERVER: instance.uuid,
                tag_keys.ROLE: tag_keys.ROLE_PLACEHOLDER})
            disk.detach(placeholder.volume_id, server)
            disk.delete(placeholder.volume_id)
        check()
        disk.attach(root.ebs_id, server, server.root_device_name, False)
        if user_data:
            site.ec2.attributes.set_user_data(server.instance_id, user_data)
        check()
        LOG.info('%s starts from volume %s (%s)', server.instance_id,
                 root.cinder_id, root.ebs_id, instance=instance)
        return states.start(server, goes_on=True)
