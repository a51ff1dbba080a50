# SPDX-License-Identifier: Apache-2.0
"""From one state of an instance to another, seen to its end."""

import dataclasses
from typing import Any

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models.extra_specs import SCOPE
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops.context import Site, living

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class States:
    """Moves one host's servers between running and stopped.

    What it raises is ours; the verbs make it Nova's.
    """

    site: Site

    def settled(self, instance: Any) -> Server:
        """The server, once it is no longer changing state.

        EC2 refuses to start a server that is stopping, or to stop one that
        is starting.

        :raises NotOwned: there is none, or it is terminated
        """
        server = self.site.locate(instance)
        if not _is_settled(server):
            assert server is not None
            server = self.site.fleet.reader.wait(
                server.instance_id, _is_settled, self.site.timeouts.stop)
        return living(server, instance)

    def start(self, server: Server, *, goes_on: bool = False) -> Server:
        """Start a settled server and see it run.

        :param goes_on: the verb stopped it, and no budget is asked
        :raises BudgetExhausted: it would cost more than may be spent
        """
        with self.site.spending.starting(server, goes_on=goes_on):
            self.site.bulk.start(server.instance_id)
            return self.reach(server, ServerState.RUNNING,
                              self.site.timeouts.start)

    def stop(self, server: Server, timeout: float) -> Server:
        """Stop a running server and see it stopped.

        :param timeout: seconds the guest has to shut down; 0 does not ask it
        :raises RequestRefused: EC2 does not stop spot instances
        """
        check_can_stop(server)
        bulk = self.site.bulk
        if timeout > 0:
            bulk.stop(server.instance_id)
            try:
                return self.reach(server, ServerState.STOPPED, timeout)
            except exc.WaitTimedOut:
                LOG.info('The guest of %s did not shut down within %g s, '
                         'stopping it by force', server.instance_id, timeout)
        bulk.stop(server.instance_id, force=True)
        return self.reach(server, ServerState.STOPPED,
                           self.site.timeouts.stop)

    def reach(self, server: Server, wanted: ServerState,
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
        self.site.spending.seen(seen)
        return seen


def check_can_stop(server: Server) -> None:
    """Refuse what would stop a spot instance, before anything is done.

    :raises RequestRefused: it is one
    """
    if server.is_spot:
        raise exc.RequestRefused(
            f'the server runs on spot instance {server.instance_id}, and EC2 '
            f'does not stop those: they run until they are deleted or EC2 '
            f'takes them back. Servers that can be stopped are made with a '
            f'flavor for on-demand (extra spec {SCOPE}market, [ec2] market)')


def _is_settled(server: Server | None) -> bool:
    """Or never will be again: a server may shut down for minutes."""
    return (server is None or server.state.is_settled
            or server.state.is_gone)


def _rest(server: Server) -> tuple[object, ...]:
    """What tells a state from the same one entered anew.

    EC2 takes a start back for want of room: the server is stopped again, and
    nobody may have seen it pending.
    """
    return (server.state, server.reason_code, server.reason,
            server.launch_time)
