# SPDX-License-Identifier: Apache-2.0
"""Things that EC2 makes without a client token, and that take a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from nova_ec2 import exceptions as exc

T = TypeVar('T')

_UNCERTAIN = (exc.OutcomeUnknown, exc.ServiceFault)

# A new thing is not listed at once. Seconds.
_LOOKS_FOR = 5.0
_WAITS_FOR = 60.0
_FIRST, _LONGEST = 0.1, 2.0


def made(make: Callable[[], T], find: Callable[[], T | None]) -> T:
    """Make something once, though the reply may be lost.

    :param find: looks by tag for what was made
    :raises OutcomeUnknown: it is not there; if it comes later, the loop
        finds it by its tags
    """
    try:
        return make()
    except _UNCERTAIN:
        found = _tried(find, lambda one: one is not None, _LOOKS_FOR)
        if found is None:
            raise
        return found


def done(change: Callable[[], None], is_so: Callable[[], bool]) -> None:
    """Change something once, though the reply may be lost."""
    try:
        change()
    except _UNCERTAIN:
        if not _tried(is_so, bool, _LOOKS_FOR):
            raise


def settled(read: Callable[[], T | None], ready: Callable[[T], bool],
            what: str) -> T:
    """Wait until EC2 is done with it.

    :param read: None while EC2 does not list it yet
    :raises WaitTimedOut: it took too long
    """
    found = _tried(read, lambda one: one is not None and ready(one),
                   _WAITS_FOR)
    if found is None or not ready(found):
        raise exc.WaitTimedOut(
            f'{what} was not ready within {_WAITS_FOR:.0f} s; seen last: '
            f'{found}')
    return found


def _tried(read: Callable[[], T | None],
           enough: Callable[[T | None], bool], seconds: float) -> T | None:
    """What was read last."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda found: not enough(found)),
        stop=tenacity.stop_after_delay(seconds), sleep=time.sleep,
        wait=tenacity.wait_exponential(multiplier=_FIRST, max=_LONGEST),
        retry_error_callback=lambda state: (
            state.outcome.result() if state.outcome else None))(read)
