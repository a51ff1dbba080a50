# SPDX-License-Identifier: Apache-2.0
"""power_on, power_off, reboot."""

import dataclasses
from typing import Any

from nova import exception as nova_exc
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site, living

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Power:
    """Starts, stops and reboots servers of one host."""

    site: Site

    def on(self, instance: Any) -> None:
        """Start the server and see it run (Nova's ``power_on``)."""
        with errors.as_nova(instance):
            server = self._settled(instance)
            if server.state is ServerState.RUNNING:
                return
            self._start(server)

    def off(self, instance: Any, timeout: float) -> None:
        """Stop the server and see it stopped (Nova's ``power_off``).

        A server that EC2 no longer has is off already: Nova calls this when
        it learns of a termination that it did not ask for.

        :param timeout: seconds the guest has to shut down; 0 does not ask it
        """
        with errors.as_nova(instance):
            try:
                server = self._settled(instance)
            except exc.NotOwned:
                LOG.warning('There is no instance to stop: it was '
                            'terminated outside of Nova', instance=instance)
                return
            if server.state is not ServerState.STOPPED:
                self._stop(server, timeout)

    def reboot(self, instance: Any, *, hard: bool) -> None:
        """Restart the server (Nova's ``reboot``); it runs on return.

        Soft asks the guest (RebootInstances), hard stops by force and starts.
        """
        try:
            with errors.as_nova(instance):
                server = self._settled(instance)
                if server.state is ServerState.STOPPED:
                    self._start(server)
                elif hard:
                    self._start(self._stop(server, 0))
                else:
                    self.site.ec2.instances.reboot(server.instance_id)
        except (nova_exc.InstanceNotFound, nova_exc.VirtDriverNotReady):
            raise
        except nova_exc.NovaException as error:
            raise nova_exc.InstanceRebootFailure(
                reason=error.format_message()) from error

    def _settled(self, instance: Any) -> Server:
        """The server, once it is no longer changing state.

        EC2 refuses to start a server that is stopping, or to stop one that
        is starting.

        :raises NotOwned: there is none, or it is terminated
        """
        server = self.site.locate(instance)
        if server is not None and not server.state.is_settled:
            server = self.site.fleet.reader.wait(
                server.instance_id, _is_settled, self.site.timeouts.stop)
        return living(server, instance)

    def _start(self, server: Server) -> None:
        self.site.bulk.start(server.instance_id)
        self._reach(server, ServerState.RUNNING, self.site.timeouts.start)

    def _stop(self, server: Server, timeout: float) -> Server:
        bulk = self.site.bulk
        if timeout > 0:
            bulk.stop(server.instance_id)
            try:
                return self._reach(server, ServerState.STOPPED, timeout)
            except exc.WaitTimedOut:
                LOG.info('The guest of %s did not shut down within %g s, '
                         'stopping it by force', server.instance_id, timeout)
        bulk.stop(server.instance_id, force=True)
        return self._reach(server, ServerState.STOPPED,
                           self.site.timeouts.stop)

    def _reach(self, server: Server, wanted: ServerState,
               timeout: float) -> Server:
        """Wait for a state, past the one that the server is still shown in.

        :returns: the server in that state
        :raises LaunchFailed: it settled in another one
        """
        def done(seen: Server | None) -> bool:
            return seen is None or seen.state is wanted or (
                seen.state.is_settled and _rest(seen) != _rest(server))

        seen = self.site.fleet.reader.wait(server.instance_id, done, timeout)
        if seen is None or seen.state is not wanted:
            state = seen.state if seen else 'unknown to EC2'
            reason = seen.reason if seen else ''
            raise exc.LaunchFailed(
                f'instance {server.instance_id} should be {wanted}, is '
                f'{state}: {reason or "EC2 gives no reason"}',
                seen.reason_code if seen else '')
        return seen


def _is_settled(server: Server | None) -> bool:
    return server is None or server.state.is_settled


def _rest(server: Server) -> tuple[object, ...]:
    """What tells a state from the same one entered anew.

    EC2 takes a start back for want of room: the server is stopped again, and
    nobody may have seen it pending.
    """
    return (server.state, server.reason_code, server.reason,
            server.launch_time)
