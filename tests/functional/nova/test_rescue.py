# SPDX-License-Identifier: Apache-2.0
"""Rescue: another root volume, the original beside it; unrescue: back."""

import fixtures
from nova.tests.functional.api import client as api_client

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase

ROOT = '/dev/xvda'


class RescueTestCase(CrashTestCase):
    EMULATOR = {'volume_seconds': 0.1}

    def setUp(self):
        super().setUp()
        self.rescue_image = self.glance.add(
            ec2_ami_id=self.control.images()['minimal'])

    def boot_one(self):
        self.server = self.boot()
        self.original = self.disks()[ROOT]

    def disks(self):
        """Name to volume, as EC2 has them now."""
        return {disk['device_name']: disk for disk
                in self.instance_of(self.server)['volumes']}

    def rescue(self, image=None):
        self.act(self.server, 'rescue', {
            'rescue_image_ref': image or self.rescue_image})

    def unrescue(self):
        self.act(self.server, 'unrescue')

    def assert_rescued(self):
        """Another root, the original beside it, both going with it."""
        disks = self.disks()
        self.assertEqual(2, len(disks), disks)
        self.assertNotEqual(self.original['volume_id'],
                            disks[ROOT]['volume_id'])
        other, = (disk for name, disk in disks.items() if name != ROOT)
        self.assertEqual(self.original['volume_id'], other['volume_id'])
        self.assertTrue(all(disk['delete_on_termination']
                            for disk in disks.values()), disks)
        self.assertEqual('running', self.instance_of(self.server)['state'])

    def assert_as_before(self, state='running'):
        """The original alone, and no other volume anywhere."""
        self.assertEqual({ROOT: self.original}, self.disks())
        self.assertEqual([self.original['volume_id']],
                         self.emulator.left()['volumes'])
        self.assertEqual(state, self.instance_of(self.server)['state'])


class RescueTest(RescueTestCase):

    def setUp(self):
        super().setUp()
        self.boot_one()

    def test_rescue_and_unrescue(self):
        self.rescue()
        self.until(self.server, 'RESCUE')
        self.assert_rescued()
        snapshot = self.ec2.describe_volumes(VolumeIds=[
            self.disks()[ROOT]['volume_id']])['Volumes'][0]['SnapshotId']
        ami = self.ec2.describe_images(ImageIds=[
            self.control.images()['minimal']])['Images'][0]
        self.assertEqual(
            ami['BlockDeviceMappings'][0]['Ebs']['SnapshotId'], snapshot)
        self.unrescue()
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()

    def test_the_servers_own_image_by_default(self):
        self.act(self.server, 'rescue', {})
        self.until(self.server, 'RESCUE')
        self.assert_rescued()

    def test_a_stopped_server_is_rescued_and_runs_afterwards(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.rescue()
        self.until(self.server, 'RESCUE')
        self.assert_rescued()
        self.unrescue()
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()

    def test_a_rescued_server_that_is_deleted_leaves_nothing(self):
        self.rescue()
        self.until(self.server, 'RESCUE')
        self.delete(self.server)
        self.assert_nothing_left()

    def test_the_volumes_tags_say_whose_they_are(self):
        self.rescue()
        self.until(self.server, 'RESCUE')
        found = self.ec2.describe_volumes(VolumeIds=[
            self.disks()[ROOT]['volume_id']])['Volumes'][0]
        tags = {tag['Key']: tag['Value'] for tag in found['Tags']}
        self.assertEqual(
            {'nova-ec2:cloud': base.CLOUD, 'nova-ec2:host': base.HOST,
             'nova-ec2:server': self.server['id'],
             'nova-ec2:project': self.server['tenant_id'],
             'nova-ec2:role': 'rescue',
             'nova-ec2:replaces': self.original['volume_id']}, tags)

    def test_only_once_at_a_time(self):
        self.control.settings(stopping_seconds=1)
        self.rescue()
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.rescue)
        self.assertEqual(409, error.response.status_code)
        self.until(self.server, 'RESCUE')
        self.assert_rescued()
        self.assertEqual(1, self.count('CreateVolume'))

    def test_deleted_while_it_is_rescued(self):
        self.control.settings(volume_seconds=1)
        self.rescue()
        self.wait_until(lambda: self.count('CreateVolume'), 'the volume')
        self.delete(self.server)
        self.assert_nothing_left()


class RefusedTest(RescueTestCase):
    """What cannot be done leaves the server as it was on EC2."""

    def setUp(self):
        super().setUp()
        self.boot_one()

    def refused(self, image=None):
        self.rescue(image)
        server = self.until(self.server, 'ERROR')
        self.assert_as_before()
        return server['fault']['message']

    def test_an_image_of_another_architecture(self):
        arm = self.glance.add(ec2_ami_id=self.emulator.arm_ami)
        self.assertIn('is for arm64', self.refused(arm))
        self.assertEqual(0, self.count('CreateVolume'))

    def test_an_image_without_an_ami(self):
        self.assertIn('has no property ec2_ami_id',
                      self.refused(self.glance.add()))

    def test_an_ami_that_is_gone(self):
        gone = self.glance.add(ec2_ami_id='ami-0123456789abcdef0')
        self.assertIn('knows no AMI', self.refused(gone))

    def test_a_volume_that_ec2_does_not_make(self):
        self.control.fault('error', 'CreateVolume', status=400,
                           code='VolumeLimitExceeded', message='Too many.')
        self.assertIn('VolumeLimitExceeded', self.refused())

    def test_a_volume_that_ec2_does_not_attach(self):
        self.control.fault('error', 'AttachVolume', status=400,
                           code='AttachmentLimitExceeded',
                           message='Too many.')
        self.assertIn('AttachmentLimitExceeded', self.refused())

    def test_a_start_that_ec2_has_no_room_for(self):
        self.control.fault('error', 'StartInstances', status=500,
                           code='InsufficientInstanceCapacity',
                           message='No room now.')
        self.assertIn('No room now', self.refused())

    def test_a_hard_reboot_ends_the_error(self):
        self.refused(self.glance.add())
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.wait_until(lambda: self.api.get_server(
            self.server['id'])['status'] == 'ACTIVE', 'the reboot')
        self.assert_as_before()

    def test_an_instance_that_is_gone(self):
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.rescue()
        server = self.until(self.server, 'ERROR')
        self.assertIn('could not be found', server['fault']['message'])
        self.assert_nothing_left()


class LostReplyTest(RescueTestCase):
    """A call that was made and not answered is settled by looking."""

    def setUp(self):
        super().setUp()
        self.boot_one()

    def rescue_with(self, action):
        self.control.fault('reset_after', action)
        self.rescue()
        self.until(self.server, 'RESCUE')
        self.assert_rescued()
        self.unrescue()
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()

    def test_of_the_volume(self):
        self.rescue_with('CreateVolume')

    def test_of_the_attachment(self):
        self.rescue_with('AttachVolume')

    def test_of_the_detachment(self):
        self.rescue_with('DetachVolume')


class RescueCrashTest(RescueTestCase):
    """A service that dies in a rescue undoes it when it comes back."""

    def setUp(self):
        super().setUp()
        self.boot_one()

    def die_in_rescue(self, method, after=False):
        self.die_at(method, after)
        self.rescue()
        self.come_back()
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()

    def test_before_it_is_stopped(self):
        self.die_in_rescue('stop_instances')

    def test_after_it_was_stopped(self):
        self.die_in_rescue('stop_instances', after=True)

    def test_before_the_volume_is_made(self):
        self.die_in_rescue('create_volume')

    def test_after_the_volume_was_made(self):
        self.die_in_rescue('create_volume', after=True)

    def test_after_the_original_was_detached(self):
        self.die_in_rescue('detach_volume', after=True)

    def test_before_the_rescue_volume_is_attached(self):
        self.die_in_rescue('attach_volume')

    def test_after_the_rescue_volume_was_attached(self):
        self.die_in_rescue('attach_volume', after=True)

    def test_before_the_volumes_go_with_it(self):
        self.die_in_rescue('modify_instance_attribute')

    def test_before_the_start(self):
        self.die_in_rescue('start_instances')

    def test_after_the_start(self):
        self.die_in_rescue('start_instances', after=True)

    def test_a_deletion_leaves_nothing_wherever_it_died(self):
        self.die_at('attach_volume', after=True)
        self.rescue()
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        self.crash.over()
        self.delete(self.server)
        self.assert_nothing_left()


class UnrescueCrashTest(RescueTestCase):
    """A service that dies in an unrescue finishes it."""

    def setUp(self):
        super().setUp()
        self.boot_one()
        self.rescue()
        self.until(self.server, 'RESCUE')

    def die_in_unrescue(self, method, after=False):
        self.die_at(method, after)
        self.unrescue()
        self.come_back()
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()

    def test_after_it_was_stopped(self):
        self.die_in_unrescue('stop_instances', after=True)

    def test_before_the_detachment(self):
        self.die_in_unrescue('detach_volume')

    def test_after_the_detachment(self):
        self.die_in_unrescue('detach_volume', after=True)

    def test_before_the_attachment(self):
        self.die_in_unrescue('attach_volume')

    def test_after_the_attachment(self):
        self.die_in_unrescue('attach_volume', after=True)

    def test_before_the_rescue_volume_is_deleted(self):
        self.die_in_unrescue('delete_volume')

    def test_after_the_rescue_volume_was_deleted(self):
        self.die_in_unrescue('delete_volume', after=True)

    def test_after_the_start(self):
        self.die_in_unrescue('start_instances', after=True)

    def test_a_restart_leaves_a_rescued_server_alone(self):
        before = self.instance_of(self.server)
        self.restart()
        self.sync_power()
        self.until(self.server, 'RESCUE')
        self.assertEqual(before, self.instance_of(self.server))


class LeftoverTest(RescueTestCase):
    """What lies beside a server that is deleted without its host."""

    def test_it_goes_with_the_next_sync(self):
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.recovery._TOO_YOUNG', 0))
        self.boot_one()
        self.rescue()
        self.until(self.server, 'RESCUE')
        self.take_apart()
        service, = self.admin_api.get_services(
            binary='nova-compute', host=base.HOST)
        self.admin_api.put_service_force_down(service['id'], True)
        self.delete(self.server)
        self.assertEqual(2, len(self.emulator.left()['volumes']))
        self.sync_power()
        self.wait_until(lambda: not self.emulator.living(), 'the instance')
        self.sync_power()
        self.assert_nothing_left()

    def take_apart(self):
        """As a swap that was interrupted leaves both volumes."""
        instance = self.instance_of(self.server)
        self.ec2.stop_instances(InstanceIds=[instance['instance_id']])
        self.until_state(instance['instance_id'], 'stopped')
        for disk in instance['volumes']:
            self.ec2.detach_volume(VolumeId=disk['volume_id'])
        self.wait_until(lambda: not self.disks(), 'both to be detached')
