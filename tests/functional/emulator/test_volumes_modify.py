# SPDX-License-Identifier: Apache-2.0
"""Modify an Amazon EBS volume using Elastic Volumes operations."""

from tests.functional.emulator import base

SIX_HOURS = 6 * 3600


class TestModify(base.TestCase):
    """ModifyVolume and DescribeVolumesModifications."""

    def setUp(self):
        super().setUp()
        self.control.settings(modification_seconds=base.STEP,
                              modification_pause_seconds=10 * base.STEP)
        self.volume_id = self.ec2.create_volume(
            AvailabilityZone='us-east-1a', Size=10,
            VolumeType='gp3')['VolumeId']
        self.step()

    def modify(self, **changes):
        """ModifyVolume."""
        return self.ec2.modify_volume(VolumeId=self.volume_id, **changes)

    def shown(self):
        """The volume as DescribeVolumes has it."""
        return self.ec2.describe_volumes(
            VolumeIds=[self.volume_id])['Volumes'][0]

    def change(self):
        """The modification as DescribeVolumesModifications has it."""
        found, = self.ec2.describe_volumes_modifications(
            VolumeIds=[self.volume_id])['VolumesModifications']
        return found

    def test_modifying_optimizing_completed(self):
        answer = self.modify(Size=20)['VolumeModification']
        self.assertEqual(('modifying', 10, 20), (
            answer['ModificationState'], answer['OriginalSize'],
            answer['TargetSize']))
        self.assertEqual(10, self.shown()['Size'])
        self.step()
        self.assertEqual('optimizing', self.change()['ModificationState'])
        self.step()
        self.assertEqual(('completed', 100), (
            self.change()['ModificationState'], self.change()['Progress']))

    def test_size_changes_take_effect_once_the_volume_is_optimizing(self):
        instance_id = self.running(
            Placement={'AvailabilityZone': 'us-east-1a'})
        self.ec2.attach_volume(VolumeId=self.volume_id, Device='/dev/sdf',
                               InstanceId=instance_id)
        self.step()
        self.modify(Size=20, VolumeType='io2', Iops=500)
        self.assertEqual('in-use', self.shown()['State'])
        self.step()
        shown = self.shown()
        self.assertEqual((20, 'io2', 500), (
            shown['Size'], shown['VolumeType'], shown['Iops']))
        instance, = self.control.instances()
        self.assertIn(20, [one['size_gib'] for one in instance['volumes']])

    def test_the_size_cannot_be_decreased(self):
        message = self.assertRefused('InvalidParameterValue', self.modify,
                                     Size=9)
        self.assertIn('cannot be smaller', message)
        self.assertEqual(10, self.shown()['Size'])

    def test_nor_exceed_what_the_type_has(self):
        self.assertRefused('InvalidParameterValue', self.modify, Size=65537)
        self.assertRefused('InvalidParameterValue', self.modify,
                           VolumeType='standard', Size=1025)

    def test_a_volume_that_is_being_modified_cannot_be_modified(self):
        self.modify(Size=20)
        self.assertRefused('IncorrectModificationState', self.modify, Size=30)
        self.step()
        self.assertRefused('IncorrectModificationState', self.modify, Size=30)

    def test_wait_between_modifications(self):
        self.modify(Size=20)
        self.step(2)
        message = self.assertRefused('VolumeModificationRateExceeded',
                                     self.modify, Size=30)
        self.assertIn('at least 6 hours', message)
        self.step(8)
        self.modify(Size=30)
        self.step()
        self.assertEqual(30, self.shown()['Size'])

    def test_six_hours_unless_it_is_set(self):
        self.control.settings(modification_seconds=0,
                              modification_pause_seconds=SIX_HOURS)
        self.modify(Size=20)
        self.control.advance(SIX_HOURS - 1000)
        self.assertRefused('VolumeModificationRateExceeded', self.modify,
                           Size=30)
        self.control.advance(1000)
        self.modify(Size=30)

    def test_a_volume_that_is_being_made_cannot_be_modified(self):
        self.volume_id = self.ec2.create_volume(
            AvailabilityZone='us-east-1a', Size=10)['VolumeId']
        self.assertRefused('IncorrectState', self.modify, Size=20)

    def test_a_volume_that_was_not_modified_has_no_modification(self):
        self.assertRefused(
            'InvalidVolumeModification.NotFound',
            self.ec2.describe_volumes_modifications,
            VolumeIds=[self.volume_id])
