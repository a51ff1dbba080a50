# SPDX-License-Identifier: Apache-2.0
"""Waits that end."""

import time
from collections.abc import Callable
from typing import TypeVar

from localcloud import errors

T = TypeVar('T')
POLL = 0.5


def until(what: str, probe: Callable[[], T], seconds: float = 180) -> T:
    """Ask ``probe`` until it gives something true, and return that.

    :raises CloudError: it did not within ``seconds``
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise errors.CloudError(
                f'{what} did not happen within {seconds:.0f} s')
        time.sleep(POLL)
