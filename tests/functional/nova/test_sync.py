# SPDX-License-Identifier: Apache-2.0
"""What Nova learns of changes that it did not make, and of failures."""

from nova import exception as nova_exc
from nova.compute import power_state

from tests.functional.nova import base

SWEEP = {'Filter.*.Name': 'instance-state-name'}


class SyncTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.instance_id = self.instance_of(self.server)['instance_id']

    def behind_novas_back(self, verb, state):
        self.control.act(verb, self.instance_id)
        self.until_state(self.instance_id, state)

    def status(self):
        return self.api.get_server(self.server['id'])['status']

    def info(self, use_cache=True):
        return self.driver.get_info(self.record(self.server),
                                    use_cache=use_cache)

    # What happened to the instance

    def test_terminated_is_not_shown_as_running_and_can_be_deleted(self):
        self.behind_novas_back('terminate', 'terminated')
        self.sync_power()
        server = self.until(self.server, 'SHUTOFF')
        self.assertNotEqual(1, server['OS-EXT-STS:power_state'])
        self.delete(self.server)
        self.assert_nothing_left()

    def test_terminated_long_ago_is_not_shown_as_running_either(self):
        self.behind_novas_back('terminate', 'terminated')
        # EC2 forgets a terminated instance after an hour.
        self.control.advance(7200)
        self.assertEqual([], self.control.instances())
        self.restart()
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.delete(self.server)

    def test_stopped_is_shown_as_stopped(self):
        self.behind_novas_back('stop', 'stopped')
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.assertEqual('stopped',
                         self.instance_of(self.server)['state'])

    def test_a_server_that_nova_stopped_does_not_stay_up(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.behind_novas_back('start', 'running')
        self.sync_power()
        self.until_state(self.instance_id, 'stopped')

    # What went wrong with asking

    @staticmethod
    def is_not_ready(ask):
        try:
            ask()
        except nova_exc.VirtDriverNotReady:
            return True
        return False

    def assert_nothing_was_done(self):
        self.assertEqual('ACTIVE', self.status())
        self.assertEqual(
            (0, 0), (self.count('StopInstances'),
                     self.count('TerminateInstances')))

    def fail_listings(self, effect='error', **rule):
        self.flags(group='ec2', attempts=1)
        self.restart()
        self.control.fault(effect, 'DescribeInstances', times=0, **rule)

    def test_a_listing_that_fails_changes_nothing(self):
        self.fail_listings()
        self.assertRaises(nova_exc.VirtDriverNotReady,
                          self.driver.get_num_instances)
        self.sync_power()
        self.assert_nothing_was_done()

    def test_a_listing_that_cannot_be_read_changes_nothing(self):
        for effect in ('html', 'garbage', 'truncate', 'reset_after'):
            self.control.clear_faults()
            self.fail_listings(effect)
            self.assertRaises(nova_exc.VirtDriverNotReady,
                              self.driver.get_num_instances)
            self.sync_power()
            self.assert_nothing_was_done()

    def test_a_single_read_that_fails_is_no_absence(self):
        self.fail_listings()
        self.assertRaises(nova_exc.VirtDriverNotReady, self.info, False)

    def test_lists_do_not_pretend_to_know(self):
        self.fail_listings()
        for ask in (self.driver.list_instance_uuids,
                    self.driver.list_instances):
            self.wait_until(lambda ask=ask: self.is_not_ready(ask),
                            'the next sweep')

    def test_a_server_missing_from_the_listing_is_asked_for_by_id(self):
        self.control.fault('omit', 'DescribeInstances', times=0,
                           ids=[self.instance_id], match=SWEEP)
        self.control.clear_calls()
        self.assertEqual(1, self.driver.get_num_instances())
        by_id = [call for call in
                 self.control.calls(action='DescribeInstances')
                 if call['params'].get('InstanceId.1') == self.instance_id]
        self.assertEqual(1, len(by_id))
        self.assertEqual(power_state.RUNNING, self.info().state)
        self.sync_power()
        self.assert_nothing_was_done()

    # How fresh the answers are

    def test_a_fresh_answer_is_never_older_than_the_question(self):
        self.flags(group='ec2', sweep_interval=3600)
        self.restart()
        self.driver.get_num_instances()
        self.behind_novas_back('stop', 'stopped')
        self.assertEqual(power_state.RUNNING, self.info().state)
        self.assertEqual(power_state.SHUTDOWN, self.info(False).state)

    def test_a_server_that_was_never_launched_is_not_found(self):
        instance = self.record(self.server)
        instance.uuid = '9b3b1c0e-0a1a-4b86-8f0d-6d9a1d3ae0a1'
        instance.system_metadata.pop('ec2_instance_id', None)
        instance.launched_at = None
        self.assertRaises(nova_exc.InstanceNotFound, self.driver.get_info,
                          instance, use_cache=False)
        self.assertFalse(self.driver.instance_exists(instance))

    def test_lists(self):
        self.assertEqual([self.server['id']],
                         self.driver.list_instance_uuids())
        self.assertEqual([self.instance_id], self.driver.list_instances())
        self.assertEqual(1, self.driver.get_num_instances())
        self.assertTrue(self.driver.instance_exists(
            self.record(self.server)))
