# SPDX-License-Identifier: Apache-2.0
"""What EC2 is going to do, and did, to a server stands in its event list."""

from tests.functional.fixtures.emulator import Foreign
from tests.functional.nova import base


class NoticeTestCase(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.instance_id = self.instance_of(self.server)['instance_id']

    def actions(self, name, server=None, api=None):
        """Messages of a server's actions of one name, newest first."""
        uuid = (server or self.server)['id']
        found = (api or self.api).get_instance_actions(uuid)
        return [one['message'] for one in found if one['action'] == name]

    def until_notice(self, name):
        """Wait for the only action of a name and return its message."""
        self.wait_until(lambda: self.actions(name), f'a notice {name}')
        message, = self.actions(name)
        return message


class MaintenanceTest(NoticeTestCase):

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', maintenance_interval=0.001)
        self.restart()

    def look(self):
        """What Nova's minutely update of the host does."""
        self.driver.get_available_resource(base.HOST)

    def notices(self, server=None):
        return self.actions('ec2-maintenance', server)

    def test_the_user_reads_what_is_planned_and_when(self):
        event = self.control.schedule(
            self.instance_id, 'system-reboot', 'The hardware is old.',
            seconds=86400)
        self.look()
        message, = self.notices()
        for part in (self.instance_id, event, 'system-reboot', ' UTC to ',
                     'The hardware is old.'):
            self.assertIn(part, message)

    def test_it_is_told_once_even_after_a_restart(self):
        self.control.schedule(self.instance_id, 'instance-stop', 'Old.')
        self.look()
        self.look()
        self.restart()
        self.look()
        self.assertEqual(1, len(self.notices()))

    def test_every_event_is_told(self):
        self.control.schedule(self.instance_id, 'instance-reboot', 'One.')
        self.look()
        self.control.schedule(self.instance_id, 'instance-stop', 'Two.')
        self.look()
        self.assertEqual(2, len(self.notices()))

    def test_what_is_over_is_not_told(self):
        for word in ('Completed', 'Canceled'):
            event = self.control.schedule(self.instance_id,
                                          'instance-reboot', 'Old.')
            self.control.settle(self.instance_id, event, word)
        self.look()
        self.assertEqual([], self.notices())

    def test_a_stopped_server_is_told_too(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.control.schedule(self.instance_id, 'instance-retirement', 'Old')
        self.look()
        self.assertEqual(1, len(self.notices()))

    def test_only_the_server_that_is_meant_is_told(self):
        other = self.boot()
        foreign = Foreign(self.emulator, {'Name': 'of somebody else'})
        self.control.schedule(foreign.launch(), 'instance-stop', 'Old.')
        self.control.schedule(self.instance_id, 'instance-stop', 'Old.')
        self.look()
        self.assertEqual((1, 0), (len(self.notices()),
                                  len(self.notices(other))))

    def test_an_ec2_that_fails_does_not_disturb_nova(self):
        self.control.schedule(self.instance_id, 'instance-stop', 'Old.')
        self.control.fault('error', 'DescribeInstanceStatus', status=403,
                           code='UnauthorizedOperation', message='No.')
        self.look()
        self.assertEqual([], self.notices())
        self.look()
        self.assertEqual(1, len(self.notices()))

    def test_looks_are_rare_and_each_is_one_call(self):
        self.flags(group='ec2', maintenance_interval=3600)
        self.restart()
        before = self.count('DescribeInstanceStatus')
        self.restart()
        for _ in range(3):
            self.look()
        self.assertEqual(before + 1, self.count('DescribeInstanceStatus'))

    def test_zero_never_looks(self):
        self.flags(group='ec2', maintenance_interval=0)
        self.restart()
        self.control.clear_calls()
        self.look()
        self.assertEqual(0, self.count('DescribeInstanceStatus'))

    def test_the_maintenance_itself_is_seen_as_what_it_is(self):
        self.control.schedule(self.instance_id, 'instance-stop', 'Old.')
        self.look()
        self.control.act('stop', self.instance_id,
                         'Server.ScheduledStop', 'Stopped due to a schedule')
        self.until_state(self.instance_id, 'stopped')
        self.sync_power()
        self.assertIn('Server.ScheduledStop',
                      self.until_notice('ec2-stopped'))
        self.until(self.server, 'SHUTOFF')
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')


class SpotTest(NoticeTestCase):

    def interrupt(self, verb, code):
        self.control.act(verb, self.instance_id, code,
                         'Spot instance interruption')
        self.until_state(self.instance_id, {
            'stop': 'stopped', 'terminate': 'terminated'}[verb])
        self.sync_power()

    def test_a_spot_server_that_was_taken_back_says_so(self):
        self.interrupt('terminate', 'Server.SpotInstanceTermination')
        message = self.until_notice('ec2-spot-interruption')
        self.assertIn(self.instance_id, message)
        self.assertIn('terminated', message)
        self.assertIn('Server.SpotInstanceTermination', message)
        self.until(self.server, 'SHUTOFF')
        self.delete(self.server)

    def test_one_that_was_stopped_can_be_started_again(self):
        self.interrupt('stop', 'Server.SpotInstanceShutdown')
        self.assertIn('stopped', self.until_notice('ec2-spot-interruption'))
        self.until(self.server, 'SHUTOFF')
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
