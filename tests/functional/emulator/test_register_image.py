# SPDX-License-Identifier: Apache-2.0
"""AMIs of snapshots.

"Create an AMI from a snapshot", Amazon EC2 User Guide; RegisterImage, Amazon
EC2 API Reference.
"""

from tests.functional.emulator import base

ROOT = '/dev/sda1'


class TestRegister(base.TestCase):

    def snapshot(self, size=8, **arguments):
        """A complete snapshot of a new volume."""
        volume = self.ec2.create_volume(
            AvailabilityZone='us-east-1a', Size=size, **arguments)
        self.step()
        made = self.ec2.create_snapshot(VolumeId=volume['VolumeId'])
        self.step()
        return made['SnapshotId']

    def register(self, snapshot=None, name='mine', more=(), ebs=None,
                 **arguments):
        """The id of a new AMI, pending."""
        own = {'SnapshotId': snapshot} if snapshot else {}
        return self.ec2.register_image(**{
            'Name': name, 'Architecture': 'x86_64', 'EnaSupport': True,
            'VirtualizationType': 'hvm', 'RootDeviceName': ROOT,
            'BlockDeviceMappings': [
                {'DeviceName': ROOT, 'Ebs': {**own, **(ebs or {})}}, *more],
            **arguments})['ImageId']

    def look(self, image_id):
        found, = self.ec2.describe_images(ImageIds=[image_id])['Images']
        return found

    def test_an_ami_of_a_snapshot_of_a_root_volume_can_be_launched(self):
        snapshot = self.snapshot()
        image_id = self.register(
            snapshot, Description='text', BootMode='uefi',
            ImdsSupport='v2.0', TpmSupport='v2.0',
            ebs={'VolumeType': 'gp3', 'DeleteOnTermination': True},
            more=[{'DeviceName': '/dev/sdf', 'Ebs': {'VolumeSize': 3}}],
            TagSpecifications=[{'ResourceType': 'image', 'Tags': [
                {'Key': 'k', 'Value': 'v'}]}])
        self.assertEqual('pending', self.look(image_id)['State'])
        self.assertRefused('InvalidAMIID.Unavailable', self.launch,
                           ImageId=image_id)
        self.step()
        seen = self.look(image_id)
        self.assertEqual(
            ('available', 'mine', 'text', 'x86_64', 'hvm', True, 'uefi',
             'v2.0', 'v2.0', ROOT, [{'Key': 'k', 'Value': 'v'}]),
            tuple(seen[name] for name in (
                'State', 'Name', 'Description', 'Architecture',
                'VirtualizationType', 'EnaSupport', 'BootMode',
                'ImdsSupport', 'TpmSupport', 'RootDeviceName', 'Tags')))
        root, data = seen['BlockDeviceMappings']
        self.assertEqual((snapshot, 8, 'gp3', True), tuple(
            root['Ebs'][name] for name in (
                'SnapshotId', 'VolumeSize', 'VolumeType',
                'DeleteOnTermination')))
        self.assertEqual(3, data['Ebs']['VolumeSize'])
        made = self.describe(self.launch(ImageId=image_id))
        self.assertEqual(
            ('required', 2),
            (made['MetadataOptions']['HttpTokens'],
             made['MetadataOptions']['HttpPutResponseHopLimit']))
        self.assertEqual({ROOT, '/dev/sdf'}, {
            one['DeviceName'] for one in made['BlockDeviceMappings']})

    def test_names_are_unique_in_the_account_and_well_formed(self):
        snapshot = self.snapshot()
        self.register(snapshot)
        self.assertRefused('InvalidAMIName.Duplicate', self.register,
                           snapshot)
        for name in ('a' * 129, 'what?', 'na\u00efve'):
            self.assertRefused('InvalidAMIName.Malformed', self.register,
                               snapshot, name)

    def test_the_snapshot_is_complete_and_yours(self):
        volume = self.ec2.create_volume(AvailabilityZone='us-east-1a',
                                        Size=8)['VolumeId']
        self.step()
        pending = self.ec2.create_snapshot(VolumeId=volume)['SnapshotId']
        self.assertRefused('IncorrectState', self.register, pending)
        amazons = self.look(self.ami)['BlockDeviceMappings'][0]['Ebs']
        for snapshot in ('snap-0123456789abcdef0', amazons['SnapshotId']):
            self.assertRefused('InvalidSnapshot.NotFound', self.register,
                               snapshot)

    def test_the_root_device_is_of_a_snapshot(self):
        snapshot = self.snapshot()
        self.assertRefused('InvalidBlockDeviceMapping', self.register,
                           ebs={'VolumeSize': 8})
        self.assertRefused('InvalidBlockDeviceMapping', self.register,
                           snapshot, RootDeviceName='/dev/xvda')
        self.assertRefused('InvalidBlockDeviceMapping', self.register,
                           snapshot, ebs={'VolumeSize': 7})

    def test_you_cannot_set_the_encryption_state_of_the_volume(self):
        snapshot = self.snapshot()
        for value in (True, False):
            self.assertRefused('InvalidBlockDeviceMapping', self.register,
                               snapshot, ebs={'Encrypted': value})
        image_id = self.register(self.snapshot(Encrypted=True))
        self.assertIs(True, self.look(image_id)['BlockDeviceMappings'][0][
            'Ebs']['Encrypted'])

    def test_without_ena_current_types_do_not_launch_it(self):
        image_id = self.register(self.snapshot(), EnaSupport=False)
        self.step()
        self.assertIs(False, self.look(image_id)['EnaSupport'])
        self.assertRefused('InvalidParameterCombination', self.launch,
                           ImageId=image_id)

    def test_the_architecture_counts_at_launch(self):
        image_id = self.register(self.snapshot(), Architecture='arm64')
        self.step()
        self.assertRefused('InvalidParameterValue', self.launch,
                           ImageId=image_id)
        self.launch(ImageId=image_id, InstanceType='m6g.large')

    def test_values_that_ec2_does_not_know_are_invalid(self):
        snapshot = self.snapshot()
        for wrong in ({'BootMode': 'bios'}, {'ImdsSupport': 'v1.0'},
                      {'TpmSupport': 'v2.0', 'BootMode': 'legacy-bios'},
                      {'Architecture': 'arm64', 'BootMode': 'legacy-bios'}):
            self.assertRefused('InvalidParameterValue', self.register,
                               snapshot, **wrong)
        for wrong in ({'VirtualizationType': 'paravirtual'},
                      {'Architecture': 'i386'}, {'KernelId': 'aki-1'}):
            self.assertRefused('UnsupportedOperation', self.register,
                               snapshot, **wrong)

    def test_deregistering_frees_the_snapshot(self):
        snapshot = self.snapshot()
        image_id = self.register(snapshot)

        def delete():
            self.ec2.delete_snapshot(SnapshotId=snapshot)
        self.assertRefused('InvalidSnapshot.InUse', delete)
        self.ec2.deregister_image(ImageId=image_id)
        delete()
        (seen,) = self.control.resources()
        self.assertEqual(([], []), (seen['images'], seen['snapshots']))
