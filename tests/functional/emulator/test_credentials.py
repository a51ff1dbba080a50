# SPDX-License-Identifier: Apache-2.0
"""Who may call: the client error codes of EC2 and of STS."""

import datetime
from unittest import mock

from tests.functional.emulator import base

OTHER = '222222222222'


class TestCredentials(base.TestCase):
    """Signatures, sessions and regions."""

    def clients(self, **overrides):
        """EC2 and STS with other credentials."""
        return (self.client('ec2', **overrides),
                self.client('sts', **overrides))

    def session_keys(self, account=OTHER, seconds=3600):
        """Arguments for a client with an assumed role."""
        arn = f'arn:aws:iam::{account}:role/nova'
        self.control.role(arn)
        found = self.client('sts').assume_role(
            RoleArn=arn,
            RoleSessionName='test', DurationSeconds=seconds)['Credentials']
        return {'aws_access_key_id': found['AccessKeyId'],
                'aws_secret_access_key': found['SecretAccessKey'],
                'aws_session_token': found['SessionToken']}

    def assertAnswers(self, ec2_code, sts_code, **overrides):
        """Both services must refuse the credentials."""
        ec2, sts = self.clients(**overrides)
        self.assertRefused(ec2_code, ec2.describe_instances)
        self.assertRefused(sts_code, sts.get_caller_identity)

    def test_the_documented_key_pair_is_accepted(self):
        self.assertEqual('123456789012', self.client(
            'sts').get_caller_identity()['Account'])

    def test_an_unknown_access_key_is_an_auth_failure(self):
        self.assertAnswers('AuthFailure', 'InvalidClientTokenId',
                           aws_access_key_id='AKIANOBODYKNOWSTHIS1')

    def test_a_wrong_secret_key_does_not_match(self):
        self.assertAnswers('AuthFailure', 'SignatureDoesNotMatch',
                           aws_secret_access_key='wrong')

    def test_an_unknown_region_is_refused(self):
        self.assertAnswers('AuthFailure', 'SignatureDoesNotMatch',
                           region_name='mars-north-1')

    def test_a_request_more_than_15_minutes_old_has_expired(self):
        old = (datetime.datetime.now(datetime.UTC)
               - datetime.timedelta(minutes=16))
        with mock.patch('botocore.auth.get_current_datetime',
                        return_value=old):
            self.assertRefused('RequestExpired',
                               self.ec2.describe_instances)

    def test_an_assumed_role_acts_in_its_account(self):
        here = self.launch()
        ec2, sts = self.clients(**self.session_keys())
        self.assertEqual(OTHER, sts.get_caller_identity()['Account'])
        self.assertEqual([], ec2.describe_instances()['Reservations'])
        self.ec2 = ec2
        there = self.launch()
        accounts = {one['instance_id']: one['account_id']
                    for one in self.control.instances()}
        self.assertEqual({here: '123456789012', there: OTHER}, accounts)

    def test_a_session_expires(self):
        keys = self.session_keys(seconds=900)
        ec2, sts = self.clients(**keys)
        ec2.describe_instances()
        self.control.advance(900)
        self.assertRefused('RequestExpired', ec2.describe_instances)
        self.assertRefused('ExpiredToken', sts.get_caller_identity)

    def test_a_session_needs_its_token(self):
        keys = self.session_keys()
        for token in (None, 'another'):
            self.assertAnswers('AuthFailure', 'InvalidClientTokenId',
                               **(keys | {'aws_session_token': token}))

    def test_a_changed_body_does_not_match(self):
        def tamper(request, **_):
            request.body = request.body.replace('m5.large', 'm5.metal')
        self.ec2 = self.client('ec2')
        self.ec2.meta.events.register('before-send.ec2', tamper)
        self.assertRefused('AuthFailure', self.launch)
        self.assertEqual([], self.control.instances())

    def test_checks_can_be_switched_off(self):
        self.control.settings(check_credentials=False)
        (ec2, _) = self.clients(aws_access_key_id='AKIANOBODYKNOWSTHIS1')
        self.assertEqual([], ec2.describe_instances()['Reservations'])
