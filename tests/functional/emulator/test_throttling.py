# SPDX-License-Identifier: Apache-2.0
"""Request throttling for the Amazon EC2 API."""

import unittest
from unittest import mock

from nova_ec2.emulator import throttling
from nova_ec2.emulator.request import Call
from tests.functional.emulator import base


def call(action, account='1', region='r', **params):
    """A call with parameters."""
    return Call(action, 'ec2', region, 'key', params, b'', {}, account)


class TestBuckets(unittest.TestCase):
    """The published figures, on a clock that stands still."""

    def setUp(self):
        super().setUp()
        self.clock = mock.Mock()
        self.clock.now.return_value = 0.0
        self.buckets = throttling.Buckets(self.clock)

    def admitted(self, made, multiplier=1.0, most=3000):
        """How many such calls go through before one is throttled."""
        for number in range(most):
            if not self.buckets.admit(made, multiplier):
                return number
        return most

    def test_request_token_bucket_sizes_and_refill_rates(self):
        for action, params, size, refill in (
                ('DescribeInstances', {}, 50, 10),
                ('DescribeInstances', {'MaxResults': '5'}, 100, 20),
                ('DescribeInstances', {'InstanceId.1': 'i-1'}, 100, 20),
                ('DescribeInstances', {'Filter.1.Name': 'x'}, 100, 20),
                ('DescribeImages', {}, 100, 20),
                ('GetConsoleOutput', {}, 100, 20),
                ('StopInstances', {}, 50, 5),
                ('CreateImage', {}, 50, 5),
                ('CreateKeyPair', {}, 50, 5),
                ('RunInstances', {}, 5, 2),
                ('StartInstances', {}, 5, 2),
                ('TerminateInstances', {}, 100, 5),
                ('CreateTags', {}, 100, 10),
                ('CreateVolume', {}, 100, 5),
                ('DeregisterImage', {}, 100, 5),
                ('CopyImage', {}, 100, 1)):
            with self.subTest(action, params=params):
                self.setUp()
                made = call(action, **params)
                self.assertEqual(size, self.admitted(made))
                self.clock.now.return_value = 2.0
                self.assertEqual(2 * refill, self.admitted(made))
                self.clock.now.return_value = 10000.0
                self.assertEqual(size, self.admitted(made))

    def test_resource_tokens_are_taken_for_each_instance(self):
        big = call('RunInstances', MaxCount='400')
        self.assertEqual(2, self.admitted(big))
        self.assertEqual(3, self.admitted(call('RunInstances',
                                               MaxCount='1')))
        ids = {f'InstanceId.{number}': 'i' for number in range(1, 501)}
        stop = call('StopInstances', **ids)
        self.assertEqual(2, self.admitted(stop))
        self.clock.now.return_value = 25.0
        self.assertEqual(1, self.admitted(stop))

    def test_limits_apply_per_account_and_region(self):
        self.assertEqual(5, self.admitted(call('RunInstances')))
        self.assertEqual(5, self.admitted(call('RunInstances', account='2')))
        self.assertEqual(5, self.admitted(call('RunInstances', region='s')))

    def test_limits_can_be_raised(self):
        self.assertEqual(50, self.admitted(call('RunInstances'), 10.0))


class TestThrottling(base.TestCase):
    """The same over HTTP."""

    def test_a_throttled_request_is_request_limit_exceeded(self):
        # A bucket of one that takes 1000 seconds to fill.
        self.control.settings(throttling=True, throttling_multiplier=0.001)
        with mock.patch.dict(throttling.REQUESTS,
                             RunInstances=throttling.Limit(1000, 1)):
            self.launch()
            self.assertRefused('RequestLimitExceeded', self.launch)
            self.assertEqual(1, len(self.control.instances()))
            self.control.advance(1000)
            self.launch()

    def test_throttling_is_off_unless_asked_for(self):
        for _ in range(8):
            self.launch()
