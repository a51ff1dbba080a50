# SPDX-License-Identifier: Apache-2.0
"""Progress lines: seconds since the command began, and what happens now."""

import contextlib
import os
import time
from collections.abc import Iterator

# make hands its own start down, so that the clock covers installs too.
STARTED = float(os.environ.get('LOCALCLOUD_STARTED') or time.time())


def say(text: str) -> None:
    """Print one progress line at once, whatever stdout is."""
    # One write, for several threads speak.
    print(f'[{time.time() - STARTED:3.0f} s] {text}\n', end='', flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say ``text ...`` before a block of more than a second."""
    say(f'{text} ...')
    yield
