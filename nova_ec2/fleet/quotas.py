# SPDX-License-Identifier: Apache-2.0
"""vCPU quotas, respected before EC2 is asked.

What this host runs is known; what others run in the account is not, so a
launch is refused here only where this host alone has used the quota up. All
else EC2 refuses itself.
"""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.fleet import ttl
from nova_ec2.models import quota
from nova_ec2.models.launch import Candidate
from nova_ec2.models.market import SPOT
from nova_ec2.models.server import Server, ServerState

LOG = logging.getLogger(__name__)

EXCEEDED = ('VcpuLimitExceeded', 'MaxSpotInstanceCountExceeded')
"""EC2's codes, on demand and on spot."""

_COUNTED = (ServerState.PENDING, ServerState.RUNNING)


@dataclasses.dataclass(frozen=True, slots=True)
class Quota:
    """One quota, and what of it this host uses.

    :param limit: vCPUs of the account in the Region
    :param used: vCPUs that this host runs
    """

    code: str
    limit: int
    used: int

    @property
    def name(self) -> str:
        """What it is of."""
        return quota.NAMES[self.code]


class VcpuQuotas:
    """The quotas of one account in one Region.

    :param read: asks Service Quotas, by code
    :param running: this host's servers, as they are known now
    :param vcpus: of an instance type, 0 where it is not known
    :param seconds: for which an answer counts
    """

    def __init__(self, read: Callable[[], Mapping[str, int]],
                 running: Callable[[], Iterable[Server]],
                 vcpus: Callable[[str], int],
                 seconds: float = ttl.QUOTAS) -> None:
        self._read = read
        self._running = running
        self._vcpus = vcpus
        self._seconds = seconds
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._limits: Mapping[str, int] = {}
        self._read_at = float('-inf')
        self._launching: dict[str, int] = {}

    @contextlib.contextmanager
    def reserved(self, candidate: Candidate) -> Iterator[None]:
        """Count a candidate as running while it is launched.

        :raises QuotaExceeded: the quota is used up; nothing was sent
        """
        code = quota.code(candidate.instance_type, candidate.market)
        limit = self.limits().get(code)
        with self._lock:
            used = self._used(code) + self._launching.get(code, 0)
            if limit is not None and used + candidate.vcpus > limit:
                raise _exceeded(candidate, code, limit, used)
            self._launching[code] = (self._launching.get(code, 0)
                                     + candidate.vcpus)
        try:
            yield
        finally:
            with self._lock:
                self._launching[code] -= candidate.vcpus

    def limits(self) -> Mapping[str, int]:
        """vCPUs by code; what could not be read limits nothing."""
        with self._reading:
            if time.monotonic() - self._read_at > self._seconds:
                self._limits = self._ask()
                self._read_at = time.monotonic()
            return self._limits

    def _ask(self) -> Mapping[str, int]:
        try:
            return self._read()
        except exc.NovaEC2Error as error:
            LOG.warning('The vCPU quotas cannot be read, so they are left to '
                        'EC2: %s', error)
            return {}

    def standing(self, *, ask: bool = True) -> list[Quota]:
        """Every quota that is known, with what this host uses of it.

        :param ask: read them where they are too old
        """
        limits = self.limits() if ask else self._limits
        return [Quota(code, limit, self._used(code))
                for code, limit in sorted(limits.items())]

    def _used(self, code: str) -> int:
        return sum(self._vcpus(server.instance_type)
                   for server in self._running()
                   if server.state in _COUNTED
                   and quota.code(server.instance_type,
                                  server.market) == code)


def _exceeded(candidate: Candidate, code: str, limit: int,
              used: int) -> exc.QuotaExceeded:
    spot = candidate.market == SPOT
    return exc.QuotaExceeded(
        f'the EC2 vCPU quota {code} ({quota.NAMES[code]}) has a limit of '
        f'{limit}, of which this host uses {used}; ask AWS for more in '
        f'Service Quotas', code=EXCEEDED[spot], action='RunInstances')
