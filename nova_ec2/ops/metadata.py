# SPDX-License-Identifier: Apache-2.0
"""Server metadata that change after the launch: the tags follow."""

import dataclasses
from typing import Any

from nova import context as nova_context
from nova import objects
from oslo_concurrency import lockutils

from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.ops import errors, server_tags
from nova_ec2.ops.context import Site, living


@dataclasses.dataclass(frozen=True)
class Metadata:
    """Keeps the tags of one host's servers in step with their metadata."""

    site: Site

    def follow(self, instance: Any) -> None:
        """Nova's ``change_instance_metadata``.

        What Nova's database says now decides, not what the call says has
        changed: calls may overtake each other, or one may be lost. The
        instance, its interfaces and the volumes that were made with it have
        the same metadata tags.

        :raises InstanceNotFound: the server is gone
        """
        site = self.site
        with (errors.as_nova(instance),
              lockutils.lock(f'ec2-metadata-{instance.uuid}')):
            now = objects.Instance.get_by_uuid(
                nova_context.get_admin_context(), instance.uuid,
                expected_attrs=['metadata', 'system_metadata', 'flavor'])
            server = living(site.locate(now), now)
            wanted = tag_mapping.launch_tags(now, site.owner(now))
            server_tags.follow(site, server.instance_id, wanted)
            for resource_id in _parts(server):
                if self._is_ours(resource_id, instance.uuid):
                    server_tags.follow(site, resource_id, wanted)

    def _is_ours(self, resource_id: str, server_uuid: str) -> bool:
        """Whether it was made for the server: Cinder's volumes were not."""
        there = self.site.ec2.tags.of(resource_id)
        return (there.get(tag_keys.CLOUD) == self.site.cloud_id
                and there.get(tag_keys.SERVER) == server_uuid)


def _parts(server: Server) -> list[str]:
    return [*(item.interface_id for item in server.interfaces),
            *(disk.volume_id for disk in server.block_devices
              if disk.volume_id)]
