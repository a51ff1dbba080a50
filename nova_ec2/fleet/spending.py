# SPDX-License-Identifier: Apache-2.0
"""What one host's servers cost: reserved before, written down as EC2 tells.

A run of an instance is known by its id and LaunchTime, which changes with
every start. So whoever sees it, the verb or a sweep, once or twice, writes
the same span; and an old answer of EC2 neither opens nor closes another run.
"""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Sequence

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api import instances
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.spans import MIN_SECONDS, Kind, Span, State, Use
from nova_ec2.costs.table import PriceTable
from nova_ec2.costs.upkeep import Upkeep
from nova_ec2.fleet import ttl
from nova_ec2.fleet.view import Fleet
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import Candidate, Disk, LaunchRequest
from nova_ec2.models.server import Server, ServerState

LOG = logging.getLogger(__name__)

# After these EC2 may have, or come to have, a server.
_UNSETTLED = (exc.WaitTimedOut, exc.OutcomeUnknown, exc.BuildCancelled,
              exc.FleetUnavailable)


@dataclasses.dataclass(frozen=True)
class Spending:
    """The ledger as one host uses it; without a ledger it does nothing.

    :param account: the name of the AWS account
    :param prices: tells the prices that hold now
    """

    ledger: Ledger | None
    account: str
    region: str
    prices: Callable[[], PriceTable]

    # Before EC2 is asked

    @contextlib.contextmanager
    def launching(self, request: LaunchRequest
                  ) -> Iterator[Callable[[Candidate], None]]:
        """Keep money while a server is launched.

        Its disks are admitted with it, but those whose size only the AMI
        knows: they count from when they are seen.

        :returns: to be called before each candidate is tried; it raises
            BudgetExhausted, PriceUnknown or LedgerUnavailable
        """
        with self._kept(request.owner.server_uuid) as keep:
            tags = dict(request.tags)
            whose = {'project_id': request.owner.project_id,
                     'server_uuid': request.owner.server_uuid,
                     'user_id': tags.get(tag_keys.USER, ''),
                     'stack': tags.get(tag_keys.STACK, '')}

            def afford(candidate: Candidate) -> None:
                if self.ledger is not None:
                    keep(self.ledger.reserve(
                        self._use(candidate.instance_type, candidate.market,
                                  zone=candidate.zone,
                                  host=request.owner.host, **whose),
                        disks=[self._disk(disk, zone=candidate.zone, **whose)
                               for disk in request.disks if disk.size_gib]))
            yield afford

    @contextlib.contextmanager
    def starting(self, server: Server, *, goes_on: bool = False
                 ) -> Iterator[None]:
        """Keep money while a stopped server is started.

        :param goes_on: it was stopped for a moment only, by the same verb:
            no budget refuses it
        """
        with self._kept() as keep:
            if self.ledger is not None and server.owner is not None:
                keep(self.ledger.reserve(self._of(server),
                                         asked=not goes_on))
            yield

    @contextlib.contextmanager
    def changing(self, server: Server,
                 types: Sequence[str]) -> Iterator[None]:
        """Keep money while a running server gets another type.

        :param types: by preference; the first is asked for, and each dearer
            one when it is its turn
        """
        with self._kept() as keep:
            if (self.ledger is not None and server.owner is not None
                    and server.state is ServerState.RUNNING
                    and server.instance_type not in types):
                keep(self.ledger.reserve(
                    self._of(server, types[0]),
                    replacing=server.instance_id))
            yield

    @contextlib.contextmanager
    def _kept(self, launched: str = '') -> Iterator[Callable[[str], None]]:
        """Give back what was kept, unless EC2 may charge for it by now.

        :param launched: the server of which nothing was there before
        """
        kept: list[str] = []
        try:
            yield kept.append
        except _UNSETTLED:
            raise  # The end of the server or a time-out gives it back.
        except exc.NovaEC2Error:
            if launched and kept:
                self.forget(launched)
            else:
                self._drop(kept)
            raise

    def _drop(self, kept: list[str]) -> None:
        with self._later('A reservation stays until it is void'):
            for span_id in dict.fromkeys(kept):
                if self.ledger is not None:
                    self.ledger.drop(span_id)

    # What EC2 tells

    def seen(self, server: Server) -> None:
        """Write down what a server's state means; the sweep tries again."""
        with self._later(f'The costs of {server.instance_id} are written '
                         f'down later'):
            self._note(server)

    def gone(self, server: Server) -> None:
        """EC2 no longer knows a server that it had."""
        with self._later(f'The end of {server.instance_id} is written down '
                         f'later'):
            if self.ledger is not None:
                self.ledger.close(server.instance_id, self.ledger.clock())

    def deleted(self, volume_ids: Sequence[str]) -> None:
        """Disks that went with their server."""
        with self._later('The ends of disks are written down later'):
            if self.ledger is not None:
                self.ledger.close_all(volume_ids, self.ledger.clock())

    def forget(self, server_uuid: str) -> None:
        """A server is deleted: nothing is kept for it any more."""
        with self._later('A reservation stays until it is void'):
            if self.ledger is not None:
                self.ledger.forget_reservations(server_uuid)

    @contextlib.contextmanager
    def _later(self, what: str) -> Iterator[None]:
        """What runs is left alone when the database is away."""
        try:
            yield
        except (exc.LedgerUnavailable, exc.PriceUnknown) as error:
            LOG.warning('%s: %s', what, error)

    def _note(self, server: Server) -> None:
        ledger = self.ledger
        if ledger is None or server.owner is None or (
                server.launch_time is None):
            return
        if server.state is ServerState.RUNNING:
            ledger.open('', self._of(server, runs=True), server.launch_time)
        elif is_over(server):
            ledger.close(server.instance_id,
                         server.stopped_at or ledger.clock(),
                         began_by=server.launch_time)

    # The sweep

    def reconcile(self, fleet: Fleet, api: instances.Instances) -> None:
        """Make the ledger agree with EC2 about this host's servers.

        :param fleet: just swept
        """
        if self.ledger is None:
            return
        with self._later('The costs are not compared with EC2 now'):
            self._reconcile(self.ledger, fleet, api)

    def _reconcile(self, ledger: Ledger, fleet: Fleet,
                   api: instances.Instances) -> None:
        # In this order: what is opened meanwhile is in neither or in both.
        spans = [span for span in ledger.active(
            account=self.account, region=self.region,
            host=fleet.settings.host, kind=Kind.INSTANCE.value)
            if span.state is State.OPEN]
        servers = {server.instance_id: server for server in fleet.servers()}
        known = {(span.use.resource_id, span.began) for span in spans}
        ids = {span.use.resource_id for span in spans}
        for server in servers.values():
            runs = server.state is ServerState.RUNNING
            written = (server.instance_id, server.launch_time) in known
            if runs != written and (runs or server.instance_id in ids):
                self.seen(server)
        self._missing(ledger, [
            span for span in spans if span.use.resource_id not in servers],
            fleet.settings.host, api)
        ledger.expire()

    def _missing(self, ledger: Ledger, spans: Sequence[Span], host: str,
                 api: instances.Instances) -> None:
        """Open spans of what the view does not have: terminated, or moved.
        """
        for begin in range(0, len(spans), instances.PAGE):
            some = spans[begin:begin + instances.PAGE]
            try:
                found = api.describe([one.use.resource_id for one in some])
            except exc.NovaEC2Error as error:
                LOG.warning('The ends of %d servers are written down later: '
                            '%s', len(some), error)
                return
            for span in some:
                server = found.get(span.use.resource_id)
                if server is not None:
                    self._elsewhere(ledger, span, server, host)
                elif _is_old(span, ledger.clock()):
                    ledger.close(span.use.resource_id, ledger.clock())

    def _elsewhere(self, ledger: Ledger, span: Span, server: Server,
                   host: str) -> None:
        self.seen(server)
        owner = server.owner.host if server.owner else host
        if owner != host and not is_over(server):
            ledger.move(span.span_id, owner)

    # A server in the ledger's words

    def _of(self, server: Server, instance_type: str = '', *,
            runs: bool = False) -> Use:
        assert server.owner is not None
        return self._use(
            instance_type or server.instance_type, server.market, runs,
            zone=server.zone, host=server.owner.host,
            project_id=server.owner.project_id,
            server_uuid=server.owner.server_uuid,
            resource_id=server.instance_id, user_id=server.user_id,
            stack=server.stack)

    @property
    def upkeep(self) -> Upkeep:
        """The same for what is no server."""
        return Upkeep(self.ledger, self.region, self.prices, self.account)

    def _disk(self, disk: Disk, **whose: str) -> Use:
        return self.upkeep.volume(disk.volume_type, disk.size_gib, disk.iops,
                                  disk.throughput, **whose)

    def _use(self, instance_type: str, market: str, runs: bool = False, /,
             **more: str) -> Use:
        return Use(
            kind=Kind.INSTANCE, item=instance_type, market=market,
            rate=self.prices().instance(self.region, instance_type, market,
                                        runs=runs),
            account=self.account, region=self.region,
            min_seconds=MIN_SECONDS, **more)


OFF = Spending(None, '', '', lambda: PriceTable((), ''))
"""No ledger."""


def is_over(server: Server) -> bool:
    """Whether AWS no longer charges for its running.

    It does while memory is written to the disk.
    """
    return server.state in (
        ServerState.STOPPED, ServerState.SHUTTING_DOWN,
        ServerState.TERMINATED) or (
            server.state is ServerState.STOPPING and not server.hibernates)


def _is_old(span: Span, now: datetime.datetime) -> bool:
    """Whether EC2 would know it by now; a launch takes time to be seen."""
    return (now - span.start).total_seconds() > ttl.VISIBILITY
