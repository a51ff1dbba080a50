# SPDX-License-Identifier: Apache-2.0
"""Concurrent calls of one kind become one.

Whoever comes first leads: waits a moment for others, sends for all, and hands
each its own result or its own error. There is no thread of its own, so
nothing is left behind.
"""

import copy
import dataclasses
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from nova_ec2.aws import pacing

Item = TypeVar('Item')
Result = TypeVar('Result')

Send = Callable[[Sequence[Item]], Sequence[Result | Exception]]


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """How long a gathered call waits for company, in seconds.

    :param idle: it goes out when nobody came for this long
    :param longest: it goes out after this long in any case
    """

    idle: float
    longest: float


BRIEF = Window(idle=0.01, longest=0.1)
"""For calls that come together or not at all."""


class _Batch(Generic[Item, Result]):
    def __init__(self) -> None:
        self.items: list[Item] = []
        self.results: Sequence[Result | Exception] = ()
        self.done = threading.Event()
        self.begun = self.closes = time.monotonic()

    def add(self, item: Item, window: Window) -> int:
        self.items.append(item)
        self.closes = min(time.monotonic() + window.idle,
                          self.begun + window.longest)
        return len(self.items) - 1


class Gatherer(Generic[Item, Result]):
    """Gathers the calls of one kind.

    :param send: makes one call for many items; returns each one's result or
        error, in order; what it raises goes to everyone
    :param most: items a call
    :param take_turn: waits until the call may go out; it stays open to others
        meanwhile, so that a queue becomes one call and not many
    """

    def __init__(self, send: Send[Item, Result], most: int,
                 take_turn: Callable[[], None] = lambda: None) -> None:
        self._send = send
        self._most = most
        self._take_turn = take_turn
        self._changed = threading.Condition()
        self._open: dict[Hashable, _Batch[Item, Result]] = {}

    def gathers(self, like: Hashable) -> bool:
        """Whether a call for such items waits for company now."""
        with self._changed:
            return like in self._open

    def submit(self, item: Item, like: Hashable = None,
               window: Window = BRIEF) -> Result:
        """Have one item sent, with others that are alike.

        :param like: only items with equal values go into one call
        :returns: this item's own result
        :raises Exception: this item's own error
        """
        with self._changed:
            batch = self._open.get(like)
            leads = batch is None
            if batch is None:
                batch = self._open[like] = _Batch()
            index = batch.add(item, window)
            if len(batch.items) >= self._most:
                del self._open[like]
            self._changed.notify_all()
        if leads:
            self._lead(like, batch)
        else:
            batch.done.wait()
        result = batch.results[index]
        if isinstance(result, Exception):
            # Each caller raises an error of its own: they share no traceback.
            raise copy.copy(result) from result
        return result

    def _lead(self, like: Hashable, batch: _Batch[Item, Result]) -> None:
        failure: Exception = RuntimeError('the gathered call was given up')
        try:
            # Nobody's own wish to end is in force: it is for all of them.
            with pacing.priority(pacing.current().priority):
                self._await_company(like, batch)
                self._take_turn()
                self._close(like, batch)
                batch.results = self._send(batch.items)
        except Exception as error:
            failure = error
        finally:
            self._close(like, batch)
            if len(batch.results) != len(batch.items):
                batch.results = [failure] * len(batch.items)
            batch.done.set()

    def _await_company(self, like: Hashable,
                       batch: _Batch[Item, Result]) -> None:
        with self._changed:
            while self._open.get(like) is batch:
                left = batch.closes - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def _close(self, like: Hashable, batch: _Batch[Item, Result]) -> None:
        with self._changed:
            if self._open.get(like) is batch:
                del self._open[like]
