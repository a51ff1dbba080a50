# SPDX-License-Identifier: Apache-2.0
"""Snapshots, volumes of them, copies and volumes of images."""

from unittest import mock

from tests.cinder import base

IMAGE_ID = '70a599e0-31e7-49b7-b260-868f441e862b'
IMAGE = 'cinder.image.glance.GlanceImageService.show'


class SnapshotTest(base.CinderTestCase):

    def test_made_and_deleted(self):
        volume = self.make(2)
        snapshot = self.snapshot(volume)
        found, = self.own_snapshots()
        self.assertEqual((self.ebs(volume)['VolumeId'], 'completed'),
                         (found['VolumeId'], found['State']))
        self.api.delete_snapshot(snapshot['id'])
        self.until_gone(self.api.get_snapshot, snapshot)
        self.delete(volume)
        self.assert_nothing_left()

    def test_a_volume_of_a_snapshot_that_is_larger(self):
        snapshot = self.snapshot(self.make(2))
        copy = self.make(4, snapshot_id=snapshot['id'])
        ebs = self.ebs(copy)
        self.assertEqual(
            (4, self.own_snapshots()[0]['SnapshotId']),
            (ebs['Size'], ebs['SnapshotId']))

    def test_a_lost_reply_makes_one(self):
        self.control.fault('reset_after', 'CreateSnapshot')
        self.snapshot(self.make())
        self.assertEqual(1, len(self.own_snapshots()))

    def test_what_ec2_refuses_leaves_nothing(self):
        volume = self.make()
        self.control.fault('error', 'CreateSnapshot', status=400,
                           code='SnapshotLimitExceeded', message='Too many.')
        made = self.api.post_snapshot({'snapshot': {
            'volume_id': volume['id']}})
        self._until(lambda: self.api.get_snapshot(made['id']), 'error')
        self.assertEqual([], self.own_snapshots())

    def test_a_snapshot_that_an_ami_needs_stays(self):
        snapshot = self.snapshot(self.make())
        self.control.fault('error', 'DeleteSnapshot', status=400,
                           code='InvalidSnapshot.InUse',
                           message='It is in use by ami-1.')
        self.api.delete_snapshot(snapshot['id'])
        self.wait_until(lambda: self.control.counts().get('DeleteSnapshot'),
                        'the call')
        self._until(lambda: self.api.get_snapshot(snapshot['id']),
                    'available')


class CopyTest(base.CinderTestCase):

    def test_a_copy_leaves_no_snapshot(self):
        volume = self.make(2)
        copy = self.make(3, source_volid=volume['id'])
        self.assertEqual(3, self.ebs(copy)['Size'])
        self.assertNotEqual('', self.ebs(copy)['SnapshotId'])
        self.assertEqual([], self.own_snapshots())

    def test_one_that_fails_leaves_none_either(self):
        volume = self.make(2)
        self.control.fault('error', 'CreateVolume', status=400, times=5,
                           code='VolumeLimitExceeded', message='Too many.')
        copy = self.create(2, source_volid=volume['id'])
        self.until(copy, 'error')
        self.assertEqual([], self.own_snapshots())


class ImageTest(base.CinderTestCase):

    def of_image(self, size=10, **properties):
        image = {'id': IMAGE_ID,
                 'name': 'linux', 'status': 'active', 'size': 1,
                 'min_disk': 0, 'min_ram': 0, 'disk_format': 'raw',
                 'container_format': 'bare', 'visibility': 'public',
                 'properties': properties}
        with mock.patch(IMAGE, return_value=image), mock.patch(
                'cinder.image.glance.GlanceImageService.get_location',
                return_value=(None, None)):
            volume = self.create(size, imageRef=image['id'])
            self.wait_until(lambda: self.api.get_volume(
                volume['id'])['status'] in ('available', 'error'), 'its end')
        return self.api.get_volume(volume['id'])

    def test_an_ami_s_root(self):
        volume = self.of_image(ec2_ami_id=self.emulator.ami)
        ami, = self.ec2.describe_images(
            ImageIds=[self.emulator.ami])['Images']
        self.assertEqual(('available', 'true'),
                         (volume['status'], volume['bootable']))
        self.assertEqual(
            ami['BlockDeviceMappings'][0]['Ebs']['SnapshotId'],
            self.ebs(volume)['SnapshotId'])

    def snapshot_of_image(self, **tags):
        """An EBS snapshot of 8 GiB that somebody tagged."""
        volume = self.ec2.create_volume(AvailabilityZone=base.ZONE, Size=8)
        self.wait_until(lambda: self.ec2.describe_volumes(
            VolumeIds=[volume['VolumeId']])['Volumes'][0]['State']
            == 'available', 'the volume')
        made = self.ec2.create_snapshot(
            VolumeId=volume['VolumeId'], TagSpecifications=[{
                'ResourceType': 'snapshot', 'Tags': [
                    {'Key': f'nova-ec2:{key}', 'Value': value}
                    for key, value in tags.items()]}])['SnapshotId']
        self.wait_until(lambda: self.ec2.describe_snapshots(
            SnapshotIds=[made])['Snapshots'][0]['State'] == 'completed',
            'the snapshot')
        return made

    def test_an_ebs_snapshot_that_is_the_images(self):
        made = self.snapshot_of_image(cloud=base.CLOUD, image=IMAGE_ID)
        volume = self.of_image()
        self.assertEqual('available', volume['status'])
        self.assertEqual(made, self.ebs(volume)['SnapshotId'])
        self.assertEqual('error', self.of_image(4)['status'])

    def test_one_that_is_not_is_not_taken(self):
        self.snapshot_of_image(cloud='another', image=IMAGE_ID)
        self.snapshot_of_image(cloud=base.CLOUD, image='another')
        self.assertEqual('error', self.of_image()['status'])

    def test_what_is_no_ami_is_refused_and_leaves_nothing(self):
        for properties in ({}, {'ec2_ami_id': 'ubuntu'},
                           {'ec2_ami_id': 'ami-0123456789abcdef0'}):
            self.assertEqual('error', self.of_image(**properties)['status'])
        self.assertEqual('error', self.of_image(
            1, ec2_ami_id=self.emulator.ami)['status'])
        self.assert_nothing_left()

    def test_somebody_elses_snapshot_of_a_server_is_refused(self):
        instance = self.ec2.run_instances(
            ImageId=self.emulator.ami, InstanceType='m5.large', MinCount=1,
            MaxCount=1)['Instances'][0]['InstanceId']
        self.wait_until(lambda: self.control.instances()[0]['state']
                        == 'running', 'the instance')
        ami = self.ec2.create_image(
            InstanceId=instance, Name='theirs', TagSpecifications=[{
                'ResourceType': 'image', 'Tags': [
                    {'Key': 'nova-ec2:cloud', 'Value': base.CLOUD},
                    {'Key': 'nova-ec2:image', 'Value': 'another'}]}]
        )['ImageId']
        self.wait_until(lambda: self.ec2.describe_images(
            ImageIds=[ami])['Images'][0]['State'] == 'available', 'the AMI')
        self.assertEqual('error',
                         self.of_image(ec2_ami_id=ami)['status'])


class RefusedTest(base.CinderTestCase):
    """What needs a block device is refused at the call."""

    def test_a_migration(self):
        volume = self.make()
        self.action(volume, 'os-migrate_volume', {
            'host': self.host(), 'force_host_copy': True}, fails=True)
        self.until(volume, 'available')
        self.ebs(volume)
