# SPDX-License-Identifier: Apache-2.0
"""Rebuild: another system under the same server."""

import base64

from nova.tests.functional.api import client as api_client

from tests.functional.nova.test_crash import CrashTestCase
from tests.functional.nova.test_mapping import ED25519

ROOT = '/dev/xvda'
USER_DATA = b'#!/bin/sh\necho hello\n'


class RebuildTestCase(CrashTestCase):
    EMULATOR = {'volume_seconds': 0.1}

    def setUp(self):
        super().setUp()
        self.other_ami = self.control.images()['minimal']
        self.other = self.glance.add(ec2_ami_id=self.other_ami)

    def boot_one(self, **changes):
        self.server = self.boot(**changes)
        self.before = self.now()

    def now(self):
        return next(one for one in self.emulator.living()
                    if one['tags']['nova-ec2:server'] == self.server['id'])

    def disks(self):
        """Name to volume, as EC2 has them now."""
        return {disk['device_name']: disk for disk in self.now()['volumes']}

    def rebuild(self, image=None, **changes):
        self.act(self.server, 'rebuild', {
            'imageRef': image or self.other, **changes})

    def until_rebuilt(self, status='ACTIVE'):
        """Wait for the end, whatever the status was before."""
        def done():
            seen = self.admin_api.get_server(self.server['id'])
            return (seen['OS-EXT-STS:task_state'] is None
                    and seen['status'] == status and seen)
        return self.wait_until(done, f'a rebuilt server, {status}')

    def boots_from(self, ami):
        """Whether the root volume is of that AMI."""
        image, = self.ec2.describe_images(ImageIds=[ami])['Images']
        volume, = self.ec2.describe_volumes(VolumeIds=[
            self.disks()[ROOT]['volume_id']])['Volumes']
        return (image['BlockDeviceMappings'][0]['Ebs']['SnapshotId']
                == volume['SnapshotId'])

    def assert_rebuilt(self, *, same=True, ami=None, size=20):
        """A fresh root of the AMI, nothing left of the old one."""
        now, root = self.now(), self.disks()[ROOT]
        self.assertEqual('running', now['state'])
        self.assertEqual(same, now['instance_id']
                         == self.before['instance_id'])
        self.assertEqual(self.before['private_address'],
                         now['private_address'])
        self.assertNotEqual(self.before['volumes'][0]['volume_id'],
                            root['volume_id'])
        self.assertTrue(self.boots_from(ami or self.other_ami))
        self.assertTrue(root['delete_on_termination'])
        self.assertEqual(size, root['size_gib'])
        self.assertEqual(
            sorted(disk['volume_id'] for disk in now['volumes']),
            self.emulator.left()['volumes'])

    def assert_as_before(self, state='running'):
        """The same instance with the same disks, in a state."""
        now = self.now()
        self.assertEqual(
            (self.before['instance_id'], self.before['volumes'], state),
            (now['instance_id'], now['volumes'], now['state']))

    def failed(self):
        """The words of a rebuild that was refused; ACTIVE as before."""
        event = self._wait_for_action_fail_completion(
            self.server, 'rebuild', 'compute_rebuild_instance')
        self.until_rebuilt()
        return event['details']

    def user_data(self):
        found = self.ec2.describe_instance_attribute(
            InstanceId=self.now()['instance_id'], Attribute='userData')
        return base64.b64decode(found['UserData'].get('Value', ''))


class InPlaceTest(RebuildTestCase):
    """The instance stays."""

    def test_ec2_replaces_the_root_of_a_running_server(self):
        self.boot_one()
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()
        self.assertEqual(1, self.count('CreateReplaceRootVolumeTask'))
        self.assertEqual(0, self.count('StopInstances'))
        self.assertEqual(self.other_ami, self.now()['image_id'])
        self.delete(self.server)
        self.assert_nothing_left()

    def test_the_same_image_again(self):
        self.boot_one()
        self.rebuild(self.image)
        self.until_rebuilt()
        self.assert_rebuilt(ami=self.emulator.ami)

    def test_a_stopped_server_gets_its_root_by_hand_and_is_stopped(self):
        self.boot_one()
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.rebuild()
        self.until_rebuilt('SHUTOFF')
        self.assertEqual(0, self.count('CreateReplaceRootVolumeTask'))
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
        self.assert_rebuilt()
        self.delete(self.server)
        self.assert_nothing_left()

    def test_a_task_that_fails_is_followed_by_a_swap_by_hand(self):
        self.boot_one()
        self.control.fault('doom', 'CreateReplaceRootVolumeTask')
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()
        self.assertEqual(1, self.count('StopInstances'))

    def test_a_task_that_fails_and_detaches(self):
        self.boot_one()
        self.control.fault('doom', 'CreateReplaceRootVolumeTask',
                           code='detached')
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()

    def test_a_task_that_ec2_refuses(self):
        self.boot_one()
        self.control.fault('error', 'CreateReplaceRootVolumeTask',
                           status=400, code='InvalidParameterValue',
                           message='Another product code.')
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()

    def test_a_lost_reply_makes_one_task(self):
        self.boot_one()
        self.control.fault('reset_after', 'CreateReplaceRootVolumeTask')
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()
        tasks = self.ec2.describe_replace_root_volume_tasks()
        self.assertEqual(1, len(tasks['ReplaceRootVolumeTasks']))

    def test_other_user_data_is_what_the_new_system_reads(self):
        self.flags(group='ec2', hostname_in_user_data=False)
        self.boot_one()
        self.rebuild(user_data=base64.b64encode(USER_DATA).decode())
        self.until_rebuilt()
        self.assert_rebuilt()
        self.assertEqual(USER_DATA, self.user_data())

    def test_metadata_and_name_become_tags(self):
        self.boot_one(metadata={'old': 'one', 'kept': 'yes'})
        self.rebuild(metadata={'kept': 'no', 'new': 'two'}, name='other')
        self.until_rebuilt()
        tags = self.now()['tags']
        self.assertEqual(
            {'nova-metadata:kept': 'no', 'nova-metadata:new': 'two'},
            {key: value for key, value in tags.items()
             if key.startswith('nova-metadata:')})
        self.assertEqual('other', tags['Name'])

    def test_attached_volumes_stay(self):
        self.boot_one()
        volume_id = self.cinder.add()
        self.api.post_server_volume(self.server['id'], {
            'volumeAttachment': {'volumeId': volume_id}})
        ebs = self.cinder.ebs_of(volume_id)
        self.wait_until(lambda: ebs in [
            disk['volume_id'] for disk in self.now()['volumes']],
            'the volume')
        self.until(self.server, 'ACTIVE')
        self.rebuild()
        self.until_rebuilt()
        self.assertIn(ebs, [disk['volume_id']
                            for disk in self.now()['volumes']])
        self.assertTrue(self.boots_from(self.other_ami))
        self.assertEqual([self.server['id']],
                         self.cinder.attached_to(volume_id))

    def test_ephemeral_disks_are_kept_where_that_is_asked(self):
        self.boot_one(flavorRef=self.flavor(ephemeral=2))
        kept = {name: disk for name, disk in self.disks().items()
                if name != ROOT}
        self.rebuild(preserve_ephemeral=True)
        self.until_rebuilt()
        self.assert_rebuilt()
        self.assertEqual(kept, {name: disk for name, disk
                                in self.disks().items() if name != ROOT})


class AnewTest(RebuildTestCase):
    """A new instance is launched, with the same port and address."""

    def test_another_key_pair(self):
        self.boot_one()
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        self.rebuild(key_name='mine')
        self.until_rebuilt()
        self.assert_rebuilt(same=False)
        self.assertTrue(self.now()['key_name'])
        port, = self.neutron.ports_of(self.server['id'])
        self.assertEqual(self.now()['interfaces'][0]['mac_address'],
                         port['mac_address'])

    def test_ephemeral_disks_are_blank_again(self):
        self.boot_one(flavorRef=self.flavor(ephemeral=2))
        before = {disk['volume_id'] for disk in self.disks().values()}
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt(same=False)
        self.assertEqual(set(), before & {
            disk['volume_id'] for disk in self.disks().values()})

    def test_another_architecture(self):
        self.boot_one()
        arm = self.glance.add(ec2_ami_id=self.emulator.arm_ami)
        self.rebuild(arm)
        self.until_rebuilt()
        self.assert_rebuilt(same=False, ami=self.emulator.arm_ami)

    def test_a_server_that_was_terminated_behind_novas_back(self):
        self.boot_one()
        self.control.act('terminate', self.before['instance_id'])
        self.until_state(self.before['instance_id'], 'terminated')
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt(same=False)


class RefusedTest(RebuildTestCase):
    """What cannot be done is refused, and the server goes on."""

    def setUp(self):
        super().setUp()
        self.boot_one()

    def test_an_image_without_an_ami(self):
        self.rebuild(self.glance.add())
        self.assertIn('has no property ec2_ami_id', self.failed())
        self.assert_as_before()

    def test_an_ami_that_is_gone(self):
        self.rebuild(self.glance.add(ec2_ami_id='ami-0123456789abcdef0'))
        self.assertIn('knows no AMI', self.failed())
        self.assert_as_before()

    def test_an_image_that_is_larger_than_the_flavor(self):
        windows = self.control.images()['windows']
        self.rebuild(self.glance.add(ec2_ami_id=windows))
        self.assertIn('but ' + windows + ' needs 30 GiB', self.failed())
        self.assert_as_before()

    def test_preserving_ephemeral_disks_with_another_key(self):
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        self.rebuild(key_name='mine', preserve_ephemeral=True)
        self.assertIn('ephemeral', self.failed())
        self.assert_as_before()

    def test_only_once_at_a_time(self):
        self.control.settings(volume_seconds=1)
        self.rebuild()
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.rebuild)
        self.assertEqual(409, error.response.status_code)
        self.until_rebuilt()
        self.assert_rebuilt()

    def test_a_swap_that_fails_leaves_the_old_system_running(self):
        self.control.fault('doom', 'CreateReplaceRootVolumeTask')
        self.control.fault('error', 'AttachVolume', status=400,
                           code='AttachmentLimitExceeded',
                           message='Too many.')
        self.rebuild()
        server = self.until(self.server, 'ERROR')
        self.assertIn('AttachmentLimitExceeded', server['fault']['message'])
        self.assert_as_before()
        self.assertEqual([self.before['volumes'][0]['volume_id']],
                         self.emulator.left()['volumes'])
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()


class RebuildCrashTest(RebuildTestCase):
    """A service that dies in a rebuild: ERROR in Nova, nothing lost."""

    def setUp(self):
        super().setUp()
        self.boot_one()

    def die_in_rebuild(self, method, after=False, by_hand=False):
        if by_hand:
            self.control.fault('doom', 'CreateReplaceRootVolumeTask')
        self.die_at(method, after)
        self.rebuild()
        self.come_back()
        self.until(self.server, 'ERROR', fault=False)

    def assert_healed(self):
        """Rebuilding again, and deleting then, leave nothing behind."""
        self.rebuild()
        self.until_rebuilt()
        self.assert_rebuilt()
        self.delete(self.server)
        self.assert_nothing_left()

    def test_before_the_task(self):
        self.die_in_rebuild('create_replace_root_volume_task')
        self.assert_healed()

    def test_after_the_task(self):
        self.die_in_rebuild('create_replace_root_volume_task', after=True)
        self.assert_healed()

    def test_after_the_volume_was_made(self):
        self.die_in_rebuild('create_volume', after=True, by_hand=True)
        self.assert_healed()

    def test_after_the_old_volume_was_detached(self):
        self.die_in_rebuild('detach_volume', after=True, by_hand=True)
        self.assert_healed()

    def test_after_the_new_volume_was_attached(self):
        self.die_in_rebuild('attach_volume', after=True, by_hand=True)
        self.assert_healed()

    def test_before_the_old_volume_is_deleted(self):
        self.die_in_rebuild('delete_volume', by_hand=True)
        self.assert_healed()

    def test_before_the_start(self):
        self.die_in_rebuild('start_instances', by_hand=True)
        self.assert_healed()

    def test_a_hard_reboot_ends_the_swap(self):
        self.die_in_rebuild('detach_volume', after=True, by_hand=True)
        self.act(self.server, 'reboot', {'type': 'HARD'})
        self.until_rebuilt()
        self.assert_rebuilt()

    def test_a_deletion_leaves_nothing_wherever_it_died(self):
        self.die_in_rebuild('detach_volume', after=True, by_hand=True)
        self.delete(self.server)
        self.assert_nothing_left()
