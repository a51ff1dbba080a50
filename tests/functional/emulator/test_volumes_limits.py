# SPDX-License-Identifier: Apache-2.0
"""Amazon EBS volume limits for Amazon EC2 instances; detach a volume."""

import string

from tests.functional.emulator import base

ZONE = {'AvailabilityZone': 'us-east-1a'}
LETTERS = string.ascii_lowercase[1:]


class TestLimits(base.TestCase):
    """How many volumes, and how large."""

    def attach(self, instance_id, device):
        """Make a volume and attach it."""
        volume_id = self.ec2.create_volume(Size=1, **ZONE)['VolumeId']
        self.step()
        self.ec2.attach_volume(VolumeId=volume_id, InstanceId=instance_id,
                               Device=device)

    def test_a_shared_limit_counts_each_further_interface(self):
        subnet = self.ec2.describe_subnets(Filters=[
            {'Name': 'availability-zone', 'Values': ['us-east-1a']}]
        )['Subnets'][0]['SubnetId']
        disks = [{'DeviceName': f'/dev/sd{letter}', 'Ebs': {'VolumeSize': 1}}
                 for letter in LETTERS]
        # m5.large: 27 volumes beside one interface, the root among them.
        interfaces = [{'DeviceIndex': index, 'SubnetId': subnet}
                      for index in range(2)]
        instance_id = self.running(
            NetworkInterfaces=interfaces, BlockDeviceMappings=disks)
        self.assertEqual(
            26, len(self.describe(instance_id)['BlockDeviceMappings']))
        self.assertRefused('AttachmentLimitExceeded', self.attach,
                           instance_id, '/dev/xvdba')
        alone = self.running(BlockDeviceMappings=disks, Placement=ZONE)
        self.attach(alone, '/dev/xvdba')
        self.assertRefused('AttachmentLimitExceeded', self.attach, alone,
                           '/dev/xvdbb')

    def test_a_dedicated_limit_does_not(self):
        # m7i.large: 32 volumes whatever interfaces it has.
        disks = [{'DeviceName': f'/dev/xvdb{letter}',
                  'Ebs': {'VolumeSize': 1}}
                 for letter in string.ascii_lowercase]
        instance_id = self.running(
            InstanceType='m7i.large', BlockDeviceMappings=disks,
            Placement=ZONE)
        for letter in 'bcdef':
            self.attach(instance_id, f'/dev/xvd{letter}')
        self.assertRefused('AttachmentLimitExceeded', self.attach,
                           instance_id, '/dev/xvdg')

    def test_a_launch_is_held_to_it(self):
        disks = [{'DeviceName': f'/dev/xvd{first}{second}',
                  'Ebs': {'VolumeSize': 1}}
                 for first in 'bc' for second in string.ascii_lowercase[:14]]
        self.assertRefused('AttachmentLimitExceeded', self.launch,
                           BlockDeviceMappings=disks)
        self.assertEqual([], self.ec2.describe_volumes()['Volumes'])

    def test_the_size_of_a_volume_is_one_of_its_type(self):
        for changes in ({'Size': 0}, {'Size': 65537, 'VolumeType': 'gp3'},
                        {'Size': 3, 'VolumeType': 'io2', 'Iops': 100},
                        {'Size': 124, 'VolumeType': 'st1'},
                        {'Size': 1, 'VolumeType': 'floppy'}):
            with self.subTest(changes):
                self.assertRefused('InvalidParameterValue',
                                   self.ec2.create_volume, **changes, **ZONE)
        self.assertRefused('MissingParameter', self.ec2.create_volume,
                           **ZONE)

    def test_a_volume_is_not_smaller_than_its_snapshot(self):
        image = self.ec2.describe_images(ImageIds=[self.ami])['Images'][0]
        snapshot = image['BlockDeviceMappings'][0]['Ebs']['SnapshotId']
        self.assertRefused('InvalidParameterValue', self.ec2.create_volume,
                           SnapshotId=snapshot, Size=7, **ZONE)


class TestDetach(base.TestCase):
    """A volume that the guest uses."""

    def setUp(self):
        super().setUp()
        self.control.settings(volume_seconds=0.0, guests_hold_volumes=True)
        self.instance_id = self.running(Placement=ZONE)
        self.volume_id = self.ec2.create_volume(Size=1, **ZONE)['VolumeId']
        self.ec2.attach_volume(VolumeId=self.volume_id, Device='/dev/sdf',
                               InstanceId=self.instance_id)
        self.ec2.detach_volume(VolumeId=self.volume_id)

    def shown(self):
        """States of the volume and of its attachments."""
        found = self.ec2.describe_volumes(
            VolumeIds=[self.volume_id])['Volumes'][0]
        return found['State'], [one['State'] for one in found['Attachments']]

    def test_a_mounted_volume_is_stuck_in_the_busy_state(self):
        self.control.advance(3600)
        self.assertEqual(('in-use', ['busy']), self.shown())
        self.assertRefused('IncorrectState', self.ec2.detach_volume,
                           VolumeId=self.volume_id)

    def test_until_it_is_unmounted(self):
        self.control.settings(guests_hold_volumes=False)
        self.control.advance(1)
        self.assertEqual(('available', []), self.shown())

    def test_or_the_instance_is_stopped(self):
        self.ec2.stop_instances(InstanceIds=[self.instance_id])
        self.step()
        self.control.advance(1)
        self.assertEqual(('available', []), self.shown())

    def test_or_the_detachment_is_forced(self):
        self.ec2.detach_volume(VolumeId=self.volume_id, Force=True)
        self.control.advance(1)
        self.assertEqual(('available', []), self.shown())
