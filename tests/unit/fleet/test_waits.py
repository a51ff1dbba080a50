# SPDX-License-Identifier: Apache-2.0

import time
import unittest

from nova_ec2.fleet import waits


class LateSubscriberTest(unittest.TestCase):
    """A wait that begins just after the last read of another ended."""

    def test_is_read_at_the_next_interval_not_after_the_idle_time(self):
        reader = waits.Reader(
            'thing', lambda ids: {one: one for one in ids}, interval=0.2)
        reader.wait('a', lambda value: value == 'a', timeout=5)
        # The thread is idle now, and the interval is not over yet.
        time.sleep(0.05)
        began = time.monotonic()
        reader.wait('b', lambda value: value == 'b', timeout=5)
        self.assertLess(time.monotonic() - began, 4)
