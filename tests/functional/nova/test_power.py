# SPDX-License-Identifier: Apache-2.0
"""Stop, start, reboot and the console."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base

RUNNING, SHUTDOWN = 1, 4


class PowerTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.instance = self.instance_of(self.server)

    def now(self):
        return self.instance_of(self.server)

    def test_stop_and_start(self):
        self.act(self.server, 'os-stop')
        seen = self.until(self.server, 'SHUTOFF')
        self.assertEqual(SHUTDOWN, seen['OS-EXT-STS:power_state'])
        self.assertEqual('stopped', self.now()['state'])
        self.act(self.server, 'os-start')
        seen = self.until(self.server, 'ACTIVE')
        self.assertEqual(RUNNING, seen['OS-EXT-STS:power_state'])
        self.assertEqual('running', self.now()['state'])
        self.assertEqual(self.instance['private_address'],
                         self.now()['private_address'])

    def test_a_guest_that_does_not_shut_down_is_stopped_by_force(self):
        self.flags(shutdown_timeout=1)
        self.control.settings(stopping_seconds=3)
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        forced = [call['params'].get('Force') for call in
                  self.control.calls(action='StopInstances')]
        self.assertEqual('true', forced[-1])
        self.assertEqual(2, len(forced))

    def test_a_soft_reboot_is_an_orderly_restart(self):
        self.act(self.server, 'reboot', {'type': 'SOFT'})
        self.until(self.server, 'ACTIVE')
        self.assertEqual(1, self.count('RebootInstances'))
        self.assertEqual(0, self.count('StopInstances'))
        self.assertEqual(2, self.now()['boots'])

    def test_a_hard_reboot_stops_by_force_and_starts(self):
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.until(self.server, 'ACTIVE')
        self.assertEqual(0, self.count('RebootInstances'))
        stop, = self.control.calls(action='StopInstances')
        self.assertEqual('true', stop['params']['Force'])
        self.assertEqual(1, self.count('StartInstances'))
        self.assertEqual('running', self.now()['state'])

    def test_a_start_that_ec2_has_no_room_for_leaves_it_stopped(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.control.fault(
            'error', 'StartInstances', status=500,
            code='InsufficientInstanceCapacity', message='No room now.')
        self.act(self.server, 'os-start')
        self._wait_for_action_fail_completion(
            self.server, 'start', 'compute_start_instance')
        self.assertEqual('SHUTOFF',
                         self.api.get_server(self.server['id'])['status'])
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')

    def test_a_start_that_ec2_takes_back_says_why(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.control.fault('doom', 'StartInstances',
                           code='Server.InsufficientInstanceCapacity',
                           message='Insufficient capacity.')
        self.act(self.server, 'os-start')
        self._wait_for_action_fail_completion(
            self.server, 'start', 'compute_start_instance')
        self.assertEqual('stopped', self.now()['state'])

    def test_a_server_that_is_stopping_on_ec2_can_be_started(self):
        self.control.settings(stopping_seconds=1)
        self.ec2.stop_instances(InstanceIds=[self.instance['instance_id']])
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.until(self.server, 'ACTIVE')
        self.assertEqual('running', self.now()['state'])


class ConsoleTest(base.NovaTestCase):

    def output(self, server, **arguments):
        return self.act(server, 'os-getConsoleOutput', arguments)['output']

    def test_what_the_guest_wrote(self):
        server = self.boot()
        instance = self.instance_of(server)
        whole = self.output(server)
        self.assertIn(instance['instance_id'], whole)
        self.assertEqual(whole.split('\n')[-3:],
                         self.output(server, length=3).split('\n'))

    def test_nothing_until_ec2_has_collected_some(self):
        self.control.settings(console_seconds=3600)
        self.assertEqual('', self.output(self.boot()))

    def test_an_instance_that_is_gone_has_no_console(self):
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.driver.get_num_instances()
        self.assertRaises(api_client.OpenStackApiException, self.output,
                          server)
