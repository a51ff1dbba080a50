# SPDX-License-Identifier: Apache-2.0
"""VPCs and their blocks.

"VPC CIDR blocks" and "Amazon VPC quotas", Amazon VPC User Guide; the actions
of that name, Amazon EC2 API Reference.
"""

import ipaddress

from tests.functional.emulator import base


class VpcTestCase(base.TestCase):

    def make(self, block='10.9.0.0/16', **arguments):
        """The id of a new VPC."""
        return self.ec2.create_vpc(
            CidrBlock=block, **arguments)['Vpc']['VpcId']

    def look(self, vpc_id):
        """One VPC as DescribeVpcs shows it."""
        found, = self.ec2.describe_vpcs(VpcIds=[vpc_id])['Vpcs']
        return found

    def found(self, **filters):
        """The ids that match."""
        return [one['VpcId'] for one in self.ec2.describe_vpcs(Filters=[
            {'Name': name.replace('_', '-'), 'Values': [value]}
            for name, value in filters.items()])['Vpcs']]

    def blocks(self, vpc_id, state='associated'):
        """Its IPv4 blocks of a state."""
        return [one['CidrBlock']
                for one in self.look(vpc_id)['CidrBlockAssociationSet']
                if one['CidrBlockState']['State'] == state]

    def associate(self, vpc_id, block):
        """The association's id."""
        return self.ec2.associate_vpc_cidr_block(
            VpcId=vpc_id, CidrBlock=block)['CidrBlockAssociation'][
                'AssociationId']


class TestCreate(VpcTestCase):

    def test_an_ipv6_block_is_written_as_rfc_5952_says(self):
        # Amazon's blocks are chosen at random: one of these had a zero first.
        for _ in range(20):
            vpc_id = self.make(AmazonProvidedIpv6CidrBlock=True)
            (one,) = self.look(vpc_id)['Ipv6CidrBlockAssociationSet']
            self.assertEqual(str(ipaddress.ip_network(one['Ipv6CidrBlock'])),
                             one['Ipv6CidrBlock'])
            self.ec2.delete_vpc(VpcId=vpc_id)

    def test_a_vpc_is_pending_then_available(self):
        self.control.settings(vpc_seconds=base.STEP)
        made = self.ec2.create_vpc(CidrBlock='10.9.0.0/16')['Vpc']
        self.assertEqual('pending', made['State'])
        self.assertEqual('pending', self.look(made['VpcId'])['State'])
        self.step()
        self.assertEqual('available', self.look(made['VpcId'])['State'])

    def test_tags_of_the_call_are_the_vpcs(self):
        one = self.make(TagSpecifications=[{
            'ResourceType': 'vpc', 'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.make('10.8.0.0/16')
        self.assertEqual([{'Key': 'k', 'Value': 'v'}],
                         self.look(one)['Tags'])
        for filters in ({'tag:k': 'v'}, {'tag_key': 'k'}, {'vpc_id': one},
                        {'cidr': '10.9.0.0/16'},
                        {'cidr-block-association.cidr-block':
                         '10.9.0.0/16'}):
            self.assertEqual([one], self.found(**filters), filters)
        self.assertEqual(1, len(self.found(is_default='true')))

    def test_the_block_size_is_between_16_and_28(self):
        for block in ('10.0.0.0/15', '10.0.0.0/29', '169.254.0.0/16'):
            self.assertRefused('InvalidVpc.Range', self.make, block)
        for block in ('10.0.0.0', 'nonsense', '10.0.0.0/33', '2001:db8::/56'):
            self.assertRefused('InvalidParameterValue', self.make, block)
        self.make('10.0.0.0/28')

    def test_we_modify_the_block_to_its_canonical_form(self):
        self.assertEqual('100.68.0.0/18', self.look(
            self.make('100.68.0.18/18'))['CidrBlock'])

    def test_five_vpcs_of_a_region_unless_the_quota_is_another(self):
        for _ in range(4):
            self.make()
        self.assertRefused('VpcLimitExceeded', self.make)
        self.control.settings(vpcs_limit=6)
        self.make()

    def test_an_amazon_provided_ipv6_block_is_a_56(self):
        self.control.settings(vpc_seconds=base.STEP)
        one = self.make(AmazonProvidedIpv6CidrBlock=True)
        block, = self.look(one)['Ipv6CidrBlockAssociationSet']
        self.assertEqual('associating', block['Ipv6CidrBlockState']['State'])
        self.assertTrue(block['Ipv6CidrBlock'].endswith('::/56'))
        self.step()
        block, = self.look(one)['Ipv6CidrBlockAssociationSet']
        self.assertEqual('associated', block['Ipv6CidrBlockState']['State'])

    def test_what_would_have_no_effect_is_refused(self):
        for more in ({'InstanceTenancy': 'dedicated'},
                     {'Ipv4IpamPoolId': 'ipam-pool-1'}):
            self.assertRefused('UnsupportedOperation', self.make, **more)

    def test_dns_attributes_are_modified_one_at_a_time(self):
        one = self.make()
        for name, at_first in (('EnableDnsHostnames', False),
                               ('EnableDnsSupport', True)):
            attribute = name[0].lower() + name[1:]

            def look(name=name, attribute=attribute):
                return self.ec2.describe_vpc_attribute(
                    VpcId=one, Attribute=attribute)[name]['Value']
            self.assertIs(at_first, look())
            self.ec2.modify_vpc_attribute(
                VpcId=one, **{name: {'Value': not at_first}})
            self.assertIs(not at_first, look())
        self.assertRefused(
            'InvalidParameterCombination', self.ec2.modify_vpc_attribute,
            VpcId=one, EnableDnsSupport={'Value': True},
            EnableDnsHostnames={'Value': True})


class TestBlocks(VpcTestCase):

    def test_a_block_is_associating_then_associated(self):
        one = self.make()
        self.control.settings(vpc_seconds=base.STEP)
        self.associate(one, '10.10.0.0/16')
        self.assertEqual(['10.9.0.0/16'], self.blocks(one))
        self.assertEqual(['10.10.0.0/16'], self.blocks(one, 'associating'))
        self.step()
        self.assertEqual(['10.9.0.0/16', '10.10.0.0/16'], self.blocks(one))
        self.ec2.create_subnet(VpcId=one, CidrBlock='10.10.1.0/24')

    def test_blocks_must_not_overlap(self):
        one = self.make()
        for block in ('10.9.0.0/16', '10.9.128.0/20'):
            self.assertRefused('CidrConflict', self.associate, one, block)
        self.assertRefused('InvalidVpc.Range', self.associate, one,
                           '10.0.0.0/12')

    def test_restrictions_between_private_ranges(self):
        self.control.settings(vpcs_limit=10)
        for primary, restricted, permitted in (
                ('10.9.0.0/16', ('172.16.0.0/16', '192.168.0.0/16',
                                 '198.19.0.0/16'),
                 ('10.0.0.0/16', '100.64.0.0/16', '203.0.112.0/20')),
                ('10.1.0.0/16', ('10.0.0.0/16', '10.0.5.0/24'),
                 ('10.2.0.0/16',)),
                ('172.16.0.0/16', ('10.0.0.0/16', '192.168.0.0/16'),
                 ('172.17.0.0/16',)),
                ('192.168.0.0/24', ('10.0.0.0/16', '172.16.0.0/16'),
                 ('192.168.1.0/24',)),
                ('198.19.0.0/24', ('10.0.0.0/16', '172.16.0.0/16'),
                 ('198.19.1.0/24', '100.64.0.0/16')),
                ('100.64.0.0/16', ('10.0.0.0/16', '198.19.0.0/24'),
                 ('100.65.0.0/16',))):
            one = self.make(primary)
            for block in restricted:
                self.assertRefused('InvalidVpc.Range', self.associate, one,
                                   block)
            for block in permitted:
                self.associate(one, block)

    def test_five_ipv4_blocks_a_vpc(self):
        one = self.make()
        for number in range(10, 14):
            self.associate(one, f'10.{number}.0.0/16')
        self.assertRefused('CidrLimitExceeded', self.associate, one,
                           '10.14.0.0/16')

    def test_the_primary_block_cannot_be_disassociated(self):
        one = self.make()
        primary, = self.look(one)['CidrBlockAssociationSet']
        more = self.associate(one, '10.10.0.0/16')

        def disassociate(association_id):
            self.ec2.disassociate_vpc_cidr_block(
                AssociationId=association_id)
        self.assertRefused('OperationNotPermitted', disassociate,
                           primary['AssociationId'])
        subnet = self.ec2.create_subnet(
            VpcId=one, CidrBlock='10.10.1.0/24')['Subnet']['SubnetId']
        self.assertRefused('DependencyViolation', disassociate, more)
        self.ec2.delete_subnet(SubnetId=subnet)
        disassociate(more)
        self.assertEqual(['10.9.0.0/16'], self.blocks(one))
        self.assertRefused('InvalidVpcCidrBlockAssociationID.NotFound',
                           disassociate, more)

    def test_an_ipv6_block_comes_later_with_a_rule_for_new_traffic(self):
        one = self.make()
        changed = self.ec2.create_security_group(
            GroupName='g', Description='d', VpcId=one)['GroupId']
        self.ec2.revoke_security_group_egress(
            GroupId=changed, IpPermissions=[
                {'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
        made = self.ec2.associate_vpc_cidr_block(
            VpcId=one, AmazonProvidedIpv6CidrBlock=True)
        groups = self.ec2.describe_security_groups(Filters=[
            {'Name': 'vpc-id', 'Values': [one]}])['SecurityGroups']
        self.assertEqual(
            {'default': True, 'g': False},
            {group['GroupName']: any(
                rule['Ipv6Ranges'] for rule in group['IpPermissionsEgress'])
             for group in groups})
        self.assertRefused(
            'CidrLimitExceeded', self.ec2.associate_vpc_cidr_block,
            VpcId=one, AmazonProvidedIpv6CidrBlock=True)
        self.ec2.disassociate_vpc_cidr_block(
            AssociationId=made['Ipv6CidrBlockAssociation']['AssociationId'])
        self.assertEqual([], self.look(one)['Ipv6CidrBlockAssociationSet'])


class TestDelete(VpcTestCase):

    def delete(self, vpc_id):
        self.ec2.delete_vpc(VpcId=vpc_id)

    def test_a_deleted_vpc_takes_what_was_made_with_it(self):
        self.ec2.describe_vpcs()
        (before,) = self.control.resources()
        one = self.make(TagSpecifications=[{
            'ResourceType': 'vpc', 'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        (during,) = self.control.resources()
        self.assertEqual({'k': 'v'}, during['tags'][one])
        self.delete(one)
        (after,) = self.control.resources()
        self.assertEqual(before, after)
        self.assertRefused('InvalidVpcID.NotFound', self.look, one)
        self.assertRefused('InvalidVpcID.NotFound', self.delete, one)

    def test_you_must_delete_all_resources_before_you_can_delete_it(self):
        one = self.make()
        subnet = self.ec2.create_subnet(
            VpcId=one, CidrBlock='10.9.0.0/24')['Subnet']['SubnetId']
        group = self.ec2.create_security_group(
            GroupName='g', Description='d', VpcId=one)['GroupId']
        gateway = self.ec2.create_internet_gateway()['InternetGateway'][
            'InternetGatewayId']
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway,
                                         VpcId=one)
        table = self.ec2.create_route_table(
            VpcId=one)['RouteTable']['RouteTableId']
        egress = self.ec2.create_egress_only_internet_gateway(VpcId=one)[
            'EgressOnlyInternetGateway']['EgressOnlyInternetGatewayId']
        for call, arguments in (
                (self.ec2.delete_subnet, {'SubnetId': subnet}),
                (self.ec2.delete_security_group, {'GroupId': group}),
                (self.ec2.delete_route_table, {'RouteTableId': table}),
                (self.ec2.delete_egress_only_internet_gateway,
                 {'EgressOnlyInternetGatewayId': egress}),
                (self.ec2.detach_internet_gateway,
                 {'InternetGatewayId': gateway, 'VpcId': one})):
            self.assertRefused('DependencyViolation', self.delete, one)
            call(**arguments)
        self.delete(one)
