# SPDX-License-Identifier: Apache-2.0
"""Another account is entered by its role, and by no other way."""

import datetime
import unittest
from unittest import mock

from nova_ec2 import exceptions as exc
from nova_ec2.aws import entrance
from nova_ec2.aws.api import EC2
from nova_ec2.aws.api.identity import Identity
from nova_ec2.aws.call import Caller
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.models.account import Account
from tests.functional.fixtures.emulator import Emulator

NUMBER = '222222222222'
ARN = f'arn:aws:iam::{NUMBER}:role/nova-ec2'


class EntranceTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.emulator = Emulator()
        self.emulator.setUp()
        self.addCleanup(self.emulator.cleanUp)
        self.home = Session(AwsSettings(
            region_name='us-east-1',
            endpoint_url=self.emulator.endpoint_url,
            access_key_id=self.emulator.access_key_id,
            secret_access_key=self.emulator.secret_access_key, attempts=1))
        self.addCleanup(self.home.close)
        self.emulator.control.role(ARN, external_id='5f0c')

    def enter(self, **changes):
        account = Account(**{'name': 'research', 'account_id': NUMBER,
                             'role_arn': ARN, 'external_id': '5f0c',
                             **changes})
        session = entrance.Entrance(self.home, account,
                                    'project@cloud').session()
        self.addCleanup(session.close)
        return session

    def assumed(self):
        return self.emulator.control.calls(action='AssumeRole')

    def test_calls_are_made_in_the_account(self):
        session = self.enter()
        self.assertEqual([], self.assumed())
        self.assertEqual(NUMBER, Identity(Caller(session, 'sts')).account())
        ec2 = EC2.over(Caller(session))
        self.assertEqual('us-east-1', ec2.region)
        ec2.places.zones()
        zones = self.emulator.control.calls(
            action='DescribeAvailabilityZones')
        self.assertEqual([NUMBER], [one['account_id'] for one in zones])
        call, = self.assumed()
        self.assertEqual(
            (ARN, 'project@cloud', '5f0c'),
            tuple(call['params'][name] for name in (
                'RoleArn', 'RoleSessionName', 'ExternalId')))

    def test_what_cannot_be_entered_says_why(self):
        for changes, words in (
                ({'external_id': 'other'}, 'AccessDenied'),
                ({'external_id': ''}, 'AccessDenied'),
                ({'role_arn': ARN + '-not-there'}, 'AccessDenied'),
                ({'account_id': '333333333333'}, f'leads to {NUMBER}')):
            with self.subTest(changes):
                ec2 = EC2.over(Caller(self.enter(**changes)))
                with self.assertRaisesRegex(exc.AccountUnavailable,
                                            words) as caught:
                    ec2.places.zones()
                self.assertIn('account research', str(caught.exception))
                self.assertNotIn('5f0c', str(caught.exception))
        self.assertEqual([], self.emulator.control.calls(
            action='DescribeAvailabilityZones'))

    def test_a_lost_answer_to_the_entering_is_not_one_to_the_call(self):
        self.emulator.control.fault('reset_after', 'AssumeRole')
        ec2 = EC2.over(Caller(self.enter()))
        with self.assertRaises(exc.AccountUnavailable):
            ec2.instances.terminate(['i-0123456789abcdef0'])
        self.assertRaises(exc.NotFound, ec2.instances.terminate,
                          ['i-0123456789abcdef0'])

    def test_they_are_renewed_before_they_end(self):
        ec2 = EC2.over(Caller(self.enter()))
        ec2.places.zones()
        ec2.places.zones()
        self.assertEqual(1, len(self.assumed()))
        # An hour is given; a quarter before its end it is asked for anew.
        later = (datetime.datetime.now(datetime.UTC)
                 + datetime.timedelta(minutes=46))
        with mock.patch.object(
                self.credentials(ec2), '_time_fetcher', lambda: later):
            ec2.places.zones()
        self.assertEqual(2, len(self.assumed()))

    @staticmethod
    def credentials(ec2):
        caller = ec2.places._call.__self__
        return caller._session._open()._session.get_credentials()

    def test_all_sessions_share_one_description_of_the_services(self):
        one, other = self.enter(), self.enter()
        loaders = {id(session._open()._session.get_component('data_loader'))
                   for session in (self.home, one, other)}
        self.assertEqual(1, len(loaders))

    def test_a_closed_account_says_why_and_sends_nothing(self):
        ec2 = EC2.over(Caller(entrance.closed(self.home, 'it is gone')))
        with self.assertRaisesRegex(exc.AccountUnavailable, 'it is gone'):
            ec2.places.zones()
