# SPDX-License-Identifier: Apache-2.0
"""From a launch request to a running server.

Candidates are tried in order. A capacity error moves on to the next at once
and is remembered, so that the next server does not try the same in vain.
"""

import contextlib
import dataclasses
import hashlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import cachetools
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import gathering
from nova_ec2.aws.api.instances import Instances
from nova_ec2.fleet import ttl
from nova_ec2.fleet.quotas import EXCEEDED, VcpuQuotas
from nova_ec2.fleet.spending import OFF, Spending
from nova_ec2.fleet.view import Fleet
from nova_ec2.fleet.waits import nothing_interrupts
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import Candidate, LaunchRequest
from nova_ec2.models.market import ON_DEMAND
from nova_ec2.models.quota import code as quota_code
from nova_ec2.models.server import Server, ServerState

LOG = logging.getLogger(__name__)

_REMEMBERED = 10000

# A launch of several saves calls of RunInstances, of which there are few, and
# costs one more for each server's own tags: worth it where the former have
# run out, and the more the larger it is. With this part of their burst left
# a server is launched alone, unless others like it gather already.
_ROOMY = 0.2

# Nova's own work on a server takes some tenths of a second, so the servers of
# one request come that far apart. Meanwhile the burst grows again.
_COMPANY = gathering.Window(idle=0.5, longest=2.5)


def client_token(request: LaunchRequest, candidate: Candidate) -> str:
    """RunInstances' ClientToken: 63 ASCII characters, EC2 allows 64.

    The server's uuid and a digest of all that may change on a retry: the
    host, Nova's request, and what is launched. The same try gives the same
    token, so a lost reply can be asked for again; another try never collides.
    """
    varying = '|'.join((
        request.owner.cloud_id, request.owner.host, request.token_seed,
        request.image_id, candidate.instance_type, candidate.zone,
        candidate.market, *([candidate.group] if candidate.group else [])))
    digest = hashlib.blake2s(varying.encode(), digest_size=15).hexdigest()
    return f'{uuid.UUID(request.owner.server_uuid).hex}-{digest}'


def shared_token(requests: Sequence[LaunchRequest],
                 candidate: Candidate) -> str:
    """The ClientToken of one call for many: 64 hexadecimal characters."""
    tokens = '|'.join(client_token(request, candidate)
                      for request in requests)
    return hashlib.blake2s(tokens.encode()).hexdigest()


# What EC2 refused because of how much or which was asked for.
_OF_NUMBERS = (exc.QuotaExceeded, exc.SubnetFull, exc.AddressTaken)


class Offerings:
    """Which candidates had no capacity lately; shared by all launches."""

    def __init__(self, seconds: float = ttl.UNAVAILABLE_OFFERING) -> None:
        self._lock = threading.Lock()
        self._unavailable: cachetools.TTLCache[
            Candidate, exc.CapacityExhausted] = cachetools.TTLCache(
                _REMEMBERED, seconds)

    def unavailable(self, candidate: Candidate
                    ) -> exc.CapacityExhausted | None:
        """The capacity error that this candidate met, while it counts."""
        with self._lock:
            return self._unavailable.get(candidate)

    def remembered(self) -> list[Candidate]:
        """All that have none now."""
        with self._lock:
            return list(self._unavailable)

    def remember(self, candidate: Candidate,
                 error: exc.CapacityExhausted) -> None:
        """Note that EC2 has no room for this candidate."""
        with self._lock:
            self._unavailable[candidate] = error


class _Accepted(NamedTuple):
    """A server that EC2 accepted, and whether by a call for several."""

    server: Server
    shared: bool


def _not_told(result: str, seconds: float) -> None:
    """Nobody counts launches."""


@dataclasses.dataclass
class Launcher:
    """Launches servers and sees them run.

    :param timeout: seconds from RunInstances to running
    :param quotas: looked at before EC2 is asked; None leaves them to EC2
    :param launched: told of every launch: ``ok`` or the class of its error,
        and seconds
    :param spending: keeps money for each launch, and refuses where there is
        none
    """

    api: Instances
    fleet: Fleet
    offerings: Offerings
    timeout: float
    quotas: VcpuQuotas | None = None
    launched: Callable[[str, float], None] = _not_told
    spending: Spending = OFF

    def __post_init__(self) -> None:
        self._gatherer: gathering.Gatherer[
            tuple[LaunchRequest, Candidate], _Accepted] = gathering.Gatherer(
                self._run_alike, tag_keys.MANIFEST_MOST,
                take_turn=self.api.take_turn_to_run)

    def launch(self, request: LaunchRequest,
               accepted: Callable[[Server], None] = lambda server: None,
               check: Callable[[], None] = nothing_interrupts) -> Server:
        """Launch a server by the first candidate that has room.

        :param accepted: called with each server that EC2 has accepted, still
            pending, its addresses final
        :param check: raises when the launch is no longer wanted
        :returns: the running server
        :raises CapacityExhausted: no candidate has room; names them
        :raises QuotaExceeded: the account may have no more of any candidate
        :raises LaunchFailed: EC2 accepted the server and ended it
        :raises WaitTimedOut: it did not run in time
        :raises BudgetExhausted: it would cost more than may be spent
        :raises AWSError: EC2 refused the request
        """
        begun = time.monotonic()
        result = 'ok'
        try:
            with self.spending.launching(request) as afford:
                server = self._launch(request, accepted, check, afford)
                self.spending.seen(server)
                return server
        except Exception as error:
            result = type(error).__name__
            raise
        finally:
            self.launched(result, time.monotonic() - begun)

    def _launch(self, request: LaunchRequest,
                accepted: Callable[[Server], None],
                check: Callable[[], None],
                afford: Callable[[Candidate], None]) -> Server:
        refused: list[tuple[Candidate, exc.CapacityExhausted]] = []
        used_up: dict[str, exc.AWSError] = {}
        for candidate in request.candidates:
            quota = quota_code(candidate.instance_type, candidate.market)
            known = self.offerings.unavailable(candidate)
            if known:
                refused.append((candidate, known))
                continue
            if quota in used_up:
                continue
            check()
            afford(candidate)
            try:
                return self._try(request, candidate, accepted, check)
            except exc.CapacityExhausted as error:
                LOG.info('No capacity for %s: %s', _said(candidate), error)
                if not candidate.group:
                    # The group's lack of room says nothing of the type's.
                    self.offerings.remember(candidate, error)
                refused.append((candidate, error))
            except _OF_NUMBERS as error:
                if candidate.group and not request.candidates[-1].group:
                    # Better with the group than without, but not needed.
                    LOG.info('Not in placement group %s: %s',
                             candidate.group, error)
                    continue
                if error.code in EXCEEDED:
                    # Other families and the other market have their own.
                    LOG.info('No quota for %s: %s', _said(candidate), error)
                    used_up[quota] = _with_numbers(error, request, candidate)
                    continue
                raise _with_numbers(error, request, candidate) from error
        if used_up and not refused:
            raise next(iter(used_up.values()))
        raise _exhausted(refused)

    def _try(self, request: LaunchRequest, candidate: Candidate,
             accepted: Callable[[Server], None],
             check: Callable[[], None]) -> Server:
        with (self.quotas.reserved(candidate) if self.quotas
              else contextlib.nullcontext()):
            server, shared = self._run(request, candidate)
        self.fleet.note(server)
        if shared:
            self._name(request, server)
        LOG.info('EC2 accepted server %s as instance %s: %s',
                 request.owner.server_uuid, server.instance_id,
                 _said(candidate))
        accepted(server)
        settled = self.fleet.reader.wait(
            server.instance_id, _has_started, self.timeout, check)
        assert settled is not None
        if settled.state is not ServerState.RUNNING:
            raise _why_it_ended(settled)
        return settled

    def _run(self, request: LaunchRequest, candidate: Candidate) -> _Accepted:
        if not request.shareable:
            return self._run_alone(request, candidate)
        like = (request.alike(), candidate)
        if (self.api.room_to_run() >= _ROOMY
                and not self._gatherer.gathers(like)):
            return self._run_alone(request, candidate)
        return self._gatherer.submit(
            (request, candidate), like,
            window=_COMPANY if request.in_company else gathering.BRIEF)

    def _run_alike(self, items: Sequence[tuple[LaunchRequest, Candidate]]
                   ) -> Sequence[_Accepted | Exception]:
        """One call for launches that are alike."""
        requests = [request for request, _ in items]
        candidate = items[0][1]
        if len(items) == 1:
            return [self._run_alone(requests[0], candidate,
                                    turn_taken=True)]
        launched: list[Server | None] = [None] * len(requests)
        try:
            launched = self.api.run_many(requests, candidate,
                                         shared_token(requests, candidate))
        except (exc.QuotaExceeded, exc.SubnetFull):
            pass  # All were too many; some may fit.
        except (exc.OutcomeUnknown, exc.ServiceFault):
            for request in requests:
                self.fleet.doubt(request.owner.server_uuid)
            raise
        left_out = self._singly(candidate, (
            request for request, server
            in zip(requests, launched, strict=True) if server is None))
        return [_Accepted(server, shared=True) if server else next(left_out)
                for server in launched]

    def _singly(self, candidate: Candidate,
                requests: Iterable[LaunchRequest]
                ) -> Iterator[_Accepted | Exception]:
        """One call each; once one is refused the others would be, too."""
        refused: Exception | None = None
        for request in requests:
            if refused is None:
                try:
                    yield self._run_alone(request, candidate)
                    continue
                except exc.NovaEC2Error as error:
                    refused = error
            yield refused

    def _run_alone(self, request: LaunchRequest, candidate: Candidate, *,
                   turn_taken: bool = False) -> _Accepted:
        server = self.api.run(request, candidate,
                              client_token(request, candidate),
                              turn_taken=turn_taken)
        return _Accepted(server, shared=False)

    def _name(self, request: LaunchRequest, server: Server) -> None:
        """Give a server that was launched with others its own tags.

        Until then the manifest tells whose it is, so a failure here costs
        the name on EC2's console and the guest's hostname, not the server.
        """
        own = {key: value for key, value in request.tags
               if key in tag_keys.PER_SERVER}
        try:
            self.api.tag([server.instance_id, *(
                item.interface_id for item in server.interfaces)], own)
        except exc.NovaEC2Error as error:
            LOG.error('Instance %s could not be given its own tags: %s',
                      server.instance_id, error)


def _has_started(server: Server | None) -> bool:
    """Running, or never will be; unknown right after the launch is neither."""
    return server is not None and server.state is not ServerState.PENDING


def _why_it_ended(server: Server) -> exc.NovaEC2Error:
    """EC2 takes a launch back by ending it: StateReason says why."""
    code, reason = server.reason_code, server.reason
    if code.startswith('Server.') and 'InternalError' not in code:
        return exc.CapacityExhausted(
            reason, code=code.removeprefix('Server.'), action='RunInstances')
    if code == 'Client.VolumeLimitExceeded':
        return exc.QuotaExceeded(reason, code=code, action='RunInstances')
    return exc.LaunchFailed(
        f'instance {server.instance_id} became {server.state} while it '
        f'started: {code or "no code"}: {reason or "no reason"}', code)


def _exhausted(refused: list[tuple[Candidate, exc.CapacityExhausted]]
               ) -> exc.CapacityExhausted:
    last = refused[-1][1]
    tried = ', '.join(_said(candidate) for candidate, _ in refused)
    return exc.CapacityExhausted(
        f'{last.message} (no room for any of: {tried})', code=last.code,
        action='RunInstances', request_id=last.request_id)


def _said(candidate: Candidate) -> str:
    market = '' if candidate.market == ON_DEMAND else f', {candidate.market}'
    return f'{candidate.instance_type} in {candidate.zone}{market}'


def _with_numbers(error: exc.AWSError, request: LaunchRequest,
                  candidate: Candidate) -> exc.AWSError:
    """The same error, its message led by what was asked for."""
    subnets = ', '.join(sorted({item.subnet_id
                                for item in request.interfaces}))
    addresses = ', '.join(address for item in request.interfaces
                          for address in item.addresses)
    if isinstance(error, exc.QuotaExceeded):
        asked = f'1 {candidate.instance_type} ({candidate.vcpus} vCPUs)'
    elif isinstance(error, exc.SubnetFull):
        asked = f'{len(request.interfaces)} address(es) of {subnets}'
    else:
        asked = f'{addresses} of {subnets}'
    return type(error)(f'asked for {asked}: {error.message}',
                       code=error.code, action=error.action,
                       request_id=error.request_id)
