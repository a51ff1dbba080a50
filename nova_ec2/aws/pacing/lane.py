# SPDX-License-Identifier: Apache-2.0
"""The queue before one action of EC2."""

import bisect
import dataclasses
import itertools
import math
import threading
from collections.abc import Callable

from nova_ec2 import exceptions as exc
from nova_ec2.aws.pacing.buckets import Limits
from nova_ec2.aws.pacing.level import Level
from nova_ec2.aws.pacing.standing import Standing

LOCAL = 'LocalPacing'
"""Code of the error of a call that had no turn in time; EC2 sends no such."""

# A waiting call asks this often, in seconds, whether it is still wanted.
_LOOK = 0.25
# Shorter sleeps, in seconds, are not worth it, and may not move the clock.
_NAP = 0.0001
# Throttles that come within these seconds answer to calls that were sent
# together: they halve the rate once.
_TOGETHER = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Usage:
    """What an action has had so far, and how it stands.

    :param calls: turns given
    :param throttles: throttled answers of EC2
    :param waited_seconds: of all calls together
    :param waiting: calls that wait now
    :param rate: calls per second, as throttles have left it
    """

    calls: int
    throttles: int
    waited_seconds: float
    waiting: int
    rate: float


@dataclasses.dataclass(frozen=True, slots=True)
class Demand:
    """What one call takes.

    A call that takes no request token has had its turn before, and goes
    before those that have not.
    """

    tokens: float = 1.0
    resources: float = 0.0


@dataclasses.dataclass(order=True, slots=True)
class _Waiter:
    """A call in the queue; ordered by when it is due, then by arrival."""

    due: float
    number: int
    demand: Demand = dataclasses.field(compare=False)
    turn: threading.Condition = dataclasses.field(compare=False)


class Lane:
    """Calls of one action wait here, in order, for tokens.

    Only the first in the queue waits for time to pass; it wakes the next.
    The clock may jump: backwards, time stands still for that moment, and
    forwards the bucket is full at most.
    """

    def __init__(self, name: str, limits: Limits, share: float,
                 clock: Callable[[], float]) -> None:
        self.name = name
        self._share = share
        self._requests = Level(limits.requests, share)
        self._resources = (Level(limits.resources, share)
                           if limits.resources else None)
        self._clock = clock
        self._clock_read = clock()
        self._now = 0.0
        self._slowed_at = -math.inf
        self._lock = threading.Lock()
        self._queue: list[_Waiter] = []
        self._numbers = itertools.count()
        self._calls = self._throttles = 0
        self._waited = 0.0

    def wait(self, demand: Demand, standing: Standing,
             timeout: float) -> float:
        """Wait for the turn of one call.

        :param timeout: seconds
        :returns: seconds waited
        :raises Throttled: code ``LocalPacing``, no turn in time
        """
        with self._lock:
            self._advance()
            had_turn = not demand.tokens
            if (had_turn or not self._queue) and self._pause(demand) <= 0:
                self._take(demand)
                return 0.0
            due = (-math.inf if had_turn
                   else self._now + standing.priority.value)
            me = _Waiter(due, next(self._numbers), demand,
                         threading.Condition(self._lock))
            bisect.insort(self._queue, me)
        waited = 0.0
        try:
            waited = self._wait_in_queue(me, standing.check, timeout)
        finally:
            with self._lock:
                self._leave(me)
        return waited

    def _wait_in_queue(self, me: _Waiter,
                       check: Callable[[], None] | None,
                       timeout: float) -> float:
        waited = 0.0
        while True:
            if check is not None:
                check()
            with self._lock:
                self._advance()
                pause = (self._pause(me.demand) if self._queue[0] is me
                         else math.inf)
                if pause <= 0:
                    self._take(me.demand)
                    return waited
                if waited >= timeout:
                    raise self._no_turn(timeout)
                pause = max(_NAP, min(pause, timeout - waited))
                if check is not None:
                    pause = min(pause, _LOOK)
                passed = self._sleep(me, pause)
                self._waited += passed
            waited += passed

    def _sleep(self, me: _Waiter, pause: float) -> float:
        """Sleep at most ``pause`` seconds; how long, whatever the clock says.
        """
        begun = self._now
        if not me.turn.wait(pause):
            return pause
        self._advance()
        return min(self._now - begun, pause)

    def _leave(self, me: _Waiter) -> None:
        self._queue.remove(me)
        if self._queue:
            self._queue[0].turn.notify()

    def throttled(self) -> None:
        """EC2 throttled a call of this action: go half as fast, from empty.

        EC2 does not say which bucket was empty. That of the requests is
        emptied. That of the resources, which takes minutes to fill, loses
        half with each throttle, so that it too comes to where EC2's is.
        """
        with self._lock:
            self._advance()
            self._throttles += 1
            together = self._now - self._slowed_at < _TOGETHER
            if not together:
                self._slowed_at = self._now
                self._requests.halve()
                if self._resources:
                    self._resources.halve()
                    self._resources.drain(keep=0.5)
            self._requests.drain()

    def room(self) -> float:
        """How full the request bucket is, from 0 to 1; 0 while calls wait."""
        with self._lock:
            self._advance()
            if self._queue:
                return 0.0
            return self._requests.tokens / self._requests.capacity

    def usage(self) -> Usage:
        """The counters, and how the lane stands now."""
        with self._lock:
            self._advance()
            return Usage(self._calls, self._throttles, self._waited,
                         len(self._queue), self._requests.rate)

    # With the lock held

    def _advance(self) -> None:
        read = self._clock()
        passed = max(0.0, read - self._clock_read)
        self._clock_read = read
        self._now += passed
        self._requests.advance(passed)
        if self._resources:
            self._resources.advance(passed)

    def _pause(self, demand: Demand) -> float:
        pause = self._requests.seconds_until(demand.tokens)
        if self._resources and demand.resources:
            pause = max(pause,
                        self._resources.seconds_until(demand.resources))
        return pause

    def _take(self, demand: Demand) -> None:
        self._calls += bool(demand.tokens)
        self._requests.take(demand.tokens)
        if self._resources:
            self._resources.take(demand.resources)

    def _no_turn(self, timeout: float) -> exc.Throttled:
        levels = f'{self._requests.rate:.3g} calls/s'
        if self._resources:
            levels += f' and {self._resources.rate:.3g} instances/s'
        return exc.Throttled(
            f'no turn within {timeout:g} s: {len(self._queue)} calls wait '
            f'here at {levels}, with a share of {self._share:g} of what EC2 '
            f'allows the account; [ec2] api_share and [ec2] pacing_timeout '
            f'say how fast and how long', code=LOCAL, action=self.name)
