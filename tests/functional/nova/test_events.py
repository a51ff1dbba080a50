# SPDX-License-Identifier: Apache-2.0
"""Nova learns of changes by events, long before its next power sync."""

from nova.virt import event as virtevent

from tests.functional.nova import base
from tests.functional.nova.test_maintenance import NoticeTestCase

STARTED = virtevent.EVENT_LIFECYCLE_STARTED
STOPPED = virtevent.EVENT_LIFECYCLE_STOPPED


class LifecycleEventTest(NoticeTestCase):
    """No test here runs the power sync."""

    def setUp(self):
        super().setUp()
        self.events = []
        self.listen()

    def listen(self):
        """Note what the driver tells Nova's manager."""
        driver = self.driver
        really = driver._compute_event_callback

        def note(event):
            self.events.append((event.uuid, event.transition))
            really(event)
        driver.register_event_listener(note)

    def happens(self, verb, state, **reason):
        """Something happens on EC2, and one read shows it."""
        self.control.act(verb, self.instance_id, **reason)
        self.until_state(self.instance_id, state)
        self.read()

    def read(self):
        self.driver.get_info(self.record(self.server), use_cache=False)

    def test_stopped_behind_novas_back(self):
        self.happens('stop', 'stopped')
        seen = self.until(self.server, 'SHUTOFF')
        self.assertEqual(4, seen['OS-EXT-STS:power_state'])
        self.assertEqual([(self.server['id'], STOPPED)], self.events)
        self.assertIn('Client.UserInitiatedShutdown',
                      self.until_notice('ec2-stopped'))
        self.assertEqual('stopped', self.instance_of(self.server)['state'])

    def test_terminated_behind_novas_back(self):
        self.happens('terminate', 'terminated')
        self.until(self.server, 'SHUTOFF')
        self.wait_until(
            lambda: self.admin_api.get_server(self.server['id'])[
                'OS-EXT-STS:power_state'] == 6, 'the power state Crashed')
        self.assertEqual([(self.server['id'], STOPPED)], self.events)
        self.assertIn(self.instance_id, self.until_notice('ec2-terminated'))

    def test_a_server_that_nova_stopped_is_stopped_again(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.read()
        self.happens('start', 'running')
        self.until_notice('ec2-started')
        self.until_state(self.instance_id, 'stopped')
        self.until(self.server, 'SHUTOFF')
        self.assertEqual([(self.server['id'], STARTED)], self.events)

    def test_one_read_by_id_tells_too(self):
        self.flags(group='ec2', sweep_interval=3600)
        self.restart()
        self.events.clear()
        self.listen()
        self.control.act('stop', self.instance_id)
        self.until_state(self.instance_id, 'stopped')
        self.driver.get_info(self.record(self.server), use_cache=False)
        self.until(self.server, 'SHUTOFF')
        self.assertEqual([(self.server['id'], STOPPED)], self.events)

    def test_the_power_sync_needs_no_event_and_the_user_is_told(self):
        self.control.act('stop', self.instance_id)
        self.until_state(self.instance_id, 'stopped')
        self.sync_power()
        self.assertEqual(1, len(self.actions('ec2-stopped')))
        self.until(self.server, 'SHUTOFF')
        self.settled()
        self.assertEqual([], self.events)
        self.assertEqual(1, len(self.actions('ec2-stopped')))

    def test_the_minutely_update_reads(self):
        self.control.act('stop', self.instance_id)
        self.until_state(self.instance_id, 'stopped')
        self.wait_until(lambda: self.driver.get_available_resource(
            base.HOST) and self.events, 'the event')
        self.until(self.server, 'SHUTOFF')

    def test_verbs_of_nova_make_no_events(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.until(self.server, 'ACTIVE')
        other = self.boot()
        self.delete(other)
        self.read()
        self.settled()
        self.assertEqual([], self.events)
        for name in ('ec2-stopped', 'ec2-started', 'ec2-terminated'):
            self.assertEqual([], self.actions(name))

    def settled(self):
        """Wait until no change waits to be told."""
        lifecycle = self.driver.compute.lifecycle
        self.wait_until(lambda: lifecycle._thread is None,
                        'the news to be told')

    def test_a_change_during_a_verb_is_left_to_the_verb(self):
        self.control.settings(stopping_seconds=1)
        self.act(self.server, 'os-stop')
        self.control.act('terminate', self.instance_id)
        self.until_state(self.instance_id, 'terminated')
        self.until_rest()
        self.read()
        self.settled()
        self.sync_power()
        self.until_rest()
        self.assertNotEqual(
            'ACTIVE', self.api.get_server(self.server['id'])['status'])
        self.delete(self.server)

    def until_rest(self):
        self.wait_until(lambda: self.admin_api.get_server(self.server['id'])[
            'OS-EXT-STS:task_state'] is None, 'the verb to end')

    def test_a_database_that_fails_is_no_end_of_it(self):
        really, failed = self.driver.compute.lifecycle._tell, []

        def tell(news, emit):
            if not failed:
                failed.append(news)
                raise OSError('the database is away')
            really(news, emit)
        self.driver.compute.lifecycle._tell = tell
        self.happens('stop', 'stopped')
        self.wait_until(lambda: failed, 'the failure')
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.read()
        self.happens('start', 'running')
        self.until_notice('ec2-started')

    def test_who_may_read_the_notice(self):
        self.happens('stop', 'stopped')
        self.until_notice('ec2-stopped')
        action = next(one for one in self.api.get_instance_actions(
            self.server['id']) if one['action'] == 'ec2-stopped')
        self.assertEqual(self.server['tenant_id'], action['project_id'])
        shown = self.api.api_get(
            f'/servers/{self.server["id"]}/os-instance-actions/'
            f'{action["request_id"]}').body['instanceAction']
        self.assertEqual(action['message'], shown['message'])
