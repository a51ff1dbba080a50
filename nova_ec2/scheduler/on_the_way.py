# SPDX-License-Identifier: Apache-2.0
"""Requests of this process that were let go to private hosts.

Between that and their claim Placement does not show them. A request is over
when Placement shows its allocation. One that failed never gets there: but
nova-scheduler runs each in one thread to its end and then drops its object,
so it is over, too, when the object is gone or when its thread, or it itself,
comes with another server.
"""

import dataclasses
import logging
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from nova_ec2.policy.room import Room
from nova_ec2.scheduler.utilisation import PlacementSilentError

LOG = logging.getLogger(__name__)

_LOOK = 0.002
"""Seconds between two looks whether a request is over."""

_ASK = 0.1
"""Seconds between two questions to Placement about those that are not."""

_PATIENCE = 10.0
"""Seconds after which nobody waits for a request any more."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Request:
    """One server on its way.

    :param spec: weak, for its end is that it is gone
    :param consumer: the server's uuid
    :param size: what it takes, in ``vcpus_used`` and ``memory_mb_used``
    """

    spec: 'weakref.ref[Any]'
    thread: int
    consumer: str
    size: Room
    since: float


class OnTheWay:
    """What is on its way; used by one thread at a time.

    :param is_claimed: whether Placement shows a server's allocation
    """

    def __init__(self, is_claimed: Callable[[str], bool]) -> None:
        self._is_claimed = is_claimed
        self._requests: list[_Request] = []

    def add(self, spec: Any, size: Room) -> None:
        """A request was let go."""
        self._requests.append(_Request(
            weakref.ref(spec), threading.get_ident(), spec.instance_uuid,
            size, time.monotonic()))

    def settle(self, spec: Any) -> Room:
        """Wait until no request but ``spec`` is on its way.

        With several workers only those that each has under way are unknown
        to the others; so there is one at a time.

        :returns: what must be counted for those that do not end
        """
        ask = 0.0
        while True:
            self._requests = [one for one in self._requests
                              if not _over(one, spec)]
            now = time.monotonic()
            if self._requests and now >= ask:
                self._drop_claimed()
                ask = now + _ASK
            late = [one for one in self._requests
                    if now - one.since > _PATIENCE]
            if len(late) == len(self._requests):
                break
            time.sleep(_LOOK)
        total = Room()
        for one in late:
            total += one.size
        return total

    def _drop_claimed(self) -> None:
        try:
            self._requests = [one for one in self._requests
                              if not self._is_claimed(one.consumer)]
        except PlacementSilentError as error:
            LOG.warning('It is not known whether requests are over: %s',
                        error)


def _over(one: _Request, spec: Any) -> bool:
    alive = one.spec()
    return (alive is None or alive is spec
            or one.thread == threading.get_ident()
            or time.monotonic() - one.since > 6 * _PATIENCE)
