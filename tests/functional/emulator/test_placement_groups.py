# SPDX-License-Identifier: Apache-2.0
"""Placement groups.

Placement group rules and limitations, Amazon EC2 User Guide; the actions of
that name, Amazon EC2 API Reference.
"""

from tests.functional.emulator import base


class TestPlacementGroups(base.TestCase):

    def make(self, name='g', strategy='spread', **arguments):
        return self.ec2.create_placement_group(
            GroupName=name, Strategy=strategy, **arguments)[
                'PlacementGroup']

    def launch_into(self, name='g', zone='us-east-1a', **changes):
        return self.launch(Placement={'GroupName': name,
                                      'AvailabilityZone': zone}, **changes)

    def names(self, **arguments):
        return [one['GroupName'] for one in
                self.ec2.describe_placement_groups(**arguments)[
                    'PlacementGroups']]

    def delete(self, name='g'):
        self.ec2.delete_placement_group(GroupName=name)

    def test_the_name_must_be_unique(self):
        self.make()
        self.assertRefused('InvalidPlacementGroup.Duplicate', self.make,
                           strategy='cluster')

    def test_tags_and_filters(self):
        made = self.make(TagSpecifications=[{
            'ResourceType': 'placement-group',
            'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.make('other', 'cluster')
        self.assertEqual([{'Key': 'k', 'Value': 'v'}], made['Tags'])
        self.assertEqual('rack', made['SpreadLevel'])
        for filters in (('tag:k', 'v'), ('strategy', 'spread'),
                        ('group-name', 'g*')):
            self.assertEqual(['g'], self.names(Filters=[
                {'Name': filters[0], 'Values': [filters[1]]}]), filters)
        self.assertRefused('InvalidPlacementGroup.Unknown', self.names,
                           GroupNames=['none'])

    def test_a_group_may_have_up_to_seven_partitions(self):
        self.assertEqual(7, self.make(strategy='partition',
                                      PartitionCount=7)['PartitionCount'])
        self.assertRefused('InvalidParameterValue', self.make, 'h',
                           'partition', PartitionCount=8)
        self.assertRefused('InvalidParameterCombination', self.make, 'h',
                           'cluster', PartitionCount=2)

    def test_an_instance_shows_its_group(self):
        self.make()
        instance_id = self.launch_into()
        self.assertEqual(
            'g', self.describe(instance_id)['Placement']['GroupName'])
        self.assertEqual([instance_id], self.listed(Filters=[
            {'Name': 'placement-group-name', 'Values': ['g']}]))
        self.assertRefused('InvalidPlacementGroup.Unknown',
                           self.launch_into, 'none')

    def test_all_instances_must_be_terminated_before_the_deletion(self):
        self.make()
        instance_id = self.launch_into()
        self.assertRefused('InvalidPlacementGroup.InUse', self.delete)
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.assertRefused('InvalidPlacementGroup.InUse', self.delete)
        self.step()
        self.delete()
        self.assertEqual([], self.names())
        self.assertRefused('InvalidPlacementGroup.Unknown', self.delete)

    def test_a_maximum_of_seven_running_instances_per_zone_per_group(self):
        self.make()
        first = self.run_instances(
            MinCount=1, MaxCount=9,
            Placement={'GroupName': 'g', 'AvailabilityZone': 'us-east-1a'})
        self.assertEqual(7, len(first))
        message = self.assertRefused('InstanceLimitExceeded',
                                     self.launch_into)
        self.assertIn('7 running', message)
        self.launch_into(zone='us-east-1b')
        self.step()
        stopped = first[0]['InstanceId']
        self.ec2.stop_instances(InstanceIds=[stopped])
        self.step()
        self.launch_into()
        self.assertRefused('InstanceLimitExceeded',
                           self.ec2.start_instances, InstanceIds=[stopped])

    def test_burstable_types_are_not_supported_in_a_cluster_group(self):
        self.make(strategy='cluster')
        message = self.assertRefused('InvalidParameterCombination',
                                     self.launch_into,
                                     InstanceType='t3.small')
        self.assertIn('t3.small', message)
        self.launch_into(InstanceType='m5.large')

    def test_a_cluster_group_cannot_span_availability_zones(self):
        self.make(strategy='cluster')
        self.launch_into()
        self.assertRefused('InvalidPlacementGroup.InUse', self.launch_into,
                           zone='us-east-1b')
