# SPDX-License-Identifier: Apache-2.0
"""resize in place: another type and a larger root, confirmed or reverted."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase

TYPE_TAG = 'nova-ec2:resized-from'


class ResizeCase(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.flags(allow_resize_to_same_host=True)
        self.server = self.boot()
        self.before = self.now()
        self.larger = self.flavor(
            vcpu=4, memory_mb=16384, disk=40,
            extra_specs={'ec2:instance_type': 'm5.xlarge'})

    def now(self):
        return self.instance_of(self.server)

    def root_gib(self):
        return self.now()['volumes'][0]['size_gib']

    def ask(self, flavor):
        self.act(self.server, 'resize', {'flavorRef': flavor})

    def resize(self, flavor=None):
        self.ask(flavor or self.larger)
        return self.until(self.server, 'VERIFY_RESIZE')

    def confirm(self, status='ACTIVE'):
        self.act(self.server, 'confirmResize')
        return self.until(self.server, status)

    def revert(self, status='ACTIVE'):
        self.act(self.server, 'revertResize')
        return self.until(self.server, status)

    def assert_same_instance(self):
        for key in ('instance_id', 'private_address', 'interfaces'):
            self.assertEqual(self.before[key], self.now()[key])


class ResizeTest(ResizeCase):

    def test_the_instance_gets_type_and_disk_and_runs(self):
        self.resize()
        now = self.now()
        self.assertEqual(('m5.xlarge', 'running', 40), (
            now['instance_type'], now['state'], self.root_gib()))
        self.assert_same_instance()
        shown = self.confirm()
        self.assertEqual(4, shown['flavor']['vcpus'])
        self.assertEqual('m5.xlarge', self.now()['instance_type'])
        self.assertNotIn(TYPE_TAG, self.now()['tags'])
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(base.HOST, port['binding:host_id'])

    def test_a_revert_gives_the_type_back_and_keeps_the_grown_root(self):
        self.resize()
        shown = self.revert()
        now = self.now()
        self.assertEqual((self.before['instance_type'], 'running', 40), (
            now['instance_type'], now['state'], self.root_gib()))
        self.assertEqual(1, shown['flavor']['vcpus'])
        self.assertNotIn(TYPE_TAG, now['tags'])
        self.assert_same_instance()

    def test_a_stopped_server_stays_stopped(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        boots = self.now()['boots']
        self.resize()
        self.assertEqual(('m5.xlarge', 'stopped', boots), (
            self.now()['instance_type'], self.now()['state'],
            self.now()['boots']))
        self.revert('SHUTOFF')
        self.assertEqual((self.before['instance_type'], 'stopped', boots), (
            self.now()['instance_type'], self.now()['state'],
            self.now()['boots']))

    def test_a_second_resize_follows_the_first(self):
        self.resize()
        self.confirm()
        small = self.flavor(vcpu=2, memory_mb=4096, disk=40, extra_specs={
            'ec2:instance_type': 't3.medium'})
        self.resize(small)
        self.confirm()
        self.assertEqual('t3.medium', self.now()['instance_type'])
        self.assertEqual(1, self.count('ModifyVolume'))

    def test_deleting_it_before_it_is_confirmed_leaves_nothing(self):
        self.resize()
        self.delete(self.server)
        self.assert_nothing_left()

    def test_the_flavor_s_tag_follows(self):
        self.resize()
        self.assertNotEqual(self.before['tags']['nova-ec2:flavor'],
                            self.now()['tags']['nova-ec2:flavor'])
        self.revert()
        self.assertEqual(self.before['tags']['nova-ec2:flavor'],
                         self.now()['tags']['nova-ec2:flavor'])


class ResizeRefusedTest(ResizeCase):
    """Refused: the server goes on as if nothing had been asked."""

    def assert_refused(self, flavor, *words):
        stops = self.count('StopInstances')
        self.ask(flavor)
        self.wait_until(lambda: self.failure(), 'the failure')
        shown = self.until(self.server, 'ACTIVE')
        for word in words:
            self.assertIn(word, self.failure())
        self.assertEqual(1, shown['flavor']['vcpus'])
        self.assertEqual(stops, self.count('StopInstances'))
        self.assertEqual(self.before['instance_type'],
                         self.now()['instance_type'])
        self.assertEqual('running', self.now()['state'])
        self.assertEqual(1, self.now()['boots'])

    def failure(self):
        """What the event of the resize says went wrong."""
        actions = self.api.get_instance_actions(self.server['id'])
        resize, = [one for one in actions if one['action'] == 'resize']
        detail = self.admin_api.api_get(
            f'/servers/{self.server["id"]}/os-instance-actions/'
            f'{resize["request_id"]}').body['instanceAction']
        return '\n'.join(f'{one.get("details")} {one.get("traceback")}'
                         for one in detail['events']
                         if one['result'] == 'Error')

    def test_another_architecture(self):
        self.assert_refused(
            self.flavor(vcpu=2, memory_mb=8192, disk=20, extra_specs={
                'ec2:instance_type': 'm6g.large'}), 'x86_64', 'm6g.large')

    def test_a_type_that_ec2_does_not_have(self):
        self.assert_refused(
            self.flavor(vcpu=2, memory_mb=8192, disk=20, extra_specs={
                'ec2:instance_type': 'm5.enormous'}), 'm5.enormous')

    def test_a_smaller_root(self):
        """Nova's API knows: the root is the image's smallest by now."""
        smaller = self.flavor(vcpu=4, memory_mb=16384, disk=10)
        refusal = self.assertRaises(api_client.OpenStackApiException,
                                    self.ask, smaller)
        self.assertEqual(400, refusal.response.status_code)
        self.assertEqual(0, self.count('StopInstances'))

    def test_other_ephemeral_disks(self):
        self.assert_refused(
            self.flavor(vcpu=4, memory_mb=16384, disk=20, ephemeral=10),
            'do not change')


class ResizeRepeatedTest(ResizeCase):

    def test_a_resize_meanwhile_is_refused(self):
        self.control.settings(stopping_seconds=2.0)
        self.ask(self.larger)
        refusal = self.assertRaises(api_client.OpenStackApiException,
                                    self.ask, self.larger)
        self.assertEqual(409, refusal.response.status_code)
        self.until(self.server, 'VERIFY_RESIZE')
        self.assertEqual(1, self.count('StopInstances'))
        self.assertRaises(api_client.OpenStackApiException,
                          self.ask, self.larger)
        self.assertEqual(1, self.count('ModifyInstanceAttribute'))

    def test_a_confirmation_twice(self):
        self.resize()
        self.act(self.server, 'confirmResize')
        self.assertRaises(api_client.OpenStackApiException,
                          self.act, self.server, 'confirmResize')
        self.until(self.server, 'ACTIVE')
        self.assertEqual('m5.xlarge', self.now()['instance_type'])

    def test_a_revert_twice(self):
        self.resize()
        self.control.settings(stopping_seconds=2.0)
        self.act(self.server, 'revertResize')
        self.assertRaises(api_client.OpenStackApiException,
                          self.act, self.server, 'revertResize')
        self.until(self.server, 'ACTIVE')
        self.assertEqual(self.before['instance_type'],
                         self.now()['instance_type'])
        self.assertEqual(3, self.now()['boots'])

    def test_a_revert_of_one_that_ec2_has_stopped(self):
        self.resize()
        self.ec2.stop_instances(InstanceIds=[self.before['instance_id']])
        self.until_state(self.before['instance_id'], 'stopped')
        self.revert()
        self.assertEqual((self.before['instance_type'], 'running'), (
            self.now()['instance_type'], self.now()['state']))


class ResizeFailsTest(ResizeCase):

    def until_back(self):
        self.until(self.server, 'ACTIVE')
        self.wait_until(lambda: self.now()['state'] == 'running',
                        'the instance to run')
        self.assertEqual(self.before['instance_type'],
                         self.now()['instance_type'])
        self.assert_same_instance()

    def wait_for_end(self):
        self.wait_until(lambda: [
            one for one in self.api.get_instance_actions(self.server['id'])
            if one['action'] == 'resize'], 'the resize to begin')
        self.wait_until(
            lambda: self.admin_api.get_server(self.server['id'])[
                'OS-EXT-STS:task_state'] is None, 'the resize to end')

    def test_no_room_for_the_new_type_gives_back_the_old(self):
        self.control.fault(
            'error', 'StartInstances', status=500,
            code='InsufficientInstanceCapacity',
            message='We currently do not have sufficient m5.xlarge capacity')
        self.ask(self.larger)
        self.wait_for_end()
        self.until_back()
        self.assertEqual(2, self.now()['boots'])

    def test_the_next_type_is_tried(self):
        wide = self.flavor(vcpu=4, memory_mb=16384, disk=20)
        self.control.fault(
            'error', 'StartInstances', status=500,
            code='InsufficientInstanceCapacity',
            message='We currently do not have sufficient capacity')
        self.resize(wide)
        self.assertEqual('running', self.now()['state'])
        self.assertNotEqual(self.before['instance_type'],
                            self.now()['instance_type'])
        types = [call['params']['InstanceType.Value'] for call in
                 self.control.calls(action='ModifyInstanceAttribute')]
        self.assertEqual(2, len(set(types)))

    def test_a_refused_type_gives_back_the_old(self):
        self.control.fault(
            'error', 'ModifyInstanceAttribute', status=400,
            code='InvalidParameterCombination',
            message='The instance type is not compatible')
        self.ask(self.larger)
        self.wait_for_end()
        self.until_back()

    def test_a_volume_that_was_changed_lately_changes_nothing(self):
        self.control.fault(
            'error', 'ModifyVolume', status=400,
            code='VolumeModificationRateExceeded',
            message="You've reached the maximum modification rate")
        self.ask(self.larger)
        self.wait_for_end()
        self.until_back()
        self.assertEqual(0, self.count('StopInstances'))

    def test_an_instance_that_is_gone(self):
        self.ec2.terminate_instances(
            InstanceIds=[self.before['instance_id']])
        self.until_state(self.before['instance_id'], 'terminated')
        self.ask(self.larger)
        self.wait_for_end()
        self.assertEqual(0, self.count('ModifyInstanceAttribute'))
        self.delete(self.server)
        self.assert_nothing_left()


class ResizeCrashTest(CrashTestCase, ResizeCase):
    """The service dies at a call; the next one gives back what was."""

    def die_in_resize(self, method, after):
        self.die_at(method, after)
        self.ask(self.larger)
        self.come_back()
        self.until(self.server, 'ACTIVE')
        self.wait_until(lambda: self.now()['state'] == 'running',
                        'the instance to run')
        self.assertEqual(self.before['instance_type'],
                         self.now()['instance_type'])
        self.assertNotIn(TYPE_TAG, self.now()['tags'])
        self.assert_same_instance()

    def test_before_the_volume_grows(self):
        self.die_in_resize('modify_volume', after=False)

    def test_when_it_was_told_to_stop(self):
        self.die_in_resize('stop_instances', after=True)

    def test_before_it_has_the_type(self):
        self.die_in_resize('modify_instance_attribute', after=False)

    def test_when_it_has_the_type(self):
        self.die_in_resize('modify_instance_attribute', after=True)

    def test_when_it_was_told_to_start(self):
        self.die_in_resize('start_instances', after=True)
