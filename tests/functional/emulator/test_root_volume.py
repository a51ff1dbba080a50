# SPDX-License-Identifier: Apache-2.0
"""The root volume: replaced while it runs, or swapped while it is stopped.

Replace the root volume for an Amazon EC2 instance without stopping it;
StartInstances; ModifyInstanceAttribute.
"""

from tests.functional.emulator import base

ROOT = '/dev/xvda'
TASK = 'replace-root-volume-task'


class TestReplaceRootVolumeTask(base.TestCase):

    def setUp(self):
        super().setUp()
        self.instance_id = self.running()
        self.other = self.control.images()['minimal']
        self.before = self.root()

    def root(self):
        """The root volume of the instance."""
        found = self.describe(self.instance_id)['BlockDeviceMappings']
        return next(disk['Ebs'] for disk in found
                    if disk['DeviceName'] == ROOT)

    def begin(self, **changes):
        """CreateReplaceRootVolumeTask."""
        return self.ec2.create_replace_root_volume_task(
            InstanceId=self.instance_id, **changes)['ReplaceRootVolumeTask']

    def task_state(self):
        """The state of the one task."""
        (task,) = self.ec2.describe_replace_root_volume_tasks(Filters=[
            {'Name': 'instance-id', 'Values': [self.instance_id]}])[
                'ReplaceRootVolumeTasks']
        return task['TaskState']

    def volumes(self):
        return {disk['VolumeId']: disk for disk
                in self.ec2.describe_volumes()['Volumes']}

    def test_a_task_is_pending_then_in_progress_then_succeeded(self):
        self.assertEqual('pending', self.begin()['TaskState'])
        self.assertEqual('pending', self.task_state())
        self.step()
        self.assertEqual('in-progress', self.task_state())
        self.assertEqual(self.before['VolumeId'], self.root()['VolumeId'])
        self.step()
        self.assertEqual('succeeded', self.task_state())
        self.assertNotEqual(self.before['VolumeId'], self.root()['VolumeId'])

    def test_the_original_root_volume_stays_unless_it_is_to_be_deleted(self):
        self.begin()
        self.step(2)
        old = self.volumes()[self.before['VolumeId']]
        self.assertEqual('available', old['State'])

    def test_the_original_root_volume_can_be_deleted_with_it(self):
        self.begin(DeleteReplacedRootVolume=True)
        self.step(2)
        self.assertEqual([self.root()['VolumeId']], list(self.volumes()))

    def test_the_instance_keeps_running_with_its_network(self):
        before = self.describe(self.instance_id)
        self.begin(ImageId=self.other)
        self.step(2)
        after = self.describe(self.instance_id)
        self.assertEqual('running', after['State']['Name'])
        self.assertEqual(before['PrivateIpAddress'],
                         after['PrivateIpAddress'])
        self.assertEqual(before['LaunchTime'], after['LaunchTime'])
        (shown,) = self.control.instances()
        self.assertEqual(2, shown['boots'])

    def test_an_ami_gives_the_data_and_the_original_size_and_type(self):
        self.begin(ImageId=self.other, DeleteReplacedRootVolume=True)
        self.step(2)
        ((_, disk),) = self.volumes().items()
        ami = self.ec2.describe_images(ImageIds=[self.other])['Images'][0]
        self.assertEqual(
            ami['BlockDeviceMappings'][0]['Ebs']['SnapshotId'],
            disk['SnapshotId'])
        self.assertEqual(8, disk['Size'])
        self.assertTrue(self.root()['DeleteOnTermination'])
        self.assertEqual(self.other,
                         self.describe(self.instance_id)['ImageId'])

    def test_for_a_running_instance_only(self):
        self.ec2.stop_instances(InstanceIds=[self.instance_id])
        self.step()
        self.assertRefused('IncorrectInstanceState', self.begin)

    def test_one_at_a_time(self):
        self.begin()
        self.assertRefused('IncorrectState', self.begin)

    def test_the_same_token_makes_one_task(self):
        first = self.begin(ClientToken='once')
        self.assertEqual(first, self.begin(ClientToken='once'))

    def test_the_ami_must_have_the_same_architecture(self):
        message = self.assertRefused(
            'InvalidParameterValue', self.begin,
            ImageId=self.control.images()['arm64'])
        self.assertIn('architecture', message)

    def test_the_ami_must_have_the_same_billing_information(self):
        self.assertRefused('InvalidParameterValue', self.begin,
                           ImageId=self.control.images()['windows'])

    def test_an_ami_or_a_snapshot_not_both(self):
        self.assertRefused('InvalidParameterCombination', self.begin,
                           ImageId=self.other,
                           SnapshotId='snap-0123456789abcdef0')

    def test_a_snapshot_must_be_of_the_original_root_volume(self):
        mine = self.ec2.create_snapshot(VolumeId=self.before['VolumeId'])
        other = self.ec2.create_volume(
            AvailabilityZone='us-east-1a', Size=1)['VolumeId']
        self.step(2)
        foreign = self.ec2.create_snapshot(VolumeId=other)
        self.step(2)
        self.assertRefused('InvalidParameterValue', self.begin,
                           SnapshotId=foreign['SnapshotId'])
        self.assertEqual(
            mine['SnapshotId'],
            self.begin(SnapshotId=mine['SnapshotId'])['SnapshotId'])

    def test_a_failed_task_leaves_the_original_attached(self):
        self.control.fault('doom', 'CreateReplaceRootVolumeTask')
        self.begin(DeleteReplacedRootVolume=True)
        self.step(2)
        self.assertEqual('failed', self.task_state())
        self.assertEqual(self.before['VolumeId'], self.root()['VolumeId'])

    def test_failed_detached_leaves_no_root_volume_attached(self):
        self.control.fault('doom', 'CreateReplaceRootVolumeTask',
                           code='detached')
        self.begin(DeleteReplacedRootVolume=True)
        self.step(2)
        self.assertEqual('failed-detached', self.task_state())
        self.assertEqual(
            [], self.describe(self.instance_id)['BlockDeviceMappings'])
        self.assertEqual('available', self.volumes()[
            self.before['VolumeId']]['State'])

    def test_a_task_has_tags(self):
        tags = [{'Key': 'mine', 'Value': 'yes'}]
        made = self.begin(TagSpecifications=[
            {'ResourceType': TASK, 'Tags': tags}])
        self.assertEqual(tags, made['Tags'])


class TestRootOfAStoppedInstance(base.TestCase):

    def setUp(self):
        super().setUp()
        self.instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[self.instance_id])
        self.step()
        (disk,) = self.ec2.describe_volumes()['Volumes']
        self.volume_id = disk['VolumeId']

    def test_an_instance_without_a_root_volume_does_not_start(self):
        self.ec2.detach_volume(VolumeId=self.volume_id)
        self.step()
        message = self.assertRefused(
            'IncorrectInstanceState', self.ec2.start_instances,
            InstanceIds=[self.instance_id])
        self.assertIn('attached at root', message)
        self.ec2.attach_volume(VolumeId=self.volume_id, Device=ROOT,
                               InstanceId=self.instance_id)
        self.step()
        self.ec2.start_instances(InstanceIds=[self.instance_id])

    def test_attaching_sets_delete_on_termination_to_false(self):
        self.ec2.detach_volume(VolumeId=self.volume_id)
        self.step()
        self.ec2.attach_volume(VolumeId=self.volume_id, Device=ROOT,
                               InstanceId=self.instance_id)
        self.step()
        (disk,) = self.describe(self.instance_id)['BlockDeviceMappings']
        self.assertFalse(disk['Ebs']['DeleteOnTermination'])

    def test_user_data_is_changed_while_it_is_stopped(self):
        self.ec2.modify_instance_attribute(
            InstanceId=self.instance_id, UserData={'Value': b'#!/bin/sh\n'})
        found = self.ec2.describe_instance_attribute(
            InstanceId=self.instance_id, Attribute='userData')
        self.assertEqual('IyEvYmluL3NoCg==', found['UserData']['Value'])
        self.ec2.start_instances(InstanceIds=[self.instance_id])
        self.step()
        self.assertRefused(
            'IncorrectInstanceState', self.ec2.modify_instance_attribute,
            InstanceId=self.instance_id, UserData={'Value': b'other'})
