# SPDX-License-Identifier: Apache-2.0
"""AssumeRole: STS API Reference; IAM User Guide, "External ID"."""

from tests.functional.emulator import base

OTHER = '222222222222'
ARN = f'arn:aws:iam::{OTHER}:role/nova-ec2'


class TestRoles(base.TestCase):
    """Who may assume which role."""

    def setUp(self):
        super().setUp()
        self.sts = self.client('sts')

    def assume(self, **changes):
        return self.sts.assume_role(**{
            'RoleArn': ARN, 'RoleSessionName': 'cloud',
            'ExternalId': '5f0c', **changes})

    def refused(self, code, **changes):
        self.assertRefused(code, self.assume, **changes)

    def test_a_role_that_is_not_there_is_denied(self):
        self.refused('AccessDenied')

    def test_the_external_id_must_be_the_one_of_the_trust_policy(self):
        self.control.role(ARN, external_id='5f0c')
        self.assume()
        self.refused('AccessDenied', ExternalId='5f0d')
        with self.assertRaises(self.sts.exceptions.ClientError) as caught:
            self.sts.assume_role(RoleArn=ARN, RoleSessionName='cloud')
        answer = caught.exception.response
        self.assertEqual(
            ('AccessDenied', 403),
            (answer['Error']['Code'],
             answer['ResponseMetadata']['HTTPStatusCode']))

    def test_a_policy_without_a_condition_takes_any_external_id(self):
        self.control.role(ARN)
        self.assume()

    def test_only_a_trusted_account_may_assume_it(self):
        self.control.role(ARN, trusted=['333333333333'])
        self.refused('AccessDenied', ExternalId='5f0c')

    def test_a_deleted_role_is_denied_and_its_sessions_go_on(self):
        self.control.role(ARN)
        keys = self.assume()['Credentials']
        self.control.remove_role(ARN)
        self.refused('AccessDenied')
        there = self.client(
            'sts', aws_access_key_id=keys['AccessKeyId'],
            aws_secret_access_key=keys['SecretAccessKey'],
            aws_session_token=keys['SessionToken'])
        self.assertEqual(OTHER, there.get_caller_identity()['Account'])

    def test_a_session_is_no_longer_than_the_role_allows(self):
        self.control.role(ARN, session_seconds=7200)
        self.assume(DurationSeconds=7200)
        self.refused('ValidationError', DurationSeconds=7201)

    def test_a_session_name_has_2_to_64_characters_of_a_set(self):
        self.control.role(ARN)
        self.assume(RoleSessionName='a_+=,.@-' * 8)
        for name in ('ab:c', 'a b', 'x' * 65):
            self.refused('ValidationError', RoleSessionName=name)
