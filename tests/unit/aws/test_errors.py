# SPDX-License-Identifier: Apache-2.0
"""Every error of botocore and EC2 becomes one of ours."""

import unittest

import botocore.exceptions as boto
import botocore.parsers

from nova_ec2 import exceptions as exc
from nova_ec2.aws import errors
from tests.unit.aws import fake


class Words(dict):
    """Whatever a message of botocore wants to show."""

    def __missing__(self, key):
        return f'<{key}>'


def subclasses(cls):
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def an_instance(cls):
    """One of botocore's errors, whatever its constructor asks for."""
    if issubclass(cls, boto.ClientError):
        return cls({'Error': {'Code': 'Odd', 'Message': 'odd'}}, 'Some')
    if issubclass(cls, boto.HTTPClientError) or cls.__init__ is (
            boto.BotoCoreError.__init__):
        names = [part.split('}')[0].split('!')[0].split(':')[0]
                 for part in getattr(cls, 'fmt', '').split('{')[1:]]
        values = {name: f'<{name}>' for name in names}
        values.setdefault('error', RuntimeError('why'))
        return cls(**values)
    made = cls.__new__(cls)
    Exception.__init__(made, cls.__name__)
    return made


class TableTest(unittest.TestCase):

    def test_every_error_of_botocore_has_a_class_of_ours(self):
        classes = sorted({*subclasses(boto.BotoCoreError), boto.ClientError,
                          *subclasses(boto.ClientError),
                          botocore.parsers.ResponseParserError},
                         key=lambda cls: cls.__name__)
        self.assertGreater(len(classes), 80)
        for cls in classes:
            with self.subTest(cls.__name__):
                ours = errors.translate(an_instance(cls), 'DescribeImages')
                self.assertIsInstance(ours, exc.NovaEC2Error)
                self.assertIsNot(type(ours), exc.NovaEC2Error)

    def test_all_rows_name_classes_of_the_tree(self):
        for code, cls in errors.BY_CODE.items():
            with self.subTest(code):
                self.assertTrue(issubclass(cls, exc.AWSError))
                self.assertIsNot(cls, exc.AWSError)

    def test_every_kind_of_answer_occurs_in_the_table(self):
        reached = set(errors.BY_CODE.values()) | {exc.InvalidRequest}
        self.assertEqual(set(), set(subclasses(exc.AWSError)) - reached)


class CodeTest(unittest.TestCase):

    EXPECTED = {
        'InsufficientInstanceCapacity': exc.CapacityExhausted,
        'VcpuLimitExceeded': exc.QuotaExceeded,
        'SomeNewLimitExceeded': exc.QuotaExceeded,
        'InsufficientFreeAddressesInSubnet': exc.SubnetFull,
        'InvalidIPAddress.InUse': exc.AddressTaken,
        'AuthFailure': exc.NotAuthorized,
        'UnauthorizedOperation': exc.NotAuthorized,
        'ExpiredToken': exc.NotAuthorized,
        'RequestLimitExceeded': exc.Throttled,
        'InvalidAMIID.NotFound': exc.NotFound,
        'InvalidWhatever.NotFound': exc.NotFound,
        'InvalidInstanceID.NotFound': exc.NotFound,
        'IncorrectInstanceState': exc.IncorrectState,
        'IdempotentParameterMismatch': exc.TokenSpent,
        'InternalError': exc.ServiceFault,
        'InvalidParameterValue': exc.InvalidRequest,
        'InvalidAMIID.Malformed': exc.InvalidRequest,
        'NobodyKnowsThisCode': exc.InvalidRequest,
        '': exc.InvalidRequest,
    }

    def test_codes(self):
        for code, cls in self.EXPECTED.items():
            with self.subTest(code):
                self.assertIs(cls, errors.classify(code, 400))

    def test_unknown_codes_of_a_failing_service_are_its_fault(self):
        self.assertIs(exc.ServiceFault, errors.classify('Odd', 503))

    def test_capacity_is_no_service_fault_whatever_the_status(self):
        self.assertIs(exc.CapacityExhausted, errors.classify(
            'InsufficientInstanceCapacity', 500))


class TranslateTest(unittest.TestCase):

    def test_an_answer_keeps_code_message_action_and_request_id(self):
        error = errors.translate(
            fake.refusal('InvalidAMIID.NotFound', 'no such AMI',
                         request_id='abc-1'), 'RunInstances')
        self.assertEqual(
            ('InvalidAMIID.NotFound', 'no such AMI', 'RunInstances',
             'abc-1'),
            (error.code, error.message, error.action, error.request_id))
        self.assertEqual(
            'RunInstances: InvalidAMIID.NotFound (AWS request abc-1): '
            'no such AMI', str(error))

    def test_what_matters_comes_before_what_may_be_cut(self):
        error = errors.translate(
            fake.refusal('VcpuLimitExceeded', 'x' * 500), 'RunInstances')
        self.assertIn('req-1', str(error)[:100])

    def test_no_connection_means_nothing_was_sent(self):
        for error in (boto.EndpointConnectionError(endpoint_url='http://x'),
                      boto.ConnectTimeoutError(endpoint_url='http://x')):
            self.assertIsInstance(errors.translate(error, 'RunInstances'),
                                  exc.EndpointUnreachable)

    def test_a_lost_reply_leaves_the_outcome_unknown(self):
        for error in (boto.ReadTimeoutError(endpoint_url='http://x'),
                      boto.ConnectionClosedError(endpoint_url='http://x'),
                      boto.ResponseStreamingError(error=OSError('cut')),
                      boto.HTTPClientError(error=OSError('cut'))):
            with self.subTest(type(error).__name__):
                self.assertIsInstance(
                    errors.translate(error, 'RunInstances'),
                    exc.OutcomeUnknown)

    def test_an_unreadable_body_is_a_fault_and_is_not_quoted_whole(self):
        page = '<html>' + 'x' * 5000
        error = errors.translate(
            botocore.parsers.ResponseParserError(page), 'DescribeInstances')
        self.assertIsInstance(error, exc.ServiceFault)
        self.assertLess(len(str(error)), 500)

    def test_missing_credentials_are_not_authorized(self):
        self.assertIsInstance(
            errors.translate(boto.NoCredentialsError(), 'RunInstances'),
            exc.NotAuthorized)
