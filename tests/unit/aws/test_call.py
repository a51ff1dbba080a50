# SPDX-License-Identifier: Apache-2.0
"""Which calls are tried again, and which are not."""

import unittest
from unittest import mock

import botocore.exceptions as boto

from nova_ec2 import exceptions as exc
from tests.unit.aws import fake

LOST = boto.ConnectionClosedError(endpoint_url='http://ec2')
REFUSED = boto.EndpointConnectionError(endpoint_url='http://ec2')


class CallTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        patch = mock.patch('tenacity.nap.time.sleep')
        patch.start()
        self.addCleanup(patch.stop)

    def try_it(self, *answers, repeatable=True, attempts=3):
        """The result or the error, and how often it was tried."""
        caller, client = fake.caller(attempts, create_image=list(answers))
        try:
            result = caller.call('create_image', repeatable=repeatable)
        except exc.NovaEC2Error as error:
            result = error
        return result, len(client.calls)

    def test_the_answer_comes_back(self):
        self.assertEqual(({'ImageId': 'ami-1'}, 1),
                         self.try_it({'ImageId': 'ami-1'}))

    def test_throttled_calls_are_repeated(self):
        _, tries = self.try_it(fake.refusal('RequestLimitExceeded'), {})
        self.assertEqual(2, tries)

    def test_unsent_calls_are_repeated_whatever_they_do(self):
        _, tries = self.try_it(REFUSED, {}, repeatable=False)
        self.assertEqual(2, tries)

    def test_a_lost_reply_is_asked_for_again_where_that_is_safe(self):
        _, tries = self.try_it(LOST, {})
        self.assertEqual(2, tries)

    def test_a_lost_reply_is_not_asked_for_again_where_it_is_not(self):
        for error in (LOST, fake.refusal('InternalError', status=500)):
            result, tries = self.try_it(error, {}, repeatable=False)
            self.assertIsInstance(result,
                                  (exc.OutcomeUnknown, exc.ServiceFault))
            self.assertEqual(1, tries)

    def test_capacity_errors_go_up_at_once_even_as_http_500(self):
        result, tries = self.try_it(
            fake.refusal('InsufficientInstanceCapacity', status=500), {})
        self.assertIsInstance(result, exc.CapacityExhausted)
        self.assertEqual(1, tries)

    def test_refusals_go_up_at_once(self):
        result, tries = self.try_it(fake.refusal('InvalidParameterValue'))
        self.assertIsInstance(result, exc.InvalidRequest)
        self.assertEqual(1, tries)

    def test_tries_end(self):
        result, tries = self.try_it(fake.refusal('InternalError', status=500),
                                    attempts=4)
        self.assertIsInstance(result, exc.ServiceFault)
        self.assertEqual(4, tries)

    def test_the_last_error_is_ours_with_botos_as_its_cause(self):
        result, _ = self.try_it(LOST, attempts=1)
        self.assertIs(LOST, result.__cause__)

    def test_the_request_id_is_logged_and_no_parameter_is(self):
        caller, _ = fake.caller(run_instances={
            'ResponseMetadata': {'RequestId': 'req-77'}})
        with self.assertLogs('nova_ec2.aws.call', 'DEBUG') as logs:
            caller.call('run_instances', UserData=b'password')
        self.assertIn('req-77', logs.output[0])
        self.assertNotIn('password', ''.join(logs.output))
