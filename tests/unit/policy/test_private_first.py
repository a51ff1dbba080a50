# SPDX-License-Identifier: Apache-2.0
import unittest

from nova_ec2.policy import private_first


class DistanceTest(unittest.TestCase):

    def test_an_ec2_host_is_farther_than_any_other(self):
        for private in ('QEMU', 'fake', 'ironic', 'EC2ish', '', None):
            self.assertLess(private_first.distance(private),
                            private_first.distance('ec2'), private)


class OutweighsTest(unittest.TestCase):

    def test_it_must_beat_the_sum(self):
        self.assertTrue(private_first.outweighs(3.1, [1.0, 2.0]))
        self.assertFalse(private_first.outweighs(2.5, [1.0, 2.0]))

    def test_a_tie_is_not_enough(self):
        self.assertFalse(private_first.outweighs(3.0, [1.0, 2.0]))

    def test_negative_multipliers_count_by_size(self):
        self.assertFalse(private_first.outweighs(3.0, [5.0, -5.0]))
