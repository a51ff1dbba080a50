# SPDX-License-Identifier: Apache-2.0
"""Counts what this process asks of AWS: how often, how it ended, how long."""

import collections
import threading
from typing import NamedTuple


class Count(NamedTuple):
    """How often, and how many seconds together."""

    times: int = 0
    seconds: float = 0.0


class Tally:
    """Counts by action and result; shared by all threads.

    There are some dozen actions, and as results the classes of our errors,
    so what is kept stays small.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], Count] = (
            collections.defaultdict(Count))

    def add(self, action: str, result: str, seconds: float) -> None:
        """Count one.

        :param result: ``ok`` or the class of an error
        """
        with self._lock:
            known = self._counts[action, result]
            self._counts[action, result] = Count(
                known.times + 1, known.seconds + seconds)

    def counts(self) -> dict[tuple[str, str], Count]:
        """All so far, by action and result."""
        with self._lock:
            return dict(self._counts)


CALLS = Tally()
"""Every call of this process, whatever account it was made in."""
