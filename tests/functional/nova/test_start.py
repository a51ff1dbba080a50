# SPDX-License-Identifier: Apache-2.0
"""nova-compute's start: what is checked, and what is said."""

import logging
import socket

import fixtures
from oslo_log import formatters

from tests.functional.nova import base


class StartTest(base.NovaTestCase):
    """What is wrong stops the service with one line that names the option."""

    START = False

    def critical_line(self, **options):
        """What is logged when the service stops for these options."""
        self.flags(group='ec2', **options)
        kept = self.useFixture(Kept(logging.CRITICAL))
        stopped = self.assertRaises(SystemExit, self.start_ec2)
        self.assertNotEqual(0, stopped.code)
        line, = kept.lines
        self.assertNotIn('\n', line)
        return line

    def assert_names(self, option, **options):
        self.assertIn(f'[ec2] {option}', self.critical_line(**options))

    def test_no_cloud_id(self):
        self.assert_names('cloud_id', cloud_id=None)

    def test_no_zone(self):
        self.assert_names('availability_zone', availability_zone=None)

    def test_an_unknown_zone(self):
        line = self.critical_line(availability_zone='us-east-1z')
        self.assertIn('[ec2] availability_zone', line)
        self.assertIn('us-east-1a', line)

    def test_no_region(self):
        self.assert_names('region_name', region_name=None)

    def test_a_malformed_region(self):
        self.assert_names('region_name', region_name='us east')

    def test_an_unknown_region(self):
        self.assert_names('region_name', region_name='mars-north-1',
                          endpoint_url=None, connect_timeout=2, attempts=1)

    def test_an_unknown_key(self):
        line = self.critical_line(access_key_id='AKIAUNKNOWN')
        self.assertIn('[ec2] access_key_id', line)

    def test_a_wrong_secret(self):
        line = self.critical_line(secret_access_key='wrong-secret-0123')
        self.assertIn('[ec2] access_key_id', line)
        self.assertNotIn('wrong-secret-0123', line)

    def test_expired_credentials(self):
        self.control.fault('error', times=0, status=401,
                           code='RequestExpired',
                           message='Request has expired.')
        line = self.critical_line()
        self.assertIn('[ec2] access_key_id', line)
        self.assertIn('RequestExpired', line)

    def test_a_secret_without_a_key(self):
        self.assert_names('secret_access_key', access_key_id=None)

    def test_no_credentials_at_all(self):
        self.assert_names('access_key_id', access_key_id=None,
                          secret_access_key=None)

    def test_an_endpoint_where_nobody_answers(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        self.assert_names('endpoint_url', attempts=1,
                          endpoint_url=f'http://127.0.0.1:{port}')

    def test_an_endpoint_that_is_no_ec2(self):
        self.control.fault('html', times=0, status=200)
        self.assert_names('endpoint_url', attempts=1)

    def test_an_unknown_subnet(self):
        self.assert_names('subnet_id', subnet_id='subnet-00000000000000bad')

    def test_a_subnet_of_another_zone(self):
        subnet = self.emulator.default_subnet('us-east-1b')['SubnetId']
        self.assert_names('subnet_id', subnet_id=subnet)

    def test_an_unknown_profile(self):
        self.assert_names('profile_name', profile_name='nobody',
                          access_key_id=None, secret_access_key=None)

    def test_addresses_of_ec2_without_a_reservation(self):
        self.assert_names('port_addresses', port_addresses='ec2')


class Kept(fixtures.Fixture):
    """Every line that is logged from a level on, as it would be written."""

    def __init__(self, level):
        super().__init__()
        self._level = level
        self.lines = []

    def _setUp(self):
        handler = logging.Handler(self._level)
        handler.setFormatter(formatters.ContextFormatter(
            '%(levelname)s %(name)s [%(request_id)s] %(message)s'))
        handler.emit = lambda record: self.lines.append(
            handler.format(record))
        root = logging.getLogger()
        root.addHandler(handler)
        self.addCleanup(root.removeHandler, handler)


class LogTest(base.NovaTestCase):

    def setUp(self):
        self.kept = Kept(logging.DEBUG)
        super().setUp()

    def _start_cloud(self):
        for name in ('boto3', 'botocore', 'urllib3', 'nova_ec2', 'nova'):
            logging.getLogger(name).setLevel(logging.NOTSET)
        self.useFixture(self.kept)
        super()._start_cloud()

    def test_no_secret_is_in_any_log_and_every_request_is(self):
        server = self.boot(user_data=b'#!/bin/sh\necho very-secret-thing\n')
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        self.control.fault('error', 'StopInstances', status=403,
                           code='UnauthorizedOperation', message='No.')
        self.act(server, 'os-stop')
        self._wait_for_action_fail_completion(server, 'stop',
                                              'compute_stop_instance')
        self.delete(server)
        text = '\n'.join(self.kept.lines)
        self.assertGreater(len(self.kept.lines), 100)
        self.assertNotIn(self.emulator.secret_access_key, text)
        self.assertNotIn('very-secret-thing', text)
        self.assertNotIn('Signature=', text)
        for action in ('RunInstances', 'StopInstances', 'StartInstances',
                       'TerminateInstances'):
            for call in self.control.calls(action=action):
                self.assertIn(call['request_id'], text)

    def test_aws_request_id_stands_beside_novas(self):
        server = self.boot()
        actions = self.api.get_instance_actions(server['id'])
        request, = {action['request_id'] for action in actions}
        launch, = self.control.calls(action='RunInstances')
        self.assertTrue([line for line in self.kept.lines
                         if launch['request_id'] in line
                         and request in line])
