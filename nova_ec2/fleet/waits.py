# SPDX-License-Identifier: Apache-2.0
"""Reads by id, gathered: one call serves all who wait.

A wait is a subscription: however many servers are changing state, each
interval has one call for all of them. A fresh read joins the next call that
begins after it was asked for: at most two calls an interval, and in a crowd
one.
"""

import dataclasses
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)

T = TypeVar('T')

# Ids a call; EC2's own limit for DescribeInstances.
_CHUNK = 1000
# Seconds in which further requests join a call that is about to be made.
_GATHER = 0.005
# Fresh reads of one burst share calls: between two there is this part of the
# interval. One that comes alone is made at once.
_FRESH = 0.5
# Where so many wait, fresh reads go with the call that serves all of them.
_CROWD = 8
# Where new waits keep coming, each with less than ``_GAP`` intervals to the
# one before, for longer than ``_LONG`` intervals, a read every ``_SLOW``
# intervals does: of the calls of a long burst these would be the most. Once
# no more come, the last are looked at more often for as long.
_GAP, _LONG, _SLOW, _QUICK = 1.5, 10.0, 2.5, 0.5
# A waiter looks this often, in seconds, whether it was interrupted.
_LOOK = 0.25
# The thread ends when nobody wanted anything for this many seconds.
_IDLE = 30.0


def nothing_interrupts() -> None:
    """The ``check`` of a wait that nothing but time ends."""


@dataclasses.dataclass(eq=False)
class _Watch(Generic[T]):
    """One who waits for news of one id."""

    wanted_id: str
    once: bool
    news: threading.Event = dataclasses.field(
        default_factory=threading.Event)
    value: T | None = None
    error: exc.NovaEC2Error | None = None


class Reader(Generic[T]):
    """Reads things of one kind by id for everybody who asks.

    :param kind: what is read, for messages: ``instance``, ``image``
    :param describe: reads up to 1000 ids in one call; ids that EC2 does not
        know are absent from the answer
    :param interval: seconds between two reads of the ids that are waited for
    :param seen: told of every thing read
    """

    def __init__(self, kind: str,
                 describe: Callable[[Sequence[str]], dict[str, T]],
                 interval: float,
                 seen: Callable[[T], None] | None = None) -> None:
        self.kind = kind
        self._describe = describe
        self._interval = interval
        self._seen = seen or (lambda thing: None)
        self._changed = threading.Condition()
        self._watches: set[_Watch[T]] = set()
        self._thread: threading.Thread | None = None
        # When the last read began, and the last of all that is waited for.
        self._last_read = self._last_round = float('-inf')
        # When the last wait began, and the first of those close upon another.
        self._last_wait = self._first_wait = float('-inf')

    def fresh(self, wanted_id: str, timeout: float = 120) -> T | None:
        """Read one id by a call that begins after now.

        :param timeout: seconds
        :returns: None where EC2 does not know the id
        :raises FleetUnavailable: the call failed; nothing is known
        """
        watch = self._subscribe(wanted_id, once=True)
        try:
            if not watch.news.wait(timeout):
                raise exc.FleetUnavailable(
                    f'{self.kind} {wanted_id} was not read within '
                    f'{timeout:g} s')
        finally:
            self._unsubscribe(watch)
        if watch.error:
            raise exc.FleetUnavailable(
                f'{self.kind} {wanted_id} could not be read: {watch.error}'
            ) from watch.error
        return watch.value

    def wait(self, wanted_id: str, done: Callable[[T | None], bool],
             timeout: float,
             check: Callable[[], None] = nothing_interrupts) -> T | None:
        """Wait until ``done`` says so of what was read last.

        A read that fails is no news: the wait goes on until its time is up.

        :param done: called with None where EC2 does not know the id
        :param timeout: seconds
        :param check: called several times a second; its exception ends the
            wait
        :raises WaitTimedOut: says what was seen last
        """
        deadline = time.monotonic() + timeout
        watch = self._subscribe(wanted_id, once=False)
        try:
            while True:
                check()
                left = deadline - time.monotonic()
                if watch.news.wait(max(0.0, min(left, _LOOK))):
                    watch.news.clear()
                    if watch.error is None and done(watch.value):
                        return watch.value
                if left <= 0:
                    raise exc.WaitTimedOut(
                        f'{self.kind} {wanted_id} did not get there within '
                        f'{timeout:g} s; seen last: {_last(watch)}')
        finally:
            self._unsubscribe(watch)

    def _subscribe(self, wanted_id: str, once: bool) -> _Watch[T]:
        watch: _Watch[T] = _Watch(wanted_id, once)
        with self._changed:
            self._watches.add(watch)
            if not once:
                self._count_wait(time.monotonic())
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, daemon=True,
                    name=f'nova-ec2-{self.kind}-reader')
                self._thread.start()
            self._changed.notify()
        return watch

    def _count_wait(self, now: float) -> None:
        if now - self._last_wait > _GAP * self._interval:
            self._first_wait = now
        self._last_wait = now

    def _round(self) -> float:
        """Seconds between two reads of all that is waited for."""
        now, unit = time.monotonic(), self._interval
        since_last = now - self._last_wait
        if since_last <= _GAP * unit:
            goes_on = now - self._first_wait > _LONG * unit
            return unit * (_SLOW if goes_on else 1.0)
        return unit * (_QUICK if since_last <= _LONG * unit else 1.0)

    def _unsubscribe(self, watch: _Watch[T]) -> None:
        with self._changed:
            self._watches.discard(watch)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._due():
                    # One wait only: who subscribes changes the patience.
                    told = self._changed.wait(self._patience())
                    if not told and not self._watches:
                        self._thread = None
                        return
                    continue
            time.sleep(_GATHER)
            self._serve(self._batch())

    def _batch(self) -> list[_Watch[T]]:
        """Who is served by the read that begins now.

        All of them once an interval; in between those who want a fresh read,
        and who else waits for the same ids.
        """
        with self._changed:
            self._last_read = now = time.monotonic()
            if now - self._last_round >= self._round():
                self._last_round = now
                return list(self._watches)
            wanted = {watch.wanted_id for watch in self._watches
                      if watch.once}
            return [watch for watch in self._watches
                    if watch.wanted_id in wanted]

    def _due(self) -> bool:
        return bool(self._watches) and self._patience() <= 0

    def _patience(self) -> float:
        """Seconds until the next read, or until the thread may end.

        An interval at most: by then it may come sooner, see :meth:`_round`.
        """
        if not self._watches:
            return _IDLE
        begins = []
        if any(watch.once for watch in self._watches):
            part = _FRESH if len(self._watches) < _CROWD else 1.0
            begins.append(self._last_read + self._interval * part)
        if not all(watch.once for watch in self._watches):
            begins.append(self._last_round + self._round())
        return max(0.0, min(min(begins) - time.monotonic(), self._interval))

    def _serve(self, batch: list[_Watch[T]]) -> None:
        ids = sorted({watch.wanted_id for watch in batch})
        found: dict[str, T] = {}
        failed: dict[str, exc.NovaEC2Error] = {}
        for begin in range(0, len(ids), _CHUNK):
            chunk = ids[begin:begin + _CHUNK]
            try:
                found.update(self._describe(chunk))
            except exc.NovaEC2Error as error:
                LOG.warning('%d %ss could not be read: %s', len(chunk),
                            self.kind, error)
                failed.update(dict.fromkeys(chunk, error))
            except Exception as error:
                # A defect must reach the waiters, not end their thread.
                LOG.exception('Reading %ss failed', self.kind)
                failed.update(dict.fromkeys(
                    chunk, exc.ServiceFault(repr(error))))
        for thing in found.values():
            self._seen(thing)
        self._deliver(batch, found, failed)

    def _deliver(self, batch: list[_Watch[T]], found: dict[str, T],
                 failed: dict[str, exc.NovaEC2Error]) -> None:
        with self._changed:
            self._watches -= {watch for watch in batch if watch.once}
        for watch in batch:
            watch.error = failed.get(watch.wanted_id)
            if watch.error is None:
                watch.value = found.get(watch.wanted_id)
            watch.news.set()


def _last(watch: _Watch[T]) -> str:
    if watch.error is not None:
        return f'a failed read: {watch.error}'
    state = getattr(watch.value, 'state', None)
    return str(state) if state is not None else 'EC2 does not know it'
