# SPDX-License-Identifier: Apache-2.0
"""shelve and unshelve: an AMI in place of the instance, and back."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase


class ShelveCase(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.flags(shelved_offload_time=0)
        self.server = self.boot()
        self.before = self.instance_of(self.server)

    def shelve(self):
        self.act(self.server, 'shelve')
        return self.until(self.server, 'SHELVED_OFFLOADED')

    def unshelve(self):
        self.act(self.server, 'unshelve')
        return self.until(self.server, 'ACTIVE')

    def living(self):
        found, = self.emulator.living()
        return found

    def own_images(self):
        return [image['ImageId'] for image in
                self.ec2.describe_images(Owners=['self'])['Images']]

    def failed(self, action, event):
        """An action is asked for and fails; what its record says."""
        self.act(self.server, action)
        return self._wait_for_action_fail_completion(
            self.server, action, event)['details']


class ShelveTest(ShelveCase):

    def test_nothing_but_its_image_stays(self):
        self.shelve()
        self.assertEqual([], self.emulator.living())
        image, = self.own_images()
        self.wait_until(lambda: {'images', 'snapshots'} == set(
            self.emulator.left()), 'disks and interfaces to go')
        self.assertEqual(1, len(self.neutron.ports_of(self.server['id'])))
        self.sync_power()
        self.until(self.server, 'SHELVED_OFFLOADED')

    def test_it_comes_back_with_disk_and_address(self):
        self.shelve()
        image, = self.own_images()
        self.unshelve()
        now = self.living()
        self.assertEqual(image, now['image_id'])
        self.assertEqual(self.before['private_address'],
                         now['private_address'])
        self.assertNotEqual(self.before['instance_id'], now['instance_id'])
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(now['interfaces'][0]['mac_address'],
                         port['mac_address'])
        self.assertEqual('ACTIVE', port['status'])

    def test_it_can_be_shelved_again(self):
        self.shelve()
        self.unshelve()
        self.shelve()
        self.unshelve()
        self.delete(self.server)
        self.assertEqual([], self.emulator.living())

    def test_deleted_while_shelved(self):
        self.shelve()
        self.delete(self.server)
        self.assertEqual([], self.emulator.living())

    def test_shelved_and_not_yet_offloaded(self):
        self.flags(shelved_offload_time=-1)
        self.act(self.server, 'shelve')
        self.until(self.server, 'SHELVED')
        self.assertEqual('stopped', self.living()['state'])
        self.unshelve()
        now = self.living()
        self.assertEqual(self.before['instance_id'], now['instance_id'])
        self.assertEqual('running', now['state'])
        self.assertEqual(2, now['boots'])

    def test_a_snapshot_that_fails_leaves_the_server(self):
        self.control.fault('doom', 'CreateImage', code='Client.Error',
                           message='the volume is on fire')
        self.act(self.server, 'shelve')
        self.wait_until(lambda: self.count('CreateImage'), 'the snapshot')
        self.wait_until(
            lambda: self.admin_api.get_server(self.server['id'])[
                'OS-EXT-STS:task_state'] is None, 'the end')
        self.assertEqual([], self.own_images())
        self.assertEqual(self.before['instance_id'],
                         self.living()['instance_id'])

    def test_no_room_to_come_back_keeps_it_shelved(self):
        self.shelve()
        self.control.no_capacity('t3.small')
        self.control.fault(
            'error', 'RunInstances', status=500, times=0,
            code='InsufficientInstanceCapacity',
            message='We currently do not have sufficient capacity')
        self.act(self.server, 'unshelve')
        self.wait_until(lambda: self.count('RunInstances') > 1, 'a try')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertEqual([], self.emulator.living())
        self.assertEqual(1, len(self.own_images()))


class BadInputTest(ShelveCase):

    def test_an_instance_that_is_gone(self):
        self.ec2.terminate_instances(
            InstanceIds=[self.before['instance_id']])
        self.until_state(self.before['instance_id'], 'terminated')
        self.failed('shelve', 'compute_shelve_instance')
        self.until(self.server, 'ACTIVE')
        self.assertEqual([], self.own_images())
        self.delete(self.server)
        self.assert_nothing_left()

    def ask_twice(self, action):
        """The second is refused while the first is under way."""
        self.act(self.server, action)
        refusal = self.assertRaises(api_client.OpenStackApiException,
                                    self.act, self.server, action)
        self.assertEqual(409, refusal.response.status_code)

    def test_shelving_it_meanwhile_is_refused(self):
        self.control.settings(image_seconds=2.0)
        self.ask_twice('shelve')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertEqual(1, self.count('CreateImage'))
        self.assertRaises(api_client.OpenStackApiException,
                          self.act, self.server, 'shelve')

    def test_unshelving_it_meanwhile_is_refused(self):
        self.shelve()
        self.control.settings(pending_seconds=2.0)
        self.ask_twice('unshelve')
        self.until(self.server, 'ACTIVE')
        self.assertEqual(2, self.count('RunInstances'))

    def test_the_image_is_gone_from_ec2(self):
        self.shelve()
        image, = self.own_images()
        self.ec2.deregister_image(ImageId=image)
        self.failed('unshelve', 'compute_unshelve_instance')
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertEqual([], self.emulator.living())


class ShelveCrashTest(CrashTestCase, ShelveCase):
    """The service dies at a call; the server is where Nova says it is."""

    def test_before_the_image_is_made(self):
        self.die_in(self.server, 'shelve', 'create_image', after=False)
        self.until(self.server, 'ACTIVE')
        self.assertEqual([], self.own_images())
        self.assertEqual(self.before['instance_id'],
                         self.living()['instance_id'])

    def test_before_the_instance_is_terminated(self):
        self.die_in(self.server, 'shelve', 'terminate_instances', after=False)
        self.assert_offloaded()

    def test_when_the_instance_was_terminated(self):
        self.die_in(self.server, 'shelve', 'terminate_instances', after=True)
        self.assert_offloaded()

    def assert_offloaded(self):
        self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertEqual([], self.emulator.living())
        self.assertEqual({}, self._get_allocations_by_server_uuid(
            self.server['id']))
        self.unshelve()
        self.assertEqual(self.before['private_address'],
                         self.living()['private_address'])

    def test_before_it_is_launched_again(self):
        self.shelve()
        self.die_in(self.server, 'unshelve', 'run_instances', after=False)
        self.assert_taken_back()

    def test_when_it_was_launched_again(self):
        self.shelve()
        self.die_in(self.server, 'unshelve', 'run_instances', after=True)
        self.assert_taken_back()

    def assert_taken_back(self):
        shown = self.until(self.server, 'SHELVED_OFFLOADED')
        self.assertIsNone(shown['OS-EXT-SRV-ATTR:host'])
        self.assertEqual(self.image, shown['image']['id'])
        self.assert_offloaded()
