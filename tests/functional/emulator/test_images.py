# SPDX-License-Identifier: Apache-2.0
"""Create an Amazon EBS-backed AMI; CreateImage, DeregisterImage."""

from tests.functional.emulator import base


class TestImages(base.TestCase):
    """AMIs made from instances."""

    def create(self, instance_id, name='image', **more):
        """The id of a new AMI, pending."""
        return self.ec2.create_image(InstanceId=instance_id, Name=name,
                                     **more)['ImageId']

    def shown(self, image_id):
        """The AMI as DescribeImages shows it."""
        return self.ec2.describe_images(ImageIds=[image_id])['Images'][0]

    def snapshots(self):
        """The account's snapshots."""
        return self.ec2.describe_snapshots(Filters=[
            {'Name': 'owner-id', 'Values': ['123456789012']}])['Snapshots']

    def test_an_image_is_pending_then_available_and_can_be_launched(self):
        image_id = self.create(self.running())
        self.assertEqual('pending', self.shown(image_id)['State'])
        self.assertRefused('InvalidAMIID.Unavailable', self.launch,
                           ImageId=image_id)
        self.step()
        self.assertEqual('available', self.shown(image_id)['State'])
        (made,) = self.run_instances(ImageId=image_id)
        self.assertEqual(image_id, made['ImageId'])

    def test_amazon_ec2_creates_snapshots_of_the_attached_volumes(self):
        source = self.running(BlockDeviceMappings=[
            {'DeviceName': '/dev/xvda', 'Ebs': {'VolumeSize': 20}},
            {'DeviceName': '/dev/sdf', 'Ebs': {'VolumeSize': 3}}])
        image_id = self.create(source)
        mapping = {one['DeviceName']: one['Ebs']
                   for one in self.shown(image_id)['BlockDeviceMappings']}
        self.assertEqual({'/dev/xvda': 20, '/dev/sdf': 3},
                         {name: ebs['VolumeSize']
                          for name, ebs in mapping.items()})
        self.assertEqual({ebs['SnapshotId'] for ebs in mapping.values()},
                         {snap['SnapshotId'] for snap in self.snapshots()})
        self.assertEqual({'pending'},
                         {snap['State'] for snap in self.snapshots()})
        self.step()
        self.assertEqual({'completed'},
                         {snap['State'] for snap in self.snapshots()})
        (made,) = self.run_instances(ImageId=image_id)
        sizes = [disk['size_gib'] for one in self.control.instances()
                 if one['instance_id'] == made['InstanceId']
                 for disk in one['volumes']]
        self.assertEqual({20, 3}, set(sizes))

    def test_a_launch_smaller_than_the_image_is_refused(self):
        image_id = self.create(self.running(BlockDeviceMappings=[
            {'DeviceName': '/dev/xvda', 'Ebs': {'VolumeSize': 20}}]))
        self.step()
        self.assertRefused(
            'InvalidBlockDeviceMapping', self.launch, ImageId=image_id,
            BlockDeviceMappings=[
                {'DeviceName': '/dev/xvda', 'Ebs': {'VolumeSize': 19}}])

    def test_tag_specifications_reach_the_image_and_its_snapshots(self):
        image_id = self.create(self.running(), TagSpecifications=[
            {'ResourceType': kind, 'Tags': [{'Key': 'k', 'Value': kind}]}
            for kind in ('image', 'snapshot')])
        self.assertEqual([{'Key': 'k', 'Value': 'image'}],
                         self.shown(image_id)['Tags'])
        (snapshot,) = self.snapshots()
        self.assertEqual([{'Key': 'k', 'Value': 'snapshot'}],
                         snapshot['Tags'])

    def test_by_default_the_instance_is_rebooted(self):
        source = self.running()
        self.create(source, 'kept-running', NoReboot=True)
        self.assertEqual(1, self.control.instances()[0]['boots'])
        self.create(source, 'rebooted')
        self.assertEqual(2, self.control.instances()[0]['boots'])
        self.assertEqual('running', self.state(source))

    def test_an_instance_is_imaged_running_or_stopped(self):
        source = self.launch()
        self.assertRefused('IncorrectState', self.create, source)
        self.step()
        self.ec2.stop_instances(InstanceIds=[source])
        self.step()
        self.assertTrue(self.create(source))
        self.assertEqual('stopped', self.state(source))

    def test_a_name_is_unique_in_the_account(self):
        source = self.running()
        image_id = self.create(source)
        self.assertRefused('InvalidAMIName.Duplicate', self.create, source)
        self.ec2.deregister_image(ImageId=image_id)
        self.assertTrue(self.create(source))

    def test_a_name_has_at_most_128_characters_of_a_set(self):
        source = self.running()
        for name in ('a' * 129, 'a:b:c', 'ümlaut'):
            self.assertRefused('InvalidAMIName.Malformed', self.create,
                               source, name)

    def test_deregistering_leaves_the_snapshots(self):
        image_id = self.create(self.running())
        (snapshot,) = self.snapshots()
        self.assertRefused('InvalidSnapshot.InUse', self.ec2.delete_snapshot,
                           SnapshotId=snapshot['SnapshotId'])
        self.ec2.deregister_image(ImageId=image_id)
        self.assertRefused('InvalidAMIID.Unavailable', self.shown, image_id)
        self.ec2.delete_snapshot(SnapshotId=snapshot['SnapshotId'])
        self.assertEqual([], self.snapshots())

    def test_deregistering_may_take_the_snapshots_along(self):
        image_id = self.create(self.running())
        self.ec2.deregister_image(ImageId=image_id,
                                  DeleteAssociatedSnapshots=True)
        self.assertEqual([], self.snapshots())

    def test_an_image_may_fail(self):
        source = self.running()
        self.control.fault('doom', 'CreateImage', code='Client.InternalError',
                           message='Out of order')
        image_id = self.create(source)
        self.assertEqual('pending', self.shown(image_id)['State'])
        self.step()
        shown = self.shown(image_id)
        self.assertEqual(('failed', 'Client.InternalError'),
                         (shown['State'], shown['StateReason']['Code']))
        self.assertEqual({'error'},
                         {snap['State'] for snap in self.snapshots()})

    def test_a_copy_has_its_own_snapshots_in_the_other_region(self):
        image_id = self.create(self.running())
        self.step()
        there = self.client('ec2', region_name='eu-west-1')
        copy = there.copy_image(Name='copy', SourceImageId=image_id,
                                SourceRegion='us-east-1')['ImageId']
        self.step()
        (shown,) = there.describe_images(ImageIds=[copy])['Images']
        self.assertEqual('available', shown['State'])
        self.ec2.deregister_image(ImageId=image_id,
                                  DeleteAssociatedSnapshots=True)
        self.ec2, self.ami = there, copy
        self.assertTrue(self.launch())

    def test_an_unknown_image_is_not_found(self):
        self.assertRefused('InvalidAMIID.NotFound', self.launch,
                           ImageId='ami-0123456789abcdef0')
        self.assertRefused('InvalidAMIID.Malformed', self.launch,
                           ImageId='ami-nonsense')
        self.assertRefused('InvalidAMIID.NotFound', self.shown,
                           'ami-0123456789abcdef0')

    def test_an_image_that_is_another_account_s_is_not_deregistered(self):
        self.assertRefused('AuthFailure', self.ec2.deregister_image,
                           ImageId=self.ami)
