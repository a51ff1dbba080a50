# SPDX-License-Identifier: Apache-2.0
"""Servers that boot from a Cinder volume."""

import base64

import fixtures

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase

ROOT = '/dev/xvda'
USER_DATA = b'#!/bin/sh\necho hello\n'


class VolumeBootTestCase(CrashTestCase):
    EMULATOR = {'volume_seconds': 0.1}

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', hostname_in_user_data=False)
        self.volume_id = self.bootable()
        self.ebs = self.cinder.ebs[self.volume_id]

    def bootable(self, size=10, **metadata):
        """A Cinder volume with an image's data and metadata."""
        volume_id = self.cinder.add(size, image_id=self.image,
                                    display_description='')
        self.cinder.volumes[volume_id]['volume_image_metadata'] = {
            'image_id': self.image, 'ec2_ami_id': self.emulator.ami,
            **metadata}
        return volume_id

    def request(self, **changes):
        """The body of POST /servers; ``volumes`` adds some."""
        more = changes.pop('volumes', [])
        root = changes.pop('root', self.volume_id)
        goes = changes.pop('goes', False)
        body = super().request(**changes)
        body['server'].pop('imageRef')
        body['server']['block_device_mapping_v2'] = [{
            'boot_index': 0, 'uuid': root, 'source_type': 'volume',
            'destination_type': 'volume', 'delete_on_termination': goes},
            *more]
        return body

    def disks(self, server):
        """Name to volume, as EC2 has them now."""
        return {disk['device_name']: disk for disk
                in self.instance_of(server)['volumes']}

    def assert_volume_free(self):
        """The volume is there and no server's."""
        described = self.cinder.described(self.volume_id)
        self.assertEqual(('available', []),
                         (described['State'], described['Attachments']))

    def assert_nothing_but_the_volume(self):
        self.assertEqual([], self.emulator.living())
        self.wait_until(
            lambda: self.emulator.left() == {'volumes': [self.ebs]},
            'all but the volume to go')
        self.assert_volume_free()


class VolumeBootTest(VolumeBootTestCase):

    def test_the_volume_is_the_root(self):
        server = self.boot(user_data=USER_DATA)
        self.assertEqual(
            {ROOT: (self.ebs, False)},
            {name: (disk['volume_id'], disk['delete_on_termination'])
             for name, disk in self.disks(server).items()})
        self.assertEqual('running', self.instance_of(server)['state'])
        self.assertEqual([self.ebs], self.emulator.left()['volumes'])
        shown, = self.api.get_server_volumes(server['id'])
        self.assertEqual((self.volume_id, ROOT),
                         (shown['volumeId'], shown['device']))

    def test_the_tenants_user_data_never_meets_the_placeholder(self):
        server = self.boot(user_data=USER_DATA)
        launch, = self.launches()
        self.assertNotIn('UserData', launch)
        found = self.ec2.describe_instance_attribute(
            InstanceId=self.instance_of(server)['instance_id'],
            Attribute='userData')
        self.assertEqual(USER_DATA, base64.b64decode(
            found['UserData']['Value']))

    def test_deleting_it_keeps_the_volume(self):
        self.delete(self.boot())
        self.assert_nothing_but_the_volume()

    def test_deleting_it_deletes_the_volume_where_that_was_asked(self):
        server = self.boot(goes=True)
        self.delete(server)
        self.assert_nothing_left()

    def test_stop_start_and_reboot(self):
        server = self.boot()
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        self.assertEqual(self.ebs, self.disks(server)[ROOT]['volume_id'])

    def test_several_disks_at_boot(self):
        data = self.cinder.add(3)
        server = self.boot(
            flavorRef=self.flavor(swap=1024, ephemeral=2), volumes=[
                {'boot_index': -1, 'uuid': data, 'source_type': 'volume',
                 'destination_type': 'volume'},
                {'boot_index': -1, 'source_type': 'blank', 'volume_size': 4,
                 'destination_type': 'volume',
                 'delete_on_termination': True}])
        disks = self.disks(server)
        self.assertEqual(self.ebs, disks.pop(ROOT)['volume_id'])
        self.assertEqual([1, 2, 3, 4], sorted(
            disk['size_gib'] for disk in disks.values()))
        self.assertEqual(
            {1: True, 2: True, 3: False, 4: False},
            {disk['size_gib']: disk['delete_on_termination']
             for disk in disks.values()})
        self.delete(server)
        self.wait_until(
            lambda: self.emulator.left() == {'volumes': sorted(
                [self.ebs, self.cinder.ebs[data]])}, 'the others to go')

    def test_a_volume_that_nova_has_made_from_an_image(self):
        server = self.boot_from_image()
        root = self.disks(server)[ROOT]
        self.assertEqual((12, False), (root['size_gib'],
                                       root['delete_on_termination']))
        self.delete(server)
        self.assertEqual({'volumes': [self.ebs]}, self.emulator.left())

    def boot_from_image(self):
        body = super().request()
        body['server']['block_device_mapping_v2'] = [{
            'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
            'destination_type': 'volume', 'volume_size': 12,
            'delete_on_termination': True}]
        return self.until(self.api.post_server(body), 'ACTIVE')

    def test_a_snapshot_goes_through_cinder(self):
        server = self.boot()
        self.act(server, 'createImage', {'name': 'saved'})
        self.until(server, 'ACTIVE')
        self.assertEqual(0, self.count('CreateImage'))
        image = next(one for one in self.glance.images.values()
                     if one['name'] == 'saved')
        self.assertIn('block_device_mapping', image['properties'])


class CarrierTest(VolumeBootTestCase):
    """What is launched before the volume takes its place."""

    def test_without_an_ami_the_placeholder_is_launched(self):
        minimal = self.control.images()['minimal']
        self.flags(group='ec2', placeholder_images={'x86_64': minimal})
        server = self.boot(root=self.cinder.add(10, image_id=self.image))
        self.assertEqual(minimal, self.instance_of(server)['image_id'])

    def test_without_either_it_is_refused(self):
        words = self.refused(root=self.cinder.add(10, image_id=self.image))
        self.assertIn('[ec2] placeholder_images for x86_64', words)
        self.assert_nothing_but(2)

    def test_another_servers_snapshot_never_runs(self):
        server = self.until(self.api.post_server(
            base.NovaTestCase.request(self)), 'ACTIVE')
        self.act(server, 'createImage', {'name': 'saved'})
        ami = self.wait_until(
            lambda: [one['ImageId'] for one in self.ec2.describe_images(
                Owners=['self'])['Images'] if one['State'] == 'available'],
            'the snapshot')[0]
        self.assertIn('snapshot of a server',
                      self.refused(root=self.bootable(ec2_ami_id=ami)))

    def assert_nothing_but(self, volumes):
        self.assertEqual([], self.emulator.living())
        self.assertEqual(volumes, len(self.emulator.left()['volumes']))


class RefusedTest(VolumeBootTestCase):
    """A build that fails leaves the volume alone."""

    def test_a_volume_in_another_zone(self):
        elsewhere = self.cinder.add(10, image_id=self.image,
                                    zone='us-east-1b')
        self.cinder.volumes[elsewhere]['volume_image_metadata'][
            'ec2_ami_id'] = self.emulator.ami
        self.assertIn('us-east-1b', self.refused(root=elsewhere))
        self.assertEqual(0, self.count('RunInstances'))

    def test_a_volume_that_is_not_attached(self):
        self.control.fault('error', 'AttachVolume', status=400, times=0,
                           code='AttachmentLimitExceeded',
                           message='Too many.')
        self.assertIn('AttachmentLimitExceeded', self.refused())
        self.assert_nothing_but_the_volume()

    def test_a_start_without_room_is_tried_elsewhere_and_leaves_nothing(self):
        self.control.fault('error', 'StartInstances', status=500, times=0,
                           code='InsufficientInstanceCapacity',
                           message='No room now.')
        self.refused()
        self.assert_nothing_but_the_volume()

    def test_deleted_while_it_builds(self):
        self.control.settings(volume_seconds=1)
        server = self.create()
        self.wait_until(lambda: self.count('DetachVolume'), 'the swap')
        self.delete(server)
        self.assert_nothing_but_the_volume()


class VolumeBootCrashTest(VolumeBootTestCase):
    """A service that dies in the build: ERROR, and nothing but the volume."""

    def die_in_build(self, method, after=False):
        self.die_at(method, after)
        server = self.create(user_data=USER_DATA)
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        manager = self.compute.manager
        self.wait_until(lambda: not manager._in_progress_tasks,
                        'the build of the dead process to end')
        self.come_back()
        self.until(server, 'ERROR', fault=False)
        self.assert_nothing_but_the_volume()
        self.delete(server)

    def test_after_the_launch(self):
        self.die_in_build('run_instances', after=True)

    def test_after_the_stop(self):
        self.die_in_build('stop_instances', after=True)

    def test_before_the_placeholder_is_detached(self):
        self.die_in_build('detach_volume')

    def test_after_the_placeholder_was_detached(self):
        self.die_in_build('detach_volume', after=True)

    def test_before_the_placeholder_is_deleted(self):
        self.die_in_build('delete_volume')

    def test_before_the_volume_is_attached(self):
        self.die_in_build('attach_volume')

    def test_after_the_volume_was_attached(self):
        self.die_in_build('attach_volume', after=True)

    def test_before_the_start(self):
        self.die_in_build('start_instances')

    def test_after_the_start(self):
        self.die_in_build('start_instances', after=True)


class VolumeBackedVerbsTest(VolumeBootTestCase):
    """Rebuild and rescue of a volume-backed server."""

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.before = self.instance_of(self.server)

    def test_a_rebuild_with_the_same_image_keeps_instance_and_volume(self):
        # From 2.93 on the volume gets its image anew, even the same one.
        self.api.microversion = '2.92'
        self.act(self.server, 'rebuild', {
            'imageRef': self.image,
            'user_data': base64.b64encode(USER_DATA).decode()})
        self.until(self.server, 'ACTIVE')
        now = self.instance_of(self.server)
        self.assertEqual(self.before['instance_id'], now['instance_id'])
        self.assertEqual(self.before['volumes'], now['volumes'])
        self.assertEqual(len(USER_DATA), now['user_data_bytes'])

    def test_a_rebuild_with_another_image_has_cinder_write_it(self):
        other = self.glance.add(
            ec2_ami_id=self.control.images()['minimal'])
        self.useFixture(fixtures.MonkeyPatch(
            'nova.volume.cinder.API.reimage_volume', self.reimage))
        self.act(self.server, 'rebuild', {'imageRef': other})
        self.until(self.server, 'ACTIVE')
        now, = self.emulator.living()
        self.assertEqual([self.cinder.ebs[self.volume_id]], [
            disk['volume_id'] for disk in now['volumes']])
        self.assertNotEqual(self.ebs, self.cinder.ebs[self.volume_id])
        self.assertEqual(self.before['private_address'],
                         now['private_address'])
        self.assertEqual([self.server['id']],
                         self.cinder.attached_to(self.volume_id))

    def reimage(self, _context, volume_id, image_id,
                reimage_reserved=False):
        """As Cinder on EBS must: another EBS volume, made of the image."""
        self.assert_volume_free()
        fresh = self.cinder.add(10, image_id=image_id)
        self.cinder.ebs[volume_id] = self.cinder.ebs[fresh]
        self.ec2.delete_volume(VolumeId=self.ebs)
        self.admin_api.create_server_external_events([
            {'name': 'volume-reimaged', 'tag': volume_id,
             'server_uuid': self.server['id']}])

    def test_rescue_and_unrescue(self):
        image = self.glance.add(
            ec2_ami_id=self.control.images()['minimal'],
            hw_rescue_bus='virtio', hw_rescue_device='disk')
        self.act(self.server, 'rescue', {'rescue_image_ref': image})
        self.until(self.server, 'RESCUE')
        disks = self.disks(self.server)
        self.assertNotEqual(self.ebs, disks.pop(ROOT)['volume_id'])
        beside, = disks.values()
        self.assertEqual((self.ebs, False), (
            beside['volume_id'], beside['delete_on_termination']))
        self.act(self.server, 'unrescue')
        self.until(self.server, 'ACTIVE')
        self.assertEqual(self.before['volumes'],
                         self.instance_of(self.server)['volumes'])
        self.assertEqual([self.ebs], self.emulator.left()['volumes'])

    def test_a_rescued_one_that_is_deleted_keeps_its_volume(self):
        image = self.glance.add(
            ec2_ami_id=self.control.images()['minimal'],
            hw_rescue_bus='virtio', hw_rescue_device='disk')
        self.act(self.server, 'rescue', {'rescue_image_ref': image})
        self.until(self.server, 'RESCUE')
        self.delete(self.server)
        self.assert_nothing_but_the_volume()
