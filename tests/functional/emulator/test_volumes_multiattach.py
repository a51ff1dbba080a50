# SPDX-License-Identifier: Apache-2.0
"""Attach an EBS volume to multiple EC2 instances using Multi-Attach."""

from tests.functional.emulator import base


class TestMultiAttach(base.TestCase):
    """io1 and io2 volumes made for several instances."""

    def shared(self, kind='io2', **changes):
        """A new volume for several instances, available."""
        volume_id = self.ec2.create_volume(**{
            'AvailabilityZone': 'us-east-1a', 'Size': 4, 'VolumeType': kind,
            'Iops': 100, 'MultiAttachEnabled': True, **changes})['VolumeId']
        self.step()
        return volume_id

    def attach(self, volume_id, instance_id, device='/dev/sdf'):
        """AttachVolume."""
        return self.ec2.attach_volume(
            VolumeId=volume_id, InstanceId=instance_id, Device=device)

    def servers(self, count=2, kind='m5.large'):
        """Ids of running instances in the same zone."""
        made = self.run_instances(
            MinCount=count, MaxCount=count, InstanceType=kind,
            Placement={'AvailabilityZone': 'us-east-1a'})
        self.step()
        return [one['InstanceId'] for one in made]

    def shown(self, volume_id):
        """The volume as DescribeVolumes has it."""
        return self.ec2.describe_volumes(VolumeIds=[volume_id])['Volumes'][0]

    def states(self, volume_id):
        """State of each attachment by instance."""
        return {one['InstanceId']: one['State']
                for one in self.shown(volume_id)['Attachments']}

    def test_a_volume_is_attached_to_multiple_instances(self):
        volume_id, (first, second) = self.shared(), self.servers()
        self.assertTrue(self.shown(volume_id)['MultiAttachEnabled'])
        self.attach(volume_id, first)
        self.attach(volume_id, second, '/dev/sdg')
        self.assertEqual({first: 'attaching', second: 'attaching'},
                         self.states(volume_id))
        self.step()
        self.assertEqual({first: 'attached', second: 'attached'},
                         self.states(volume_id))
        self.assertRefused('VolumeInUse', self.attach, volume_id, first,
                           '/dev/sdh')
        found = self.ec2.describe_volumes(Filters=[
            {'Name': 'attachment.instance-id', 'Values': [second]},
            {'Name': 'attachment.device', 'Values': ['/dev/sdg']}])
        self.assertEqual([volume_id],
                         [one['VolumeId'] for one in found['Volumes']])

    def test_each_attachment_ends_by_itself(self):
        volume_id, (first, second) = self.shared(), self.servers()
        for instance_id in (first, second):
            self.attach(volume_id, instance_id)
        self.step()
        self.assertRefused('MissingParameter', self.ec2.detach_volume,
                           VolumeId=volume_id)
        self.ec2.detach_volume(VolumeId=volume_id, InstanceId=first)
        self.step()
        self.assertEqual({second: 'attached'}, self.states(volume_id))
        self.assertEqual('in-use', self.shown(volume_id)['State'])
        self.ec2.terminate_instances(InstanceIds=[second])
        self.step()
        self.assertEqual('available', self.shown(volume_id)['State'])

    def test_it_is_for_provisioned_iops_volumes_only(self):
        self.assertRefused('InvalidParameterValue', self.ec2.create_volume,
                           AvailabilityZone='us-east-1a', Size=4,
                           VolumeType='gp3', MultiAttachEnabled=True)
        self.assertTrue(self.shared('io1'))

    def test_it_is_for_instances_on_nitro_only(self):
        volume_id, (old,) = self.shared(), self.servers(1, 't2.small')
        self.assertRefused('UnsupportedOperation', self.attach, volume_id,
                           old)

    def test_it_is_in_one_zone_only(self):
        volume_id = self.shared(AvailabilityZone='us-east-1b')
        self.assertRefused('InvalidVolume.ZoneMismatch', self.attach,
                           volume_id, self.servers(1)[0])

    def test_up_to_16_instances(self):
        volume_id = self.shared()
        *sixteen, one_more = self.servers(17)
        for instance_id in sixteen:
            self.attach(volume_id, instance_id)
        self.assertRefused('AttachmentLimitExceeded', self.attach, volume_id,
                           one_more)

    def test_it_cannot_be_a_boot_volume(self):
        volume_id, (one,) = self.shared(), self.servers(1)
        self.ec2.stop_instances(InstanceIds=[one])
        self.step()
        root = self.describe(one)['BlockDeviceMappings'][0]
        self.ec2.detach_volume(VolumeId=root['Ebs']['VolumeId'])
        self.step()
        self.assertRefused('UnsupportedOperation', self.attach, volume_id,
                           one, root['DeviceName'])

    def test_it_is_deleted_with_the_last_instance_if_that_says_so(self):
        volume_id, servers = self.shared(), self.servers()
        for instance_id in servers:
            self.attach(volume_id, instance_id)
        self.step()
        for instance_id in servers:
            self.ec2.modify_instance_attribute(
                InstanceId=instance_id, BlockDeviceMappings=[
                    {'DeviceName': '/dev/sdf',
                     'Ebs': {'DeleteOnTermination': True}}])
        self.ec2.terminate_instances(InstanceIds=servers[:1])
        self.step()
        shown = self.shown(volume_id)
        self.assertEqual([True], [one['DeleteOnTermination']
                                  for one in shown['Attachments']])
        self.ec2.terminate_instances(InstanceIds=servers[1:])
        self.step()
        self.assertRefused('InvalidVolume.NotFound', self.shown, volume_id)

    def test_an_io2_volume_is_enabled_later_while_it_is_not_attached(self):
        volume_id = self.shared(MultiAttachEnabled=False)
        self.ec2.modify_volume(VolumeId=volume_id, MultiAttachEnabled=True)
        self.step()
        first, second = self.servers()
        self.attach(volume_id, first)
        self.attach(volume_id, second)
        other = self.shared(MultiAttachEnabled=False)
        self.attach(other, first, '/dev/sdg')
        self.assertRefused('InvalidParameterValue', self.ec2.modify_volume,
                           VolumeId=other, MultiAttachEnabled=True)
        single = self.shared('io1', MultiAttachEnabled=False)
        self.assertRefused('InvalidParameterValue', self.ec2.modify_volume,
                           VolumeId=single, MultiAttachEnabled=True)
