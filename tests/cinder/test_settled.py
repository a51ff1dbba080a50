# SPDX-License-Identifier: Apache-2.0
"""What EC2 does not show yet is on its way; what it no longer shows is gone.
"""

import unittest

from nova_ec2.cinder import settled
from nova_ec2.models.snapshot import Snapshot


class SettledTest(unittest.TestCase):

    def look(self, *states):
        done = settled.left('pending')
        return [done(state and Snapshot('snap-1', state))
                for state in states]

    def test_shown_late(self):
        self.assertEqual([False, False, False, True], self.look(
            None, None, 'pending', 'completed'))

    def test_gone_again(self):
        self.assertEqual([False, True], self.look('pending', None))

    def test_failed(self):
        self.assertEqual([True], self.look('error'))
