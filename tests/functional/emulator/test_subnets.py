# SPDX-License-Identifier: Apache-2.0
"""Subnets.

"Subnets for your VPC" and "Subnet CIDR blocks", Amazon VPC User Guide; the
actions of that name, Amazon EC2 API Reference.
"""

from tests.functional.emulator import base


class SubnetTestCase(base.TestCase):

    def setUp(self):
        super().setUp()
        self.vpc = self.ec2.create_vpc(
            CidrBlock='10.9.0.0/16',
            AmazonProvidedIpv6CidrBlock=True)['Vpc']['VpcId']
        found, = self.ec2.describe_vpcs(VpcIds=[self.vpc])['Vpcs']
        block = found['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        self.prefix = block.removesuffix('00::/56')

    def make(self, block='10.9.0.0/24', **arguments):
        """The id of a new subnet."""
        return self.ec2.create_subnet(**{
            'VpcId': self.vpc, 'CidrBlock': block,
            **arguments})['Subnet']['SubnetId']

    def six(self, number, length=64):
        """An IPv6 block of the VPC."""
        return f'{self.prefix}{number:02x}::/{length}'

    def look(self, subnet):
        """One subnet as DescribeSubnets shows it."""
        found, = self.ec2.describe_subnets(SubnetIds=[subnet])['Subnets']
        return found

    def found(self, **filters):
        """The ids that match, of the VPC's subnets."""
        filters.setdefault('vpc_id', self.vpc)
        return [one['SubnetId'] for one in self.ec2.describe_subnets(
            Filters=[{'Name': name.replace('_', '-'), 'Values': [value]}
                     for name, value in filters.items()])['Subnets']]


class TestCreate(SubnetTestCase):

    def test_a_subnet_is_pending_then_available(self):
        self.control.settings(vpc_seconds=base.STEP)
        one = self.make()
        self.assertEqual('pending', self.look(one)['State'])
        self.step()
        self.assertEqual('available', self.look(one)['State'])

    def test_tags_of_the_call_are_the_subnets(self):
        one = self.make(TagSpecifications=[{
            'ResourceType': 'subnet', 'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        other = self.make('10.9.1.0/24', AvailabilityZone='us-east-1c')
        self.assertEqual([{'Key': 'k', 'Value': 'v'}],
                         self.look(one)['Tags'])
        self.assertEqual([one], self.found(**{'tag:k': 'v'}))
        self.assertEqual([one], self.found(tag_key='k'))
        self.assertEqual([other], self.found(availability_zone='us-east-1c'))
        self.assertEqual([other], self.found(cidr='10.9.1.0/24'))
        self.assertEqual([one, other], self.found())
        (seen,) = self.control.resources()
        self.assertEqual({one: {'k': 'v'}}, {
            key: tags for key, tags in seen['tags'].items()
            if key in seen['subnets']})

    def test_a_subnet_lies_in_one_zone_of_the_region(self):
        self.assertEqual('us-east-1a',
                         self.look(self.make())['AvailabilityZone'])
        for zone in ('us-east-1z', 'us-west-2a', 'nonsense'):
            message = self.assertRefused(
                'InvalidParameterValue', self.make, '10.9.1.0/24',
                AvailabilityZone=zone)
            self.assertIn('us-east-1b', message)
        west = self.client('ec2', region_name='us-west-2')
        vpc = west.create_vpc(CidrBlock='10.9.0.0/16')['Vpc']['VpcId']
        made = west.create_subnet(VpcId=vpc, CidrBlock='10.9.0.0/24')
        self.assertEqual('us-west-2a', made['Subnet']['AvailabilityZone'])

    def test_the_block_is_within_the_vpcs_and_between_16_and_28(self):
        for block in ('10.8.0.0/24', '10.9.0.0/29', '10.8.0.0/15'):
            self.assertRefused('InvalidSubnet.Range', self.make, block)
        self.assertRefused('InvalidParameterValue', self.make, 'nonsense')
        self.assertEqual('10.9.16.0/20',
                         self.look(self.make('10.9.16.9/20'))['CidrBlock'])
        self.assertRefused('InvalidVpcID.NotFound', self.make,
                           VpcId='vpc-0123456789abcdef0')

    def test_blocks_of_subnets_cannot_overlap(self):
        self.make('10.9.0.0/24')
        for block in ('10.9.0.0/24', '10.9.0.128/25', '10.9.0.0/16'):
            self.assertRefused('InvalidSubnet.Conflict', self.make, block)

    def test_only_default_subnets_give_public_addresses_at_first(self):
        seen = self.look(self.make())
        self.assertEqual((False, False), (seen['MapPublicIpOnLaunch'],
                                          seen['DefaultForAz']))

    def test_subnets_of_a_vpc_are_limited(self):
        self.control.settings(subnets_limit=1)
        self.make()
        self.assertRefused('SubnetLimitExceeded', self.make, '10.9.1.0/24')


class TestIPv6(SubnetTestCase):

    def blocks(self, subnet):
        return [one['Ipv6CidrBlock'] for one
                in self.look(subnet)['Ipv6CidrBlockAssociationSet']]

    def test_an_ipv6_block_is_within_the_vpcs_and_not_taken(self):
        one = self.make(Ipv6CidrBlock=self.six(1))
        self.assertEqual(1, len(self.blocks(one)))
        self.assertEqual([one], self.found(**{
            'ipv6-cidr-block-association.ipv6-cidr-block':
                self.blocks(one)[0]}))
        self.assertRefused('InvalidSubnet.Conflict', self.make,
                           '10.9.1.0/24', Ipv6CidrBlock=self.six(1))
        for block in ('2001:db8::/64', self.six(2, 63), self.six(2, 65)):
            self.assertRefused('InvalidSubnet.Range', self.make,
                               '10.9.1.0/24', Ipv6CidrBlock=block)
        self.assertRefused('InvalidParameterValue', self.make, '10.9.1.0/24',
                           Ipv6CidrBlock='nonsense')
        self.assertEqual([one], self.found())

    def test_you_can_only_associate_a_single_ipv6_block(self):
        one = self.make()

        def associate(number):
            return self.ec2.associate_subnet_cidr_block(
                SubnetId=one, Ipv6CidrBlock=self.six(number))[
                    'Ipv6CidrBlockAssociation']['AssociationId']
        association = associate(1)
        self.assertRefused('CidrLimitExceeded', associate, 2)
        nic = self.ec2.create_network_interface(
            SubnetId=one, Ipv6AddressCount=1)['NetworkInterface'][
                'NetworkInterfaceId']

        def disassociate():
            self.ec2.disassociate_subnet_cidr_block(
                AssociationId=association)
        self.assertRefused('DependencyViolation', disassociate)
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        disassociate()
        self.assertEqual([], self.blocks(one))
        self.assertRefused('InvalidSubnetCidrBlockAssociationID.NotFound',
                           disassociate)
        associate(2)


class TestModify(SubnetTestCase):

    def modify(self, subnet, **changes):
        self.ec2.modify_subnet_attribute(SubnetId=subnet, **{
            name: {'Value': value} for name, value in changes.items()})

    def test_one_attribute_at_a_time(self):
        one = self.make(Ipv6CidrBlock=self.six(1))
        for name in ('MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation'):
            self.modify(one, **{name: True})
            self.assertIs(True, self.look(one)[name])
            self.modify(one, **{name: False})
            self.assertIs(False, self.look(one)[name])
        self.assertRefused('InvalidParameterCombination', self.modify, one,
                           MapPublicIpOnLaunch=True,
                           AssignIpv6AddressOnCreation=True)
        self.assertRefused('UnsupportedOperation', self.modify, one,
                           EnableDns64=True)

    def test_without_an_ipv6_block_no_ipv6_addresses_are_assigned(self):
        self.assertRefused('InvalidParameterValue', self.modify, self.make(),
                           AssignIpv6AddressOnCreation=True)

    def test_instances_launched_there_get_a_public_address(self):
        one = self.make()
        self.modify(one, MapPublicIpOnLaunch=True)
        self.assertIn('PublicIpAddress',
                      self.describe(self.launch(SubnetId=one)))


class TestDelete(SubnetTestCase):

    def test_you_must_terminate_all_instances_first(self):
        one = self.make()
        instance_id = self.launch(SubnetId=one)
        self.assertRefused('DependencyViolation', self.ec2.delete_subnet,
                           SubnetId=one)
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.ec2.delete_subnet(SubnetId=one)
        self.assertRefused('InvalidSubnetID.NotFound',
                           self.ec2.delete_subnet, SubnetId=one)
        self.assertRefused('InvalidSubnetID.NotFound', self.look, one)
        self.make()

    def test_an_interface_is_in_the_way_too(self):
        one = self.make()
        nic = self.ec2.create_network_interface(SubnetId=one)[
            'NetworkInterface']['NetworkInterfaceId']
        self.assertRefused('DependencyViolation', self.ec2.delete_subnet,
                           SubnetId=one)
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.ec2.delete_subnet(SubnetId=one)
