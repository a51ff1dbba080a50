# SPDX-License-Identifier: Apache-2.0
"""destroy: the server is gone from EC2, with all that came with it."""

import contextlib
import dataclasses
from collections.abc import Collection
from typing import Any

from nova.compute import task_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import volumes
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors, leftovers, port_profile
from nova_ec2.ops.attachments import Attachments
from nova_ec2.ops.context import INSTANCE_ID, Site
from nova_ec2.ops.migrations import migration_of

LOG = logging.getLogger(__name__)

_GONE = ServerState.TERMINATED


@dataclasses.dataclass(frozen=True)
class Destroy:
    """Terminates servers of one host."""

    site: Site

    def __call__(self, instance: Any, block_device_info: Any = None,
                 network_info: Any = None) -> None:
        """Terminate the server (Nova's ``destroy``); gone is success.

        Its volumes, interfaces and addresses are made to go with it
        (DeleteOnTermination), so nothing else is left to remove. Cinder's
        volumes stay, and are off the server on return.

        :param block_device_info: as Nova hands it over, with Cinder's volumes
        :param network_info: likewise, with the server's ports
        """
        if instance.task_state == task_states.RESIZE_REVERTING:
            # Nova calls destroy in the middle of a revert: the server lives.
            self._hand_back(instance)
            return
        with errors.as_nova(instance):
            self.terminate(instance, volumes.ebs_ids(block_device_info))
        if instance.host in (None, self.site.host):
            port_profile.clear(_staying(instance, network_info))

    def _hand_back(self, instance: Any) -> None:
        """It goes back to the host that it came from."""
        if migration_of(instance).source_compute != self.site.host:
            self.site.fleet.hand_over(instance.uuid)

    def terminate(self, instance: Any,
                  kept: Collection[str] = ()) -> None:
        """Find the server, by id or else by tag, and see it gone.

        :param kept: EBS ids of volumes that stay
        """
        server = self.site.locate(instance)
        more = leftovers.are_likely(instance, server)
        while server is not None and server.state is not _GONE:
            self._keep(server, kept)
            self._terminate_one(server)
            self._release(server, kept)
            # A lost reply of an earlier launch may have left another.
            server = self.site.locate(instance)
        if more:
            leftovers.Leftovers(self.site).remove(instance.uuid)
        self.site.fleet.forget(instance.uuid)
        self.site.spending.forget(instance.uuid)
        instance.system_metadata.pop(INSTANCE_ID, None)

    def _keep(self, server: Server, kept: Collection[str]) -> None:
        """Whoever changed it on EC2: what is Cinder's outlives the server."""
        for block in server.block_devices:
            if block.volume_id in kept and block.delete_on_termination:
                self.site.ec2.attributes.delete_on_termination(
                    server.instance_id, block.device_name, False)

    def _release(self, server: Server, kept: Collection[str]) -> None:
        """Cinder may give the volumes to others as soon as Nova is told."""
        attachments = Attachments(self.site)
        for block in server.block_devices:
            if block.volume_id in kept:
                try:
                    attachments.until_off(block.volume_id,
                                          server.instance_id)
                except exc.VolumeHeld as error:
                    LOG.warning('The server is gone, but: %s', error)

    def _terminate_one(self, server: Server) -> None:
        site = self.site
        LOG.info('Terminating instance %s', server.instance_id)
        with contextlib.suppress(exc.NotFound):
            site.bulk.terminate(server.instance_id)
        # Until it is terminated its address is taken, and Neutron would
        # hand it out again.
        ended = [block.volume_id for block in server.block_devices
                 if block.delete_on_termination]
        gone = site.fleet.reader.wait(server.instance_id, _is_gone,
                                      site.timeouts.terminate)
        if gone is None:
            site.spending.gone(server)
        else:
            site.spending.seen(gone)
        site.spending.deleted(ended)


def _staying(instance: Any, network_info: Any) -> list[Any]:
    """The ports that Nova does not delete now."""
    deleted = instance.task_state == task_states.DELETING
    return [vif for vif in network_info or ()
            if vif.get('preserve_on_delete') or not deleted]


def _is_gone(server: Server | None) -> bool:
    return server is None or server.state is _GONE
