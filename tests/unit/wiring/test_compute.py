# SPDX-License-Identifier: Apache-2.0
"""Mistakes that show in the options alone stop before AWS is asked."""

import unittest
from unittest import mock

from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions as exc
from nova_ec2.aws.settings import AwsSettings
from nova_ec2.wiring import compute


def options(**values):
    conf = cfg.ConfigOpts()
    ec2_conf.register_opts(conf)
    conf([])
    for name, value in {'cloud_id': 'c', 'availability_zone': 'z',
                        'region_name': 'us-east-1', **values}.items():
        conf.set_override(name, value, group='ec2')
    return conf


class BuildTest(unittest.TestCase):

    def assert_names(self, option, **values):
        with (mock.patch('nova_ec2.aws.call.Caller.call') as call,
              self.assertRaises(exc.ConfigurationError) as caught):
            compute.build(options(**values), 'host')
        call.assert_not_called()
        self.assertEqual(f'[ec2] {option}', caught.exception.option)
        self.assertNotIn('\n', str(caught.exception))

    def test_what_is_required(self):
        for name in ('cloud_id', 'availability_zone', 'region_name'):
            with self.subTest(name), mock.patch.dict(
                    'os.environ', {'AWS_CONFIG_FILE': '/dev/null'}):
                self.assert_names(name, **{name: None})

    def test_half_a_credential(self):
        self.assert_names('secret_access_key', access_key_id='AKIAX')

    def test_two_sources_of_credentials(self):
        self.assert_names('profile_name', access_key_id='AKIAX',
                          secret_access_key='x', profile_name='p')

    def test_more_groups_than_an_interface_takes(self):
        self.assert_names('security_group_ids',
                          security_group_ids=[f'sg-{n}' for n in range(6)])

    def test_the_settings_are_the_options(self):
        made = AwsSettings.of(options(
            endpoint_url='http://127.0.0.1:1', attempts=7,
            access_key_id='AKIAX', secret_access_key='hush').ec2)
        self.assertEqual(('http://127.0.0.1:1', 7, 'AKIAX', 'hush'),
                         (made.endpoint_url, made.attempts,
                          made.access_key_id, made.secret_access_key))
