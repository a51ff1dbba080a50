# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to an instance behind Nova's back, nobody is stuck.

Each server ends in the state that "When things fail" in the administrator's
guide names, and from there it can be started, rebooted or deleted, or the
user is told why not.
"""

import fixtures
from nova.tests.functional.api import client as api_client

from tests.functional.nova import images

ROOT = '/dev/xvda'


class OutOfBandTestCase(images.ImageTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.instance_id = self.instance_of(self.server)['instance_id']

    def happens(self, verb, state):
        """Something happens on EC2 and Nova has not looked yet."""
        self.control.act(verb, self.instance_id)
        self.until_state(self.instance_id, state)

    def becomes(self, status):
        """What Nova's next look makes of it; the server is then at rest."""
        self.sync_power()
        return self.until(self.server, status)

    def now(self):
        return self.instance_of(self.server)

    def start(self):
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
        self.assertEqual('running', self.now()['state'])

    def reboot(self, kind='HARD'):
        self.act(self.server, 'reboot', {'type': kind})
        # A server in ERROR shows that until it runs.
        self.assertEqual('ACTIVE', self.until_rest(self.server)['status'])
        self.assertEqual('running', self.now()['state'])

    def stop(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.assertEqual('stopped', self.now()['state'])

    def fails(self, action, argument=None, name=None):
        """A verb that fails; the error that the user reads of it."""
        self.act(self.server, action, argument)
        self.until_rest(self.server)
        events = self.wait_until(lambda: self.failures(name or action),
                                 'the failure')
        return events[0]['details']

    def failures(self, name):
        """The newest action's events, if they tell of a failure."""
        actions = [one for one in self.admin_api.get_instance_actions(
            self.server['id']) if one['action'] == name]
        if not actions or actions[0]['message'] != 'Error':
            return None
        return self.admin_api.api_get(
            f'/servers/{self.server["id"]}/os-instance-actions/'
            f'{actions[0]["request_id"]}').body['instanceAction']['events']

    def deletable(self):
        self.delete(self.server)
        self.assert_nothing_left()


class StoppedTest(OutOfBandTestCase):

    def setUp(self):
        super().setUp()
        self.happens('stop', 'stopped')

    def test_it_is_shut_off_and_starts_and_goes(self):
        self.becomes('SHUTOFF')
        self.start()
        self.deletable()

    def test_it_is_shut_off_and_reboots(self):
        self.becomes('SHUTOFF')
        self.reboot()

    def test_before_nova_looks_it_can_be_rebooted_softly_too(self):
        self.flags(group='ec2', sweep_interval=3600)
        self.restart_quietly()
        self.reboot('SOFT')

    def test_before_nova_looks_it_can_be_stopped(self):
        self.stop()
        self.start()

    def restart_quietly(self):
        # Nova's own start-up would see the stop.
        self.happens('start', 'running')
        self.restart()
        self.happens('stop', 'stopped')

    def test_it_can_be_saved_and_deleted(self):
        self.becomes('SHUTOFF')
        self.assert_saved(self.snapshot(self.server))
        self.delete(self.server)


class StartedTest(OutOfBandTestCase):

    def setUp(self):
        super().setUp()
        self.stop()
        self.happens('start', 'running')

    def test_nova_stops_it_again_and_it_starts_and_goes(self):
        self.sync_power()
        self.until_state(self.instance_id, 'stopped')
        self.until(self.server, 'SHUTOFF')
        self.start()
        self.deletable()

    def test_before_nova_looks_a_start_finds_it_running(self):
        before = self.count('StartInstances')
        self.start()
        self.assertEqual(before, self.count('StartInstances'))
        self.becomes('ACTIVE')

    def test_before_nova_looks_it_can_be_deleted(self):
        self.deletable()


class TerminatedTest(OutOfBandTestCase):

    def setUp(self):
        super().setUp()
        self.happens('terminate', 'terminated')

    def test_it_is_shut_off_and_crashed_and_goes(self):
        server = self.becomes('SHUTOFF')
        self.assertEqual(6, server['OS-EXT-STS:power_state'])
        self.deletable()

    def test_it_goes_before_nova_looks(self):
        self.deletable()

    def test_a_start_says_that_it_is_gone_and_leaves_it_shut_off(self):
        self.becomes('SHUTOFF')
        message = self.fails('os-start', name='start')
        self.assertIn('could not be found', message)
        self.assertIn(self.server['id'], message)
        self.until(self.server, 'SHUTOFF')
        self.deletable()

    def test_a_reboot_says_that_it_is_gone(self):
        self.becomes('SHUTOFF')
        self.act(self.server, 'reboot', {'type': 'HARD'})
        server = self.until(self.server, 'ERROR')
        self.assertIn('could not be found', server['fault']['message'])
        self.deletable()

    def test_a_snapshot_leaves_no_image(self):
        self.becomes('SHUTOFF')
        image_id = self.act(self.server, 'createImage', {'name': 'saved'})[
            'image_id']
        self.until_dropped(self.server, image_id)
        self.assert_saved()
        self.deletable()

    def test_nothing_is_launched_in_its_place(self):
        self.becomes('SHUTOFF')
        self.fails('os-start', name='start')
        self.restart()
        self.sync_power()
        self.assertEqual(1, self.count('RunInstances'))

    def test_a_shutting_down_one_is_no_longer_running(self):
        self.control.settings(shutting_down_seconds=3600)
        other = self.boot()
        self.control.act('terminate',
                         self.instance_of(other)['instance_id'])
        self.sync_power()
        self.until(other, 'SHUTOFF')


class RetypedTest(OutOfBandTestCase):

    def setUp(self):
        super().setUp()
        self.happens('stop', 'stopped')
        self.ec2.modify_instance_attribute(
            InstanceId=self.instance_id,
            InstanceType={'Value': 'm5.large'})

    def test_nova_keeps_its_flavor_and_every_verb_works(self):
        self.becomes('SHUTOFF')
        self.start()
        self.assertEqual('m5.large', self.now()['instance_type'])
        self.assertEqual(
            1, self.api.get_server(self.server['id'])['flavor']['vcpus'])
        self.reboot()
        self.stop()
        self.assertEqual('m5.large', self.now()['instance_type'])
        self.deletable()

    def test_started_again_it_was_never_away(self):
        self.happens('start', 'running')
        self.becomes('ACTIVE')
        self.reboot('SOFT')
        self.assertEqual('m5.large', self.now()['instance_type'])


class RootDetachedTest(OutOfBandTestCase):

    def setUp(self):
        super().setUp()
        self.stop()
        self.volume_id = self.now()['volumes'][0]['volume_id']
        self.ec2.detach_volume(VolumeId=self.volume_id)
        self.wait_until(lambda: not self.now()['volumes'], 'the detachment')

    def attach(self):
        self.ec2.attach_volume(VolumeId=self.volume_id, Device=ROOT,
                               InstanceId=self.instance_id)
        self.wait_until(lambda: self.now()['volumes'], 'the attachment')

    def test_it_does_not_start_and_says_why_and_starts_when_it_is_back(self):
        message = self.fails('os-start', name='start')
        self.assertIn('volume attached at root', message)
        self.until(self.server, 'SHUTOFF')
        self.attach()
        self.start()

    def test_a_reboot_says_why_and_works_when_it_is_back(self):
        self.act(self.server, 'reboot', {'type': 'HARD'})
        server = self.until(self.server, 'ERROR')
        self.assertIn('volume attached at root', server['fault']['message'])
        self.attach()
        self.reboot()

    def test_nova_goes_on_to_show_it_as_shut_off(self):
        self.becomes('SHUTOFF')

    def test_it_can_be_deleted_and_the_volume_is_its_owners(self):
        self.delete(self.server)
        self.assertEqual([], self.emulator.living())
        self.assertEqual({'volumes': [self.volume_id]}, self.emulator.left())


class TagsTest(OutOfBandTestCase):

    def tag(self, **tags):
        self.ec2.create_tags(Resources=[self.instance_id], Tags=[
            {'Key': key, 'Value': value} for key, value in tags.items()])

    def test_name_and_strange_tags_are_nobodys_business(self):
        self.tag(Name='i am another', **{'nova-metadata:role': 'king'})
        self.becomes('ACTIVE')
        self.reboot()
        self.deletable()

    def lose(self, key='nova-ec2:server'):
        self.ec2.delete_tags(Resources=[self.instance_id],
                             Tags=[{'Key': key}])

    def instance(self):
        found, = (one for one in self.control.instances()
                  if one['instance_id'] == self.instance_id)
        return found

    def test_without_its_owners_tags_it_is_no_longer_novas(self):
        for key in ('nova-ec2:server', 'nova-ec2:cloud', 'nova-ec2:host'):
            value = self.now()['tags'][key]
            self.lose(key)
            self.becomes('SHUTOFF')
            self.assertEqual('running', self.instance()['state'])
            message = self.fails('os-start', name='start')
            self.assertIn('could not be found', message)
            self.tag(**{key: value})
            self.becomes_novas_again()

    def becomes_novas_again(self):
        # Nova took it for stopped, and so it shall be.
        self.sync_power()
        self.until_state(self.instance_id, 'stopped')
        self.until(self.server, 'SHUTOFF')
        self.start()

    def test_the_server_can_be_deleted_and_the_instance_is_left_alone(self):
        self.lose()
        self.becomes('SHUTOFF')
        self.delete(self.server)
        self.sync_power()
        self.assertEqual('running', self.instance()['state'])

    def test_another_servers_tags_do_not_hand_an_instance_over(self):
        victim = self.boot()
        victims = self.instance_of(victim)['instance_id']
        self.tag(**{'nova-ec2:cloud': 'another'})
        self.driver.get_num_instances()
        self.delete(self.server)
        self.assertEqual({'running'}, {
            one['state'] for one in self.control.instances()
            if one['instance_id'] in (victims, self.instance_id)})
        self.until(victim, 'ACTIVE')


class ProtectedTest(OutOfBandTestCase):
    """Somebody switched EC2's termination or stop protection on."""

    def protect(self, attribute, value=True):
        self.ec2.modify_instance_attribute(
            InstanceId=self.instance_id, **{attribute: {'Value': value}})

    def test_a_protected_server_says_so_and_goes_without_it(self):
        self.protect('DisableApiTermination')
        self.api.delete_server(self.server['id'])
        server = self.until(self.server, 'ERROR')
        self.assertIn('disableApiTermination', server['fault']['message'])
        self.assertEqual('running', self.now()['state'])
        self.protect('DisableApiTermination', False)
        self.deletable()

    def test_one_that_may_not_stop_says_so_and_runs_on(self):
        self.protect('DisableApiStop')
        message = self.fails('os-stop', name='stop')
        self.assertIn('disableApiStop', message)
        self.until(self.server, 'ACTIVE')
        self.assertEqual('running', self.now()['state'])


class GoneForGoodTest(OutOfBandTestCase):

    def test_forgotten_by_ec2_it_is_crashed_and_goes(self):
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.fleet.ttl.VISIBILITY', 0))
        self.happens('terminate', 'terminated')
        self.control.advance(7200)
        server = self.becomes('SHUTOFF')
        self.assertEqual(6, server['OS-EXT-STS:power_state'])
        self.assertRaises(api_client.OpenStackApiException, self.act,
                          self.server, 'os-getConsoleOutput', {})
        self.deletable()
