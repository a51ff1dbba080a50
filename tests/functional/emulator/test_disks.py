# SPDX-License-Identifier: Apache-2.0
"""Block device mappings and volumes.

Block device mappings for volumes on Amazon EC2 instances; Amazon EBS volume
lifecycle.
"""

from tests.functional.emulator import base

ROOT = '/dev/xvda'


class TestBlockDevices(base.TestCase):
    """The volumes of an instance."""

    def disks(self, **filters):
        """All volumes."""
        return self.ec2.describe_volumes(**filters)['Volumes']

    def test_the_root_volume_has_the_size_of_the_snapshot(self):
        self.launch()
        (disk,) = self.disks()
        self.assertEqual((8, 'in-use', ROOT),
                         (disk['Size'], disk['State'],
                          disk['Attachments'][0]['Device']))

    def test_the_root_volume_can_be_larger_than_the_snapshot(self):
        self.launch(BlockDeviceMappings=[
            {'DeviceName': ROOT, 'Ebs': {'VolumeSize': 33,
                                         'VolumeType': 'gp3'}}])
        (disk,) = self.disks()
        self.assertEqual((33, 'gp3'), (disk['Size'], disk['VolumeType']))
        self.assertTrue(disk['SnapshotId'])

    def test_a_volume_must_be_equal_to_or_larger_than_the_snapshot(self):
        message = self.assertRefused(
            'InvalidBlockDeviceMapping', self.launch, BlockDeviceMappings=[
                {'DeviceName': ROOT, 'Ebs': {'VolumeSize': 7}}])
        self.assertIn('expect size >= 8GB', message)
        self.assertEqual([], self.disks())

    def test_a_blank_volume_needs_a_size(self):
        self.assertRefused('MissingParameter', self.launch,
                           BlockDeviceMappings=[
                               {'DeviceName': '/dev/sdf', 'Ebs': {}}])

    def test_an_unknown_snapshot_is_invalid_snapshot_not_found(self):
        self.assertRefused(
            'InvalidSnapshot.NotFound', self.launch, BlockDeviceMappings=[
                {'DeviceName': '/dev/sdf',
                 'Ebs': {'SnapshotId': 'snap-0123456789abcdef0'}}])

    def test_volumes_are_deleted_or_preserved_by_delete_on_termination(self):
        instance_id = self.launch(BlockDeviceMappings=[
            {'DeviceName': '/dev/sdf', 'Ebs': {
                'VolumeSize': 2, 'DeleteOnTermination': True}},
            {'DeviceName': '/dev/sdg', 'Ebs': {
                'VolumeSize': 3, 'DeleteOnTermination': False}}])
        self.assertEqual({2, 3, 8}, {disk['Size'] for disk in self.disks()})
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        (left,) = self.disks()
        self.assertEqual((3, 'available'), (left['Size'], left['State']))

    def test_delete_on_termination_can_be_changed_later(self):
        instance_id = self.launch()
        self.ec2.modify_instance_attribute(
            InstanceId=instance_id, BlockDeviceMappings=[
                {'DeviceName': ROOT, 'Ebs': {'DeleteOnTermination': False}}])
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.assertEqual(1, len(self.disks()))

    def test_no_device_suppresses_a_device_of_the_image(self):
        self.launch(BlockDeviceMappings=[{'DeviceName': ROOT,
                                          'NoDevice': ''}])
        self.assertEqual([], self.disks())

    def test_a_device_is_named_once(self):
        twice = {'DeviceName': '/dev/sdf', 'Ebs': {'VolumeSize': 1}}
        self.assertRefused('InvalidBlockDeviceMapping', self.launch,
                           BlockDeviceMappings=[twice, twice])

    def test_a_volume_type_has_its_limits(self):
        for ebs in ({'VolumeSize': 65537, 'VolumeType': 'gp3'},
                    {'VolumeSize': 16385, 'VolumeType': 'gp2'},
                    {'VolumeSize': 1, 'VolumeType': 'floppy'}):
            self.assertRefused('InvalidParameterValue', self.launch,
                               BlockDeviceMappings=[
                                   {'DeviceName': '/dev/sdf', 'Ebs': ebs}])


class TestVolumes(base.TestCase):
    """Volumes by themselves."""

    def setUp(self):
        super().setUp()
        self.instance_id = self.running()

    def create(self, zone='us-east-1a'):
        """A new volume, still creating."""
        return self.ec2.create_volume(
            AvailabilityZone=zone, Size=1)['VolumeId']

    def attach(self, volume_id, device='/dev/sdf'):
        """AttachVolume."""
        return self.ec2.attach_volume(
            VolumeId=volume_id, InstanceId=self.instance_id, Device=device)

    def shown(self, volume_id):
        """State of the volume and of its attachment."""
        (disk,) = self.ec2.describe_volumes(VolumeIds=[volume_id])['Volumes']
        return disk['State'], [one['State'] for one in disk['Attachments']]

    def test_a_volume_is_creating_then_available(self):
        volume_id = self.create()
        self.assertEqual(('creating', []), self.shown(volume_id))
        self.assertRefused('IncorrectState', self.attach, volume_id)
        self.step()
        self.assertEqual(('available', []), self.shown(volume_id))

    def test_attaching_and_detaching_take_time(self):
        volume_id = self.create()
        self.step()
        self.assertEqual('attaching', self.attach(volume_id)['State'])
        self.assertEqual(('in-use', ['attaching']), self.shown(volume_id))
        self.step()
        self.assertEqual(('in-use', ['attached']), self.shown(volume_id))
        self.ec2.detach_volume(VolumeId=volume_id)
        self.assertEqual(('in-use', ['detaching']), self.shown(volume_id))
        self.step()
        self.assertEqual(('available', []), self.shown(volume_id))

    def test_a_volume_is_attached_to_one_instance(self):
        volume_id = self.create()
        self.step()
        self.attach(volume_id)
        self.assertRefused('VolumeInUse', self.attach, volume_id, '/dev/sdg')
        self.assertRefused('VolumeInUse', self.ec2.delete_volume,
                           VolumeId=volume_id)

    def test_volume_and_instance_must_be_in_the_same_zone(self):
        volume_id = self.create('us-east-1b')
        self.step()
        self.assertRefused('InvalidVolume.ZoneMismatch', self.attach,
                           volume_id)

    def test_a_device_name_is_used_once(self):
        volume_id = self.create()
        self.step()
        self.assertRefused('InvalidParameterValue', self.attach, volume_id,
                           ROOT)

    def test_a_volume_that_is_available_cannot_be_detached(self):
        volume_id = self.create()
        self.step()
        self.assertRefused('IncorrectState', self.ec2.detach_volume,
                           VolumeId=volume_id)

    def test_a_root_volume_is_detached_from_a_stopped_instance_only(self):
        (disk,) = self.ec2.describe_volumes()['Volumes']
        self.assertRefused('OperationNotPermitted', self.ec2.detach_volume,
                           VolumeId=disk['VolumeId'])
        self.ec2.stop_instances(InstanceIds=[self.instance_id])
        self.step()
        self.ec2.detach_volume(VolumeId=disk['VolumeId'])
        self.step()
        self.assertEqual(('available', []), self.shown(disk['VolumeId']))


class TestSpeed(base.TestCase):
    """gp3: 3,000 to 80,000 IOPS, 125 to 2,000 MiB/s."""

    def root(self, **ebs):
        """The root volume of an instance launched with it."""
        self.launch(BlockDeviceMappings=[
            {'DeviceName': ROOT, 'Ebs': {'VolumeType': 'gp3', **ebs}}])
        (disk,) = self.ec2.describe_volumes()['Volumes']
        return disk

    def refused(self, code='InvalidParameterValue', **ebs):
        return self.assertRefused(code, self.root, **ebs)

    def test_a_gp3_volume_has_3000_iops_and_125_mib_a_second(self):
        disk = self.root()
        self.assertEqual((3000, 125), (disk['Iops'], disk['Throughput']))

    def test_more_can_be_provisioned_and_is_shown(self):
        disk = self.root(VolumeSize=20, Iops=8000, Throughput=500)
        self.assertEqual((8000, 500), (disk['Iops'], disk['Throughput']))

    def test_iops_are_at_most_500_a_gib(self):
        self.assertIn('maximum is 500', self.refused(VolumeSize=8,
                                                     Iops=4001))

    def test_throughput_is_at_most_a_quarter_mib_an_iops(self):
        self.assertIn('0.250000', self.refused(Throughput=751))
        self.assertEqual(750, self.root(Throughput=750)['Throughput'])

    def test_limits_of_gp3(self):
        self.refused(VolumeSize=1000, Iops=80001)
        self.refused(Iops=2999)
        self.refused(Throughput=124)
        self.refused(VolumeSize=1000, Iops=80000, Throughput=2001)

    def test_create_volume_has_the_same_limits(self):
        self.assertRefused(
            'InvalidParameterValue', self.ec2.create_volume, Size=8,
            VolumeType='gp3', Iops=5000, AvailabilityZone='us-east-1a')

    def test_gp2_has_neither(self):
        self.refused('InvalidParameterCombination', VolumeType='gp2',
                     Iops=3000)
        self.refused('InvalidParameterCombination', VolumeType='gp2',
                     Throughput=125)

    def test_a_key_encrypts_only_what_is_to_be_encrypted(self):
        self.refused('InvalidParameterDependency', KmsKeyId='alias/own')
        disk = self.root(Encrypted=True, KmsKeyId='alias/own')
        self.assertEqual((True, 'alias/own'),
                         (disk['Encrypted'], disk['KmsKeyId']))
