# SPDX-License-Identifier: Apache-2.0
"""A Caller waits its turn before every try."""

import itertools
import unittest
from unittest import mock

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.aws.call import Caller
from nova_ec2.aws.pacing.buckets import Bucket, Limits
from tests.unit.aws import fake

THROTTLED = fake.refusal('RequestLimitExceeded', status=503)


class PacedCallTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        patch = mock.patch('tenacity.nap.time.sleep')
        patch.start()
        self.addCleanup(patch.stop)

    def caller(self, pacer, **answers):
        client = fake.Client(**answers)
        return Caller(fake.Session(client, 3), pacer=pacer), client

    def test_every_try_waits_for_its_turn(self):
        pacer = pacing.Pacer()
        caller, _ = self.caller(pacer, run_instances=[
            fake.refusal('InternalError', status=500), {}])
        caller.call('run_instances', MinCount=1, MaxCount=3)
        self.assertEqual(2, pacer.snapshot()['RunInstances'].calls)

    def test_instances_asked_for_are_counted(self):
        pacer = mock.Mock(spec=pacing.Pacer, timeout=60)
        caller, _ = self.caller(pacer, run_instances={})
        caller.call('run_instances', MinCount=1, MaxCount=3)
        pacer.wait_for_call.assert_called_once_with(
            'RunInstances', {'MinCount': 1, 'MaxCount': 3}, tokens=mock.ANY)

    def test_a_throttle_is_told_to_the_pacer_and_tried_again(self):
        pacer = mock.Mock(spec=pacing.Pacer, timeout=60)
        caller, client = self.caller(
            pacer, describe_instances=[THROTTLED] * 7 + [{}])
        self.assertEqual({}, caller.call('describe_instances',
                                         MaxResults=5))
        # More tries than [ec2] attempts: being slowed down is no failure.
        self.assertEqual(8, len(client.calls))
        self.assertEqual(
            [mock.call('DescribeInstances', {'MaxResults': 5})] * 7,
            pacer.throttled.mock_calls)

    def test_throttles_without_end_end(self):
        pacer = mock.Mock(spec=pacing.Pacer, timeout=5)
        caller, client = self.caller(pacer, describe_instances=THROTTLED)
        clock = mock.patch('tenacity.time.monotonic',
                           side_effect=itertools.count())
        with clock, self.assertRaises(exc.Throttled) as caught:
            caller.call('describe_instances')
        self.assertEqual('RequestLimitExceeded', caught.exception.code)
        self.assertLess(len(client.calls), 10)

    def test_a_call_without_a_turn_is_not_sent(self):
        pacer = pacing.Pacer(timeout=0.01, limits=lambda action, bare: Limits(
            Bucket(1, 0.001)))
        caller, client = self.caller(pacer, stop_instances={})
        caller.call('stop_instances', InstanceIds=['i-1'])
        with self.assertRaises(exc.Throttled) as caught:
            caller.call('stop_instances', InstanceIds=['i-1'])
        self.assertEqual(pacing.LOCAL, caught.exception.code)
        self.assertEqual(1, len(client.calls))
        self.assertEqual(0, pacer.snapshot()['StopInstances'].throttles)
