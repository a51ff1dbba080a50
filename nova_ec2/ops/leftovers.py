# SPDX-License-Identifier: Apache-2.0
"""Volumes that would outlive their server: detached when it was terminated.

A volume that is moved between servers and states is for moments not attached,
or attached without DeleteOnTermination. Whoever ends a server at such a
moment finds it here, by its tags.
"""

import dataclasses
from typing import Any

from nova import context as nova_context
from nova import objects
from nova.compute import vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server
from nova_ec2.ops.context import Site
from nova_ec2.ops.root_disk import RootDisk
from nova_ec2.ops.swaps import Swap

LOG = logging.getLogger(__name__)

# What such a server can be in; others are not asked about, for it costs a
# call.
_STATES = (vm_states.RESCUED, vm_states.ERROR)


def are_likely(instance: Any, server: Server | None) -> bool:
    """Whether a server that is to go may have such volumes.

    :param server: as it was before its termination
    """
    root = server.root if server else None
    return (root is None or not root.delete_on_termination
            or instance.vm_state in _STATES)


@dataclasses.dataclass(frozen=True)
class Leftovers:
    """Deletes them, for one host."""

    site: Site

    def sweep(self) -> None:
        """Delete what servers have left that Nova has deleted since.

        One read a round; a failure is logged, the next round tries again.
        """
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                for uuid in self._deleted({
                        volume.tags.get(tag_keys.SERVER, '')
                        for volume in self.site.ec2.volumes.find({
                            tag_keys.CLOUD: self.site.cloud_id,
                            tag_keys.HOST: self.site.host}, tag_keys.ROLE)
                        if volume.state == 'available'}):
                    self.remove(uuid)
        except exc.NovaEC2Error:
            LOG.exception('Volumes left of deleted servers could not be '
                          'removed')

    @staticmethod
    def _deleted(uuids: set[str]) -> list[str]:
        """Which of these servers Nova once had and has deleted."""
        if not uuids:
            return []
        context = nova_context.get_admin_context(read_deleted='yes')
        return [instance.uuid for instance
                in objects.InstanceList.get_by_filters(
                    context, {'uuid': sorted(uuids), 'deleted': True,
                              'soft_deleted': False}, expected_attrs=[])]

    def remove(self, server_uuid: str) -> None:
        """Delete what is left of a server that EC2 no longer has.

        A volume of Cinder's is only let go.
        """
        disk = RootDisk(self.site)
        for volume in self.site.ec2.volumes.find({
                tag_keys.CLOUD: self.site.cloud_id,
                tag_keys.SERVER: server_uuid}, tag_keys.ROLE):
            swap = Swap.of(volume)
            # The replaced one first: it is found by the other's tag.
            if swap is not None and not swap.old_stays:
                disk.delete(swap.old_id)
            LOG.info('Deleting volume %s, left of server %s',
                     volume.volume_id, server_uuid)
            disk.delete(volume.volume_id)
