# SPDX-License-Identifier: Apache-2.0
"""Launch permission: "Share an AMI with specific AWS accounts", EC2 Guide."""

from tests.functional.emulator import base

OTHER = '222222222222'
ARN = f'arn:aws:iam::{OTHER}:role/nova-ec2'


class TestSharedImages(base.TestCase):
    """AMIs of one account in another."""

    def setUp(self):
        super().setUp()
        # The clock goes in great steps.
        self.control.role(ARN, session_seconds=43200)
        keys = self.client('sts').assume_role(
            RoleArn=ARN, RoleSessionName='cloud',
            DurationSeconds=43200)['Credentials']
        self.there = self.client(
            'ec2', aws_access_key_id=keys['AccessKeyId'],
            aws_secret_access_key=keys['SecretAccessKey'],
            aws_session_token=keys['SessionToken'])

    def make(self, **changes):
        """An AMI of an instance, tagged."""
        instance_id = self.running(**changes)
        ami = self.ec2.create_image(
            InstanceId=instance_id, Name='saved', NoReboot=True,
            TagSpecifications=[{'ResourceType': 'image', 'Tags': [
                {'Key': 'mine', 'Value': 'yes'}]}])['ImageId']
        self.step()
        return ami

    def share(self, ami, ec2=None):
        (ec2 or self.ec2).modify_image_attribute(
            ImageId=ami, Attribute='launchPermission',
            LaunchPermission={'Add': [{'UserId': OTHER}]})

    def seen(self, ami):
        return self.there.describe_images(
            Filters=[{'Name': 'image-id', 'Values': [ami]}])['Images']

    def launch_there(self, ami):
        return self.there.run_instances(
            ImageId=ami, InstanceType='m5.large', MinCount=1, MaxCount=1)

    def test_an_ami_is_private_by_default(self):
        ami = self.make()
        self.assertEqual([], self.seen(ami))
        self.assertRefused('InvalidAMIID.NotFound', self.launch_there, ami)
        self.assertRefused('InvalidAMIID.NotFound', self.share, ami,
                           self.there)

    def test_who_has_launch_permission_sees_it_without_its_tags(self):
        ami = self.make()
        self.share(ami)
        image, = self.seen(ami)
        self.assertEqual(('123456789012', []),
                         (image['OwnerId'], image.get('Tags')))
        self.assertEqual([], self.there.describe_images(
            Owners=['self'])['Images'])
        self.assertEqual(ami, self.launch_there(ami)['Instances'][0][
            'ImageId'])

    def test_it_does_not_change_it_nor_get_its_snapshots(self):
        ami = self.make()
        self.share(ami)
        self.launch_there(ami)
        self.assertRefused('AuthFailure', self.share, ami, self.there)
        self.assertRefused('AuthFailure', self.there.deregister_image,
                           ImageId=ami)
        snapshot = self.seen(ami)[0]['BlockDeviceMappings'][0]['Ebs'][
            'SnapshotId']
        self.assertNotIn(snapshot, [one['SnapshotId'] for one in
                                    self.there.describe_snapshots()[
                                        'Snapshots']])
        self.assertRefused(
            'InvalidSnapshot.NotFound', self.there.create_volume,
            SnapshotId=snapshot, AvailabilityZone='us-east-1a')

    def test_an_encrypted_one_cannot_be_shared(self):
        ami = self.make(BlockDeviceMappings=[{
            'DeviceName': '/dev/xvda', 'Ebs': {'Encrypted': True}}])
        self.assertRefused('InvalidParameter', self.share, ami)
