# SPDX-License-Identifier: Apache-2.0
"""How much of a burst is left tells whether to share a call."""

import unittest

from nova_ec2.aws import pacing


class RoomTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.now = 0.0
        self.pacer = pacing.Pacer(clock=lambda: self.now)

    def test_it_is_whole_at_first_and_shrinks_with_each_call(self):
        self.assertEqual(1.0, self.pacer.room('RunInstances'))
        self.pacer.wait('RunInstances')
        self.assertAlmostEqual(0.8, self.pacer.room('RunInstances'))

    def test_it_comes_back_with_time(self):
        for _ in range(5):
            self.pacer.wait('RunInstances')
        self.assertAlmostEqual(0.0, self.pacer.room('RunInstances'))
        self.now += 1.0
        self.assertAlmostEqual(0.4, self.pacer.room('RunInstances'))
        self.now += 60.0
        self.assertEqual(1.0, self.pacer.room('RunInstances'))
