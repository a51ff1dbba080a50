# SPDX-License-Identifier: Apache-2.0
"""Addresses and interfaces of instances.

Subnet CIDR blocks, Amazon VPC User Guide; RunInstances, API Reference.
"""

from tests.functional.emulator import base


class TestAddresses(base.TestCase):
    """Which private addresses an instance gets."""

    def test_the_first_four_and_the_last_address_are_not_available(self):
        subnet = self.subnet('10.9.0.0/28')
        for last in (0, 1, 2, 3, 15):
            self.assertRefused('InvalidParameterValue', self.launch,
                               SubnetId=subnet,
                               PrivateIpAddress=f'10.9.0.{last}')
        got = [one['PrivateIpAddress'] for one in self.run_instances(
            SubnetId=subnet, MinCount=11, MaxCount=11)]
        self.assertEqual({f'10.9.0.{last}' for last in range(4, 15)},
                         set(got))

    def test_a_requested_address_is_given(self):
        (made,) = self.run_instances(SubnetId=self.subnet(),
                                     PrivateIpAddress='10.9.0.77')
        self.assertEqual('10.9.0.77', made['PrivateIpAddress'])
        (nic,) = made['NetworkInterfaces']
        self.assertEqual('10.9.0.77', nic['PrivateIpAddress'])

    def test_ec2_chooses_the_mac_as_it_was_told_for_an_address(self):
        self.control.settings(
            mac_addresses={'10.9.0.77': '0e:00:00:00:00:77'})
        (made,) = self.run_instances(SubnetId=self.subnet(),
                                     PrivateIpAddress='10.9.0.77')
        (nic,) = made['NetworkInterfaces']
        self.assertEqual('0e:00:00:00:00:77', nic['MacAddress'])

    def test_an_address_in_use_is_invalid_ip_address_in_use(self):
        subnet = self.subnet()
        self.launch(SubnetId=subnet, PrivateIpAddress='10.9.0.77')
        message = self.assertRefused(
            'InvalidIPAddress.InUse', self.launch, SubnetId=subnet,
            PrivateIpAddress='10.9.0.77')
        self.assertIn('10.9.0.77', message)

    def test_an_address_outside_of_the_subnet_is_invalid(self):
        for address in ('10.8.0.4', 'nonsense'):
            self.assertRefused('InvalidParameterValue', self.launch,
                               SubnetId=self.subnet(),
                               PrivateIpAddress=address)

    def test_you_cannot_specify_an_address_for_more_than_one_instance(self):
        self.assertRefused('InvalidParameterCombination', self.launch,
                           SubnetId=self.subnet(), MaxCount=2,
                           PrivateIpAddress='10.9.0.77')
        self.assertEqual([], self.listed())

    def test_addresses_of_terminated_instances_can_be_used_again(self):
        subnet = self.subnet('10.9.0.0/28')
        for _ in range(4):
            made = self.run_instances(SubnetId=subnet, MinCount=11,
                                      MaxCount=11)
            ids = [one['InstanceId'] for one in made]
            self.ec2.terminate_instances(InstanceIds=ids)
            self.assertRefused('InsufficientFreeAddressesInSubnet',
                               self.launch, SubnetId=subnet)
            self.step()
        self.assertTrue(self.launch(SubnetId=subnet,
                                    PrivateIpAddress='10.9.0.4'))

    def test_a_full_subnet_launches_nothing(self):
        subnet = self.subnet('10.9.0.0/28')
        self.assertRefused('InsufficientFreeAddressesInSubnet', self.launch,
                           SubnetId=subnet, MinCount=12, MaxCount=12)
        self.assertEqual([], self.listed())
        (found,) = self.ec2.describe_subnets(SubnetIds=[subnet])['Subnets']
        self.assertEqual(11, found['AvailableIpAddressCount'])

    def test_the_largest_possible_number_above_min_count_is_launched(self):
        made = self.run_instances(SubnetId=self.subnet('10.9.0.0/28'),
                                  MinCount=2, MaxCount=50)
        self.assertEqual(11, len(made))
        self.assertEqual(list(range(11)),
                         [one['AmiLaunchIndex'] for one in made])

    def test_max_count_below_min_count_is_invalid(self):
        for least, most in ((2, 1), (0, 0)):
            self.assertRefused('InvalidParameterValue', self.launch,
                               MinCount=least, MaxCount=most)

    def test_a_network_interface_takes_and_returns_addresses(self):
        subnet = self.subnet('10.9.0.0/28')
        made = self.ec2.create_network_interface(
            SubnetId=subnet, SecondaryPrivateIpAddressCount=2)
        nic = made['NetworkInterface']['NetworkInterfaceId']
        self.assertEqual(
            3, len(made['NetworkInterface']['PrivateIpAddresses']))
        self.ec2.assign_private_ip_addresses(
            NetworkInterfaceId=nic, PrivateIpAddresses=['10.9.0.14'])
        self.assertRefused('InvalidIPAddress.InUse',
                           self.ec2.create_network_interface,
                           SubnetId=subnet, PrivateIpAddress='10.9.0.14')
        self.ec2.unassign_private_ip_addresses(
            NetworkInterfaceId=nic, PrivateIpAddresses=['10.9.0.14'])
        self.ec2.create_network_interface(SubnetId=subnet,
                                          PrivateIpAddress='10.9.0.14')
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.assertEqual(10, len(self.run_instances(
            SubnetId=subnet, MinCount=1, MaxCount=50)))


class TestInterfaces(base.TestCase):
    """Interfaces made by RunInstances, and given to it."""

    def interfaces(self):
        """All interfaces by id."""
        found = self.ec2.describe_network_interfaces()['NetworkInterfaces']
        return {one['NetworkInterfaceId']: one for one in found}

    def test_the_interface_is_shown_with_its_mac_address(self):
        (made,) = self.run_instances()
        (nic,) = made['NetworkInterfaces']
        self.assertRegex(nic['MacAddress'], '^([0-9a-f]{2}:){5}[0-9a-f]{2}$')
        (again,) = self.describe(made['InstanceId'])['NetworkInterfaces']
        self.assertEqual(nic, again)
        found = self.interfaces()[nic['NetworkInterfaceId']]
        self.assertEqual(nic['MacAddress'], found['MacAddress'])
        self.assertEqual('in-use', found['Status'])
        self.assertEqual(made['InstanceId'],
                         found['Attachment']['InstanceId'])

    def test_an_interface_made_at_launch_is_deleted_on_termination(self):
        instance_id = self.launch()
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.assertEqual(1, len(self.interfaces()))
        self.step()
        self.assertEqual({}, self.interfaces())

    def test_without_delete_on_termination_an_interface_is_preserved(self):
        instance_id = self.launch(NetworkInterfaces=[
            {'DeviceIndex': 0, 'DeleteOnTermination': False}])
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        (nic,) = self.interfaces().values()
        self.assertEqual('available', nic['Status'])

    def test_tag_specifications_reach_interfaces_and_volumes(self):
        (made,) = self.run_instances(TagSpecifications=[
            {'ResourceType': kind, 'Tags': [{'Key': 'kind', 'Value': kind}]}
            for kind in ('instance', 'network-interface', 'volume')])
        (nic,) = self.interfaces().values()
        (disk,) = self.ec2.describe_volumes()['Volumes']
        self.assertEqual([{'Key': 'kind', 'Value': 'instance'}],
                         made['Tags'])
        self.assertEqual([{'Key': 'kind', 'Value': 'network-interface'}],
                         nic['TagSet'])
        self.assertEqual([{'Key': 'kind', 'Value': 'volume'}], disk['Tags'])

    def test_network_interfaces_may_not_be_combined_with_subnet_id(self):
        for extra in ({'SubnetId': self.subnet()},
                      {'SecurityGroupIds': ['sg-12345678']},
                      {'PrivateIpAddress': '172.31.0.9'}):
            self.assertRefused('InvalidParameterCombination', self.launch,
                               NetworkInterfaces=[{'DeviceIndex': 0}],
                               **extra)

    def test_the_specification_of_an_interface_is_honoured(self):
        subnet = self.subnet()
        (found,) = self.ec2.describe_subnets(SubnetIds=[subnet])['Subnets']
        group = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=found['VpcId'])['GroupId']
        (made,) = self.run_instances(NetworkInterfaces=[{
            'DeviceIndex': 0, 'SubnetId': subnet, 'Groups': [group],
            'PrivateIpAddress': '10.9.0.50', 'Description': 'mine'}])
        (nic,) = made['NetworkInterfaces']
        self.assertEqual(
            ('10.9.0.50', 'mine', [group], subnet),
            (nic['PrivateIpAddress'], nic['Description'],
             [one['GroupId'] for one in nic['Groups']], nic['SubnetId']))
        self.assertEqual([group], [one['GroupId']
                                   for one in made['SecurityGroups']])
        self.assertRefused('DependencyViolation',
                           self.ec2.delete_security_group, GroupId=group)

    def test_a_group_of_another_vpc_is_refused(self):
        other = self.ec2.create_vpc(CidrBlock='10.8.0.0/16')['Vpc']['VpcId']
        group = self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=other)['GroupId']
        self.assertRefused('InvalidParameter', self.launch,
                           SubnetId=self.subnet(),
                           SecurityGroupIds=[group])
        self.assertRefused('InvalidGroup.NotFound', self.launch,
                           SecurityGroupIds=['sg-0123456789abcdef0'])

    def test_an_existing_interface_gives_its_zone_and_address(self):
        nic = self.ec2.create_network_interface(
            SubnetId=self.subnet(zone='us-east-1c'))['NetworkInterface']
        wanted = [{'DeviceIndex': 0,
                   'NetworkInterfaceId': nic['NetworkInterfaceId']}]
        (made,) = self.run_instances(NetworkInterfaces=wanted)
        self.assertEqual('us-east-1c', made['Placement']['AvailabilityZone'])
        self.assertEqual(nic['PrivateIpAddress'], made['PrivateIpAddress'])
        self.assertRefused('InvalidNetworkInterface.InUse', self.launch,
                           NetworkInterfaces=wanted)
        self.assertRefused('InvalidParameterValue',
                           self.ec2.delete_network_interface,
                           NetworkInterfaceId=nic['NetworkInterfaceId'])
        self.ec2.terminate_instances(InstanceIds=[made['InstanceId']])
        self.step()
        (left,) = self.interfaces().values()
        self.assertEqual('available', left['Status'])

    def test_a_subnet_of_another_zone_than_the_placement_is_refused(self):
        self.assertRefused('InvalidParameterValue', self.launch,
                           SubnetId=self.subnet(zone='us-east-1a'),
                           Placement={'AvailabilityZone': 'us-east-1b'})

    def test_attaching_needs_a_free_interface_and_index_in_the_zone(self):
        instance_id = self.running(SubnetId=self.subnet())
        away = self.ec2.create_network_interface(
            SubnetId=self.subnet(zone='us-east-1b'))['NetworkInterface']
        near = self.ec2.create_network_interface(
            SubnetId=self.subnet())['NetworkInterface']

        def attach(nic, index):
            return self.ec2.attach_network_interface(
                NetworkInterfaceId=nic['NetworkInterfaceId'],
                InstanceId=instance_id, DeviceIndex=index)
        self.assertRefused('InvalidParameterCombination', attach, away, 1)
        self.assertRefused('InvalidParameterValue', attach, near, 0)
        attach(near, 1)
        self.assertRefused('InvalidParameterValue', attach, near, 2)
        self.assertEqual(2, len(self.describe(
            instance_id)['NetworkInterfaces']))
