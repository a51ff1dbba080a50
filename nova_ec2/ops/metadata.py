# SPDX-License-Identifier: Apache-2.0
"""Names and metadata that change after the launch: the tags follow.

Nova tells no driver of such a change, so servers are compared with what was
written for them last, in every round of the power sync.
"""

import dataclasses
import hashlib
import json
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.compute import vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.ops import server_tags
from nova_ec2.ops.context import Site, living

LOG = logging.getLogger(__name__)

WRITTEN = 'ec2_tags_written'
"""Where Nova keeps the digest of what the tags say; no tenant can edit it."""

_AT_REST = (vm_states.ACTIVE, vm_states.STOPPED, vm_states.SUSPENDED,
            vm_states.RESCUED)

# Servers a round: the power sync waits for it.
_MOST = 50


def digest(instance: Any) -> str:
    """What tells a server's name and metadata from later ones."""
    return hashlib.blake2s(json.dumps(
        [instance.display_name, instance.hostname, instance.metadata],
        sort_keys=True).encode(), digest_size=16).hexdigest()


@dataclasses.dataclass(frozen=True)
class Metadata:
    """Keeps the tags of one host's servers in step with their metadata."""

    site: Site

    def follow_changes(self) -> None:
        """Write the tags of servers that changed; failures wait a round."""
        changed = [
            instance for instance in objects.InstanceList.get_by_host(
                nova_context.get_admin_context(), self.site.host,
                expected_attrs=['metadata', 'system_metadata'])
            if instance.vm_state in _AT_REST and instance.task_state is None
            and instance.system_metadata.get(WRITTEN) != digest(instance)]
        for instance in changed[:_MOST]:
            try:
                with pacing.priority(pacing.Priority.HOUSEKEEPING):
                    self._follow(instance)
                instance.system_metadata[WRITTEN] = digest(instance)
                instance.save()
            except (exc.NovaEC2Error, nova_exc.NovaException) as error:
                LOG.warning('The tags do not follow name and metadata yet: '
                            '%s', error, instance=instance)

    def _follow(self, instance: Any) -> None:
        """The instance, and what was made with it, have the same tags."""
        site = self.site
        server = living(site.locate(instance), instance)
        wanted = tag_mapping.launch_tags(instance, site.owner(instance))
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
