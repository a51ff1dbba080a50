# SPDX-License-Identifier: Apache-2.0
"""The emulator's own time, which tests can move forward."""

import datetime
import heapq
import itertools
import time
from collections.abc import Callable


class Clock:
    """Monotonic seconds plus whatever tests added."""

    def __init__(self) -> None:
        self._zero = time.monotonic()
        self._epoch = datetime.datetime.now(datetime.UTC)
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the clock was made, including what was added."""
        return time.monotonic() - self._zero + self._offset

    def utc(self) -> datetime.datetime:
        """The same as a date."""
        return self.at(self.now())

    def at(self, seconds: float) -> datetime.datetime:
        """A time of :meth:`now` as a date."""
        return self._epoch + datetime.timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Move forward; ValueError if backward."""
        if seconds < 0:
            raise ValueError('the clock only moves forward')
        self._offset += seconds


class Timeline:
    """Changes that are due at a time, made by whoever looks next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._moment: float | None = None

    def now(self) -> float:
        """The clock's time or, within a change, the time it was due at."""
        return self._clock.now() if self._moment is None else self._moment

    def after(self, seconds: float, change: Callable[[], None]) -> None:
        """Have ``change`` made in ``seconds``; at once where 0 or less."""
        if seconds <= 0:
            change()
            return
        heapq.heappush(self._due,
                       (self.now() + seconds, next(self._order), change))

    def settle(self) -> None:
        """Make all changes that are due, in the order of their times."""
        while self._due and self._due[0][0] <= self._clock.now():
            self._moment, _, change = heapq.heappop(self._due)
            try:
                change()
            finally:
                self._moment = None
