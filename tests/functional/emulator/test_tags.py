# SPDX-License-Identifier: Apache-2.0
"""Tag your Amazon EC2 resources: tag restrictions."""

from tests.functional.emulator import base


def spec(*tags, kind='instance'):
    """TagSpecifications of one resource type."""
    return [{'ResourceType': kind, 'Tags': [
        {'Key': key, 'Value': value} for key, value in tags]}]


class TestTags(base.TestCase):
    """What EC2 lets be tagged, and how."""

    def tags(self, resource_id):
        """The tags that DescribeTags knows."""
        found = self.ec2.describe_tags(Filters=[
            {'Name': 'resource-id', 'Values': [resource_id]}])['Tags']
        return {tag['Key']: tag['Value'] for tag in found}

    def test_the_maximum_number_of_tags_is_50(self):
        many = [(f'k{number}', '') for number in range(51)]
        self.assertRefused('TagLimitExceeded', self.launch,
                           TagSpecifications=spec(*many))
        instance_id = self.launch(TagSpecifications=spec(*many[:50]))
        self.assertRefused('TagLimitExceeded', self.ec2.create_tags,
                           Resources=[instance_id],
                           Tags=[{'Key': 'k50', 'Value': ''}])
        self.ec2.create_tags(Resources=[instance_id],
                             Tags=[{'Key': 'k0', 'Value': 'new'}])
        self.assertEqual('new', self.tags(instance_id)['k0'])

    def test_the_aws_prefix_is_reserved(self):
        for key in ('aws:x', 'AWS:x'):
            self.assertRefused('InvalidParameterValue', self.launch,
                               TagSpecifications=spec((key, 'v')))
            self.assertRefused('InvalidParameterValue',
                               self.ec2.create_tags,
                               Resources=[self.launch()],
                               Tags=[{'Key': key, 'Value': 'v'}])

    def test_the_maximum_key_length_is_128_and_value_length_256(self):
        self.launch(TagSpecifications=spec(('k' * 128, 'v' * 256)))
        for tag in (('k' * 129, ''), ('k', 'v' * 257)):
            self.assertRefused('InvalidParameterValue', self.launch,
                               TagSpecifications=spec(tag))

    def test_a_key_is_given_once(self):
        self.assertRefused('InvalidParameterValue', self.launch,
                           TagSpecifications=spec(('k', '1'), ('k', '2')))

    def test_a_resource_type_that_is_not_made_is_not_tagged(self):
        self.assertRefused('InvalidParameterValue', self.launch,
                           TagSpecifications=spec(('k', 'v'), kind='vpc'))

    def test_keys_shown_in_instance_metadata_have_no_spaces_or_slashes(self):
        shown = {'InstanceMetadataTags': 'enabled'}
        for key in ('my key', 'a/b', '.', '_index'):
            self.assertRefused('InvalidParameterValue', self.launch,
                               MetadataOptions=shown,
                               TagSpecifications=spec((key, 'v')))
            self.launch(TagSpecifications=spec((key, 'v')))
        instance_id = self.launch(MetadataOptions=shown)
        self.assertRefused('InvalidParameterValue', self.ec2.create_tags,
                           Resources=[instance_id],
                           Tags=[{'Key': 'my key', 'Value': 'v'}])

    def test_create_tags_gives_all_resources_the_tags_or_none(self):
        full = self.launch(TagSpecifications=spec(
            *[(f'k{number}', '') for number in range(50)]))
        empty = self.launch()
        self.assertRefused('TagLimitExceeded', self.ec2.create_tags,
                           Resources=[empty, full],
                           Tags=[{'Key': 'more', 'Value': ''}])
        self.assertEqual({}, self.tags(empty))
        self.assertRefused('InvalidInstanceID.NotFound',
                           self.ec2.create_tags,
                           Resources=[empty, 'i-0123456789abcdef0'],
                           Tags=[{'Key': 'more', 'Value': ''}])
        self.assertEqual({}, self.tags(empty))

    def test_tags_are_deleted_by_key_or_by_key_and_value(self):
        instance_id = self.launch(TagSpecifications=spec(
            ('a', '1'), ('b', '2')))
        self.ec2.delete_tags(Resources=[instance_id], Tags=[
            {'Key': 'a'}, {'Key': 'b', 'Value': 'other'}])
        self.assertEqual({'b': '2'}, self.tags(instance_id))


class TestOfNetworks(base.TestCase):
    """Tags of what is in a VPC, added and taken away later."""

    def made(self):
        """One of each kind, by the kind's name."""
        subnet = self.subnet()
        (found,) = self.ec2.describe_subnets(SubnetIds=[subnet])['Subnets']
        vpc = found['VpcId']
        address = self.ec2.allocate_address()['AllocationId']
        return {
            'vpc': vpc, 'subnet': subnet, 'elastic-ip': address,
            'security-group': self.ec2.create_security_group(
                GroupName='g', Description='d', VpcId=vpc)['GroupId'],
            'internet-gateway': self.ec2.create_internet_gateway()[
                'InternetGateway']['InternetGatewayId'],
            'route-table': self.ec2.create_route_table(
                VpcId=vpc)['RouteTable']['RouteTableId'],
            'natgateway': self.ec2.create_nat_gateway(
                SubnetId=subnet, ConnectivityType='private')['NatGateway'][
                    'NatGatewayId'],
            'network-interface': self.ec2.create_network_interface(
                SubnetId=subnet)['NetworkInterface']['NetworkInterfaceId']}

    def test_each_kind_is_tagged_and_listed(self):
        made = self.made()
        self.ec2.create_tags(Resources=list(made.values()),
                             Tags=[{'Key': 'k', 'Value': 'v'}])
        listed = self.ec2.describe_tags(Filters=[
            {'Name': 'key', 'Values': ['k']}])['Tags']
        self.assertEqual(made, {one['ResourceType']: one['ResourceId']
                                for one in listed})
        listed = self.ec2.describe_tags(Filters=[
            {'Name': 'resource-type', 'Values': ['elastic-ip']}])['Tags']
        self.assertEqual([made['elastic-ip']],
                         [one['ResourceId'] for one in listed])
        (seen,) = self.control.resources()
        self.assertEqual({an_id: {'k': 'v'} for an_id in made.values()},
                         seen['tags'])
        self.ec2.delete_tags(Resources=list(made.values()),
                             Tags=[{'Key': 'k'}])
        self.assertEqual([], self.ec2.describe_tags()['Tags'])

    def test_what_is_not_there_cannot_be_tagged(self):
        made = self.made()['vpc']
        tail = '0123456789abcdef0'
        for an_id, code in (
                (f'vpc-{tail}', 'InvalidVpcID.NotFound'),
                (f'subnet-{tail}', 'InvalidSubnetID.NotFound'),
                (f'sg-{tail}', 'InvalidGroup.NotFound'),
                (f'eipalloc-{tail}', 'InvalidAllocationID.NotFound'),
                (f'igw-{tail}', 'InvalidInternetGatewayID.NotFound'),
                (f'rtb-{tail}', 'InvalidRouteTableID.NotFound'),
                (f'nat-{tail}', 'InvalidNatGatewayID.NotFound'),
                (f'eni-{tail}', 'InvalidNetworkInterfaceID.NotFound')):
            self.assertRefused(code, self.ec2.create_tags,
                               Resources=[made, an_id],
                               Tags=[{'Key': 'k', 'Value': 'v'}])
        self.assertEqual([], self.ec2.describe_tags()['Tags'])
