# SPDX-License-Identifier: Apache-2.0
"""Calls wait for their turn here instead of being throttled there."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from nova_ec2.aws.pacing import buckets, standing
from nova_ec2.aws.pacing.lane import Demand, Lane, Usage

# How a lane of unfiltered, unpaginated calls is told from the other.
_BARE = ' (unfiltered)'


class LimitsOf(Protocol):
    """Which limits an action has; ``buckets.limits`` is the real one."""

    def __call__(self, action: str, *, bare: bool = False
                 ) -> buckets.Limits:
        """The limits of one action."""


class Pacer:
    """Keeps one process within its share of one account and Region.

    Shared by all threads. What it keeps is a queue for each action that was
    ever called, some dozen.

    :param share: part of EC2's limits that this process may use
    :param timeout: seconds that a call waits at most
    :param clock: seconds, monotonic; a clock that jumps does no harm
    """

    def __init__(self, share: float = 1.0, timeout: float = 600.0,
                 limits: LimitsOf = buckets.limits,
                 clock: Callable[[], float] = time.monotonic) -> None:
        if share <= 0:
            raise ValueError(f'a share of {share:g} lets no call go')
        self.share = share
        self.timeout = timeout
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: dict[str, Lane] = {}

    def wait(self, action: str, *, tokens: float = 1.0,
             resources: float = 0.0, bare: bool = False) -> float:
        """Wait for the turn of one call, by the thread's own priority.

        :param action: EC2's name, for instance ``RunInstances``
        :param tokens: that the call takes
        :param resources: instances that it names or asks for
        :param bare: it neither names, filters nor pages
        :returns: seconds waited
        :raises Throttled: code ``LocalPacing``, no turn within the timeout
        :raises Exception: what the ``check`` of the priority raised
        """
        return self._lane(action, bare).wait(
            Demand(tokens, resources), standing.current(), self.timeout)

    def wait_for_call(self, action: str, parameters: Mapping[str, Any],
                      *, tokens: float = 1.0) -> float:
        """:meth:`wait`, with what the call takes read from its parameters.

        :param parameters: by botocore's names
        :param tokens: 0 where the call's token was waited for before
        """
        return self.wait(action, tokens=tokens,
                         resources=buckets.resources(action, parameters),
                         bare=buckets.is_bare(action, parameters))

    def room(self, action: str) -> float:
        """How much of an action's burst is unused, from 0 to 1.

        0 while calls wait for their turn.
        """
        return self._lane(action, bare=False).room()

    def throttled(self, action: str,
                  parameters: Mapping[str, Any] | None = None) -> None:
        """EC2 throttled a call: slow its action down, see ``Level``.

        :param parameters: of the call, by botocore's names
        """
        bare = (parameters is not None
                and buckets.is_bare(action, parameters))
        self._lane(action, bare).throttled()

    def snapshot(self) -> dict[str, Usage]:
        """Counters of each action called so far, by its name."""
        with self._lock:
            lanes = list(self._lanes.values())
        return {lane.name: lane.usage() for lane in lanes}

    def _lane(self, action: str, bare: bool) -> Lane:
        name = action + _BARE if bare else action
        lane = self._lanes.get(name)
        if lane is not None:
            return lane
        with self._lock:
            if name not in self._lanes:
                self._lanes[name] = Lane(
                    name, self._limits(action, bare=bare), self.share,
                    self._clock)
            return self._lanes[name]
