# SPDX-License-Identifier: Apache-2.0
"""Suspend and resume by hibernation; pause, which EC2 does not have."""

from nova.compute import power_state, vm_states
from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase

HIBERNATION = {'ec2:hibernation': 'true'}


class SuspendTestCase(base.NovaTestCase):

    def sleeper(self, **changes):
        """A server that can be suspended."""
        return self.boot(flavorRef=self.flavor(extra_specs=HIBERNATION),
                         **changes)

    def suspend(self, server):
        self.act(server, 'suspend')
        return self.until(server, 'SUSPENDED')

    def refuse(self, server, action):
        """An action that fails, and what its record says of why."""
        self.act(server, action)
        event = self._wait_for_action_fail_completion(
            server, action, f'compute_{action}_instance')
        return event['details']

    def stops(self):
        return [call['params'].get('Hibernate') for call in
                self.control.calls(action='StopInstances')]


class SuspendTest(SuspendTestCase):

    def test_a_suspended_server_hibernates_and_goes_on_where_it_was(self):
        server = self.sleeper()
        before = self.instance_of(server)
        self.assertTrue(before['hibernation'])
        shown = self.suspend(server)
        self.assertEqual(power_state.SUSPENDED,
                         shown['OS-EXT-STS:power_state'])
        asleep = self.instance_of(server)
        self.assertEqual(('stopped', True),
                         (asleep['state'], asleep['hibernated']))
        self.act(server, 'resume')
        shown = self.until(server, 'ACTIVE')
        self.assertEqual(power_state.RUNNING, shown['OS-EXT-STS:power_state'])
        after = self.instance_of(server)
        self.assertEqual('running', after['state'])
        for kept in ('instance_id', 'private_address', 'boots'):
            self.assertEqual(before[kept], after[kept])

    def test_an_image_can_ask_for_it(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                ec2_hibernation='true')
        server = self.boot(imageRef=image)
        self.suspend(server)
        self.assertTrue(self.instance_of(server)['hibernated'])

    def test_the_root_is_encrypted_and_grows_with_the_memory(self):
        # Such flavors are an administrator's.
        server = self.boot(self.admin_api, flavorRef=self.flavor(
            disk=0, extra_specs=HIBERNATION))
        root, = self.instance_of(server)['volumes']
        shown, = self.ec2.describe_volumes(
            VolumeIds=[root['volume_id']])['Volumes']
        self.assertTrue(shown['Encrypted'])
        self.assertGreater(shown['Size'], 8)
        self.suspend(server)

    def test_a_server_launched_without_it_is_refused_and_runs_on(self):
        server = self.boot()
        said = self.refuse(server, 'suspend')
        self.assertIn('ec2:hibernation', said)
        self.assertIn('Failed to suspend instance', said)
        self.until(server, 'ACTIVE')
        self.assertEqual([], self.stops())
        self.assertEqual('running', self.instance_of(server)['state'])

    def test_a_flavor_whose_root_cannot_hold_the_memory_is_refused(self):
        said = self.refused(flavorRef=self.flavor(
            memory_mb=32768, disk=20, extra_specs=HIBERNATION))
        self.assertIn('root disk of 20 GiB', said)
        self.assertEqual([], self.launches())

    def test_a_flavor_with_too_much_memory_is_refused(self):
        said = self.refused(api=self.admin_api, flavorRef=self.flavor(
            memory_mb=200000, disk=0, extra_specs=HIBERNATION))
        self.assertIn('150 GiB', said)

    def test_a_named_type_that_cannot_hibernate_is_refused(self):
        said = self.refused(flavorRef=self.flavor(
            disk=500, extra_specs=HIBERNATION | {
                'ec2:instance_type': 'm5.metal', 'ec2:bare_metal': 'true'}))
        self.assertIn('m5.metal', said)
        self.assertIn('cannot hibernate', said)

    def test_a_value_of_the_image_that_is_no_truth_is_refused(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                ec2_hibernation='perhaps')
        self.assertIn('perhaps', self.refused(imageRef=image))

    def test_a_suspended_server_can_be_deleted(self):
        server = self.sleeper()
        self.suspend(server)
        self.delete(server)
        self.assert_nothing_left()

    def test_a_hard_reboot_boots_a_suspended_server_anew(self):
        server = self.sleeper()
        self.suspend(server)
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        after = self.instance_of(server)
        self.assertEqual(('running', 2), (after['state'], after['boots']))


class SuspendInTroubleTest(SuspendTestCase):

    def test_the_power_sync_lets_a_suspended_server_sleep(self):
        server = self.sleeper()
        self.suspend(server)
        self.driver.get_num_instances()
        for _ in range(2):
            self.sync_power()
        self.assertEqual('SUSPENDED',
                         self.api.get_server(server['id'])['status'])
        self.assertEqual(['true'], self.stops())
        self.assertTrue(self.instance_of(server)['hibernated'])

    def test_put_to_sleep_behind_novas_back_it_is_stopped_once(self):
        server = self.sleeper()
        instance_id = self.instance_of(server)['instance_id']
        self.ec2.stop_instances(InstanceIds=[instance_id], Hibernate=True)
        self.until_state(instance_id, 'stopped')
        self.sync_power()
        self.until(server, 'SHUTOFF')
        actions = len(self.api.get_instance_actions(server['id']))
        for _ in range(2):
            self.sync_power()
        self.assertEqual(actions, len(
            self.api.get_instance_actions(server['id'])))
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.assertEqual(1, self.instance_of(server)['boots'])

    def test_ec2_refuses_and_the_server_stays_active(self):
        server = self.sleeper()
        self.control.fault(
            'error', 'StopInstances', status=400,
            code='UnsupportedOperation', message='Not ready to hibernate.')
        self.assertIn('Not ready to hibernate',
                      self.refuse(server, 'suspend'))
        self.until(server, 'ACTIVE')
        self.suspend(server)

    def test_a_guest_that_fails_to_hibernate_is_not_called_suspended(self):
        server = self.sleeper()
        self.control.fault('doom', 'StopInstances',
                           code='Client.InstanceInitiatedShutdown',
                           message='Instance initiated shutdown')
        self.assertIn('without hibernating', self.refuse(server, 'suspend'))
        self.sync_power()
        self.until(server, 'SHUTOFF')

    def test_a_resume_that_ec2_has_no_room_for_leaves_it_suspended(self):
        server = self.sleeper()
        self.suspend(server)
        self.control.fault(
            'error', 'StartInstances', status=500,
            code='InsufficientInstanceCapacity', message='No room now.')
        self.assertIn('No room now', self.refuse(server, 'resume'))
        self.until(server, 'SUSPENDED')
        self.assertTrue(self.instance_of(server)['hibernated'])
        self.act(server, 'resume')
        self.until(server, 'ACTIVE')

    def test_a_server_that_is_gone_is_neither_suspended_nor_resumed(self):
        server = self.sleeper()
        self.suspend(server)
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.assertIn('could not be found', self.refuse(server, 'resume'))
        self.until(server, 'SUSPENDED')

    def test_suspend_during_suspend_is_refused_and_has_one_effect(self):
        self.control.settings(stopping_seconds=2)
        server = self.sleeper()
        self.act(server, 'suspend')
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.act, server, 'suspend')
        self.assertEqual(409, error.response.status_code)
        self.until(server, 'SUSPENDED')
        self.assertEqual(['true'], self.stops())

    def test_one_that_was_started_behind_novas_back_is_resumed(self):
        server = self.sleeper()
        self.suspend(server)
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('start', instance_id)
        self.until_state(instance_id, 'running')
        self.act(server, 'resume')
        self.until(server, 'ACTIVE')
        self.assertEqual(0, self.count('StartInstances'))

    def test_a_guest_is_started_at_the_hosts_boot_where_that_is_wished(self):
        self.flags(resume_guests_state_on_host_boot=True)
        server = self.boot()
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('stop', instance_id)
        self.until_state(instance_id, 'stopped')
        self.restart()
        self.assertEqual('running', self.instance_of(server)['state'])


class SuspendCrashTest(CrashTestCase, SuspendTestCase):

    def test_before_the_stop_the_server_stays_active(self):
        server = self.sleeper()
        self.die_in(server, 'suspend', 'stop_instances', after=False)
        self.until(server, 'ACTIVE')
        self.assertEqual('running', self.instance_of(server)['state'])
        self.suspend(server)

    def test_after_the_stop_the_server_is_suspended(self):
        server = self.sleeper()
        self.die_in(server, 'suspend', 'stop_instances', after=True)
        self.until(server, 'SUSPENDED')
        self.until_state(self.instance_of(server)['instance_id'], 'stopped')
        self.act(server, 'resume')
        self.until(server, 'ACTIVE')

    def test_before_the_start_the_server_stays_suspended(self):
        server = self.sleeper()
        self.suspend(server)
        self.die_in(server, 'resume', 'start_instances', after=False)
        self.until(server, 'SUSPENDED')
        self.assertTrue(self.instance_of(server)['hibernated'])

    def test_after_the_start_the_server_is_active(self):
        server = self.sleeper()
        self.suspend(server)
        self.die_in(server, 'resume', 'start_instances', after=True)
        self.until(server, 'ACTIVE')
        self.assertEqual(vm_states.ACTIVE, self.record(server).vm_state)


class PauseTest(SuspendTestCase):

    def test_pause_is_refused_and_the_server_runs_on(self):
        server = self.boot()
        self.assertIn('NotImplementedError', self.refuse(server, 'pause'))
        self.until(server, 'ACTIVE')
        self.assertEqual([], self.stops())
        self.assertEqual('running', self.instance_of(server)['state'])

    def test_unpause_needs_a_paused_server(self):
        server = self.boot()
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.act, server, 'unpause')
        self.assertEqual(409, error.response.status_code)
