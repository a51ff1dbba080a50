# SPDX-License-Identifier: Apache-2.0
"""Mistakes in the configuration are named; secrets are not."""

import contextlib
import os
import unittest
from unittest import mock

from nova_ec2 import exceptions as exc
from nova_ec2.aws.session import Session
from nova_ec2.aws.settings import AwsSettings

NOWHERE = {'AWS_CONFIG_FILE': '/nowhere', 'AWS_EC2_METADATA_DISABLED': 'true',
           'AWS_SHARED_CREDENTIALS_FILE': '/nowhere'}


@contextlib.contextmanager
def nothing_around():
    """No AWS configuration but the settings."""
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith('AWS_')}
    with mock.patch.dict(os.environ, {**kept, **NOWHERE}, clear=True):
        yield


def client(**settings):
    values = {'region_name': 'us-east-1', 'access_key_id': 'AKIAX',
              'secret_access_key': 'hush'}
    with nothing_around():
        return Session(AwsSettings(**{**values, **settings})).client('ec2')


class SessionTest(unittest.TestCase):

    def option_of(self, **settings):
        with self.assertRaises(exc.ConfigurationError) as caught:
            client(**settings)
        return caught.exception.option

    def test_no_region(self):
        self.assertEqual('[ec2] region_name',
                         self.option_of(region_name=None))

    def test_malformed_region(self):
        self.assertEqual('[ec2] region_name',
                         self.option_of(region_name='us east 1'))

    def test_unknown_profile(self):
        self.assertEqual('[ec2] profile_name', self.option_of(
            profile_name='nobody', access_key_id=None,
            secret_access_key=None))

    def test_malformed_endpoint(self):
        self.assertEqual('[ec2] endpoint_url',
                         self.option_of(endpoint_url='not a url'))

    def test_one_client_is_shared(self):
        with nothing_around():
            session = Session(AwsSettings(region_name='us-east-1'))
            self.assertIs(session.client('ec2'), session.client('ec2'))

    def test_the_sdk_does_not_retry(self):
        config = client().meta.config
        self.assertEqual(1, config.retries['total_max_attempts'])

    def test_time_outs_are_taken_over(self):
        config = client(connect_timeout=3, read_timeout=4).meta.config
        self.assertEqual((3, 4), (config.connect_timeout,
                                  config.read_timeout))

    def test_the_price_list_is_asked_where_aws_has_it(self):
        with nothing_around():
            for region, place in (
                    ('us-east-1', 'us-east-1.amazonaws.com'),
                    ('sa-east-1', 'us-east-1.amazonaws.com'),
                    ('eu-west-1', 'eu-central-1.amazonaws.com'),
                    ('ap-east-1', 'ap-south-1.amazonaws.com'),
                    ('cn-north-1', 'cn-northwest-1.amazonaws.com.cn')):
                session = Session(AwsSettings(region_name=region))
                self.assertEqual(
                    f'https://api.pricing.{place}',
                    session.client('pricing').meta.endpoint_url)
                self.assertIn(region, session.client(
                    'ec2').meta.endpoint_url)

    def test_the_secret_is_not_shown(self):
        self.assertNotIn('hush', repr(AwsSettings(
            access_key_id='AKIAX', secret_access_key='hush')))
