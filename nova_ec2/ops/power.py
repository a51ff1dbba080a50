# SPDX-License-Identifier: Apache-2.0
"""power_on, power_off, reboot."""

import dataclasses
from typing import Any

from nova import exception as nova_exc
from nova.compute import vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site
from nova_ec2.ops.states import States
from nova_ec2.ops.swaps import Swaps, alone

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Power:
    """Starts, stops and reboots servers of one host."""

    site: Site
    states: States

    def on(self, instance: Any) -> None:
        """Start the server and see it run (Nova's ``power_on``)."""
        with errors.as_nova(instance):
            server = self.states.settled(instance)
            if server.state is ServerState.RUNNING:
                return
            server = self._with_its_root(server, instance)
            self.states.start(server)

    def off(self, instance: Any, timeout: float) -> None:
        """Stop the server and see it stopped (Nova's ``power_off``).

        A server that EC2 no longer has is off already: Nova calls this when
        it learns of a termination that it did not ask for.

        :param timeout: seconds the guest has to shut down; 0 does not ask it
        """
        with errors.as_nova(instance):
            try:
                server = self.states.settled(instance)
            except exc.NotOwned:
                LOG.warning('There is no instance to stop: it was '
                            'terminated outside of Nova', instance=instance)
                return
            if server.state is not ServerState.STOPPED:
                self.states.stop(server, timeout)

    def reboot(self, instance: Any, *, hard: bool) -> None:
        """Restart the server (Nova's ``reboot``); it runs on return.

        Soft asks the guest (RebootInstances), hard stops by force and starts;
        a spot instance, which EC2 does not stop, it boots anew by itself
        where the guest does not shut down within some minutes.
        """
        try:
            with errors.as_nova(instance):
                server = self.states.settled(instance)
                hard = hard and not server.is_spot
                if hard:
                    server = self._with_its_root(server, instance)
                asleep = server.hibernates
                if server.state is ServerState.STOPPED:
                    server = self.states.start(server)
                    if not (hard and asleep):
                        return
                # One that slept has only gone on where it was.
                if hard:
                    self.states.start(self.states.stop(server, 0),
                                      goes_on=True)
                else:
                    self.site.ec2.instances.reboot(server.instance_id)
        except nova_exc.VirtDriverNotReady:
            raise
        # InstanceNotFound too: Nova keeps no fault of that one.
        except nova_exc.NovaException as error:
            raise nova_exc.InstanceRebootFailure(
                reason=error.format_message()) from error

    def _with_its_root(self, server: Server, instance: Any) -> Server:
        """End a swap of root volumes that a verb began and did not finish.
        """
        if server.root is not None and instance.vm_state != vm_states.ERROR:
            return server
        swaps = Swaps(self.site)
        with alone(instance.uuid):
            swap = swaps.begun(instance)
            if swap is None:
                return server
            server = self.states.settled(instance)
            if server.state is not ServerState.STOPPED:
                server = self.states.stop(server, 0)
            return swaps.finish(swap, server, instance)
