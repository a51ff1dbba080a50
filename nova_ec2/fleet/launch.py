# SPDX-License-Identifier: Apache-2.0
"""From a launch request to a running server.

Candidates are tried in order. A capacity error moves on to the next at once
and is remembered, so that the next server does not try the same in vain.
"""

import dataclasses
import hashlib
import threading
import uuid
from collections.abc import Callable

import cachetools
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.instances import Instances
from nova_ec2.fleet import ttl
from nova_ec2.fleet.view import Fleet
from nova_ec2.fleet.waits import nothing_interrupts
from nova_ec2.models.launch import Candidate, LaunchRequest
from nova_ec2.models.server import Server, ServerState

LOG = logging.getLogger(__name__)

_REMEMBERED = 10000


def client_token(request: LaunchRequest, candidate: Candidate) -> str:
    """RunInstances' ClientToken: 63 ASCII characters, EC2 allows 64.

    The server's uuid and a digest of all that may change on a retry: the
    host, Nova's request, and what is launched. The same try gives the same
    token, so a lost reply can be asked for again; another try never collides.
    """
    varying = '|'.join((
        request.owner.cloud_id, request.owner.host, request.token_seed,
        request.image_id, candidate.instance_type, candidate.zone,
        candidate.market))
    digest = hashlib.blake2s(varying.encode(), digest_size=15).hexdigest()
    return f'{uuid.UUID(request.owner.server_uuid).hex}-{digest}'


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

    def remember(self, candidate: Candidate,
                 error: exc.CapacityExhausted) -> None:
        """Note that EC2 has no room for this candidate."""
        with self._lock:
            self._unavailable[candidate] = error


@dataclasses.dataclass
class Launcher:
    """Launches servers and sees them run.

    :param timeout: seconds from RunInstances to running
    """

    api: Instances
    fleet: Fleet
    offerings: Offerings
    timeout: float

    def launch(self, request: LaunchRequest,
               accepted: Callable[[Server], None] = lambda server: None,
               check: Callable[[], None] = nothing_interrupts) -> Server:
        """Launch a server by the first candidate that has room.

        :param accepted: called with each server that EC2 has accepted, still
            pending, its addresses final
        :param check: raises when the launch is no longer wanted
        :returns: the running server
        :raises CapacityExhausted: no candidate has room; names them
        :raises LaunchFailed: EC2 accepted the server and ended it
        :raises WaitTimedOut: it did not run in time
        :raises AWSError: EC2 refused the request
        """
        refused: list[tuple[Candidate, exc.CapacityExhausted]] = []
        for candidate in request.candidates:
            known = self.offerings.unavailable(candidate)
            if known:
                refused.append((candidate, known))
                continue
            check()
            try:
                return self._try(request, candidate, accepted, check)
            except exc.CapacityExhausted as error:
                LOG.info('No capacity for %s in %s: %s',
                         candidate.instance_type, candidate.zone, error)
                self.offerings.remember(candidate, error)
                refused.append((candidate, error))
        raise _exhausted(refused)

    def _try(self, request: LaunchRequest, candidate: Candidate,
             accepted: Callable[[Server], None],
             check: Callable[[], None]) -> Server:
        token = client_token(request, candidate)
        server = self.api.run(request, candidate, token)
        self.fleet.note(server)
        LOG.info('EC2 accepted server %s as instance %s, type %s, zone %s',
                 request.owner.server_uuid, server.instance_id,
                 candidate.instance_type, candidate.zone)
        accepted(server)
        settled = self.fleet.reader.wait(
            server.instance_id, _has_started, self.timeout, check)
        assert settled is not None
        if settled.state is not ServerState.RUNNING:
            raise _why_it_ended(settled)
        return settled


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
    tried = ', '.join(f'{candidate.instance_type} in {candidate.zone}'
                      for candidate, _ in refused)
    return exc.CapacityExhausted(
        f'{last.message} (no room for any of: {tried})', code=last.code,
        action='RunInstances', request_id=last.request_id)
