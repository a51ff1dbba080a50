# SPDX-License-Identifier: Apache-2.0
"""Progress lines on stderr, for stdout belongs to the results."""

import os
import sys
import time

VARIABLE = 'LOCALCLOUD_STARTED'
STARTED = float(os.environ.get(VARIABLE) or time.time())


def say(text: str) -> None:
    """One line with the seconds since the command began."""
    print(f'[{time.time() - STARTED:4.0f} s] {text}', file=sys.stderr,
          flush=True)
