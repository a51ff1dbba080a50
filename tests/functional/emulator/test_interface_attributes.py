# SPDX-License-Identifier: Apache-2.0
"""Attributes of interfaces, and how interfaces are found.

ModifyNetworkInterfaceAttribute and DescribeNetworkInterfaces, Amazon EC2 API
Reference.
"""

from tests.functional.emulator import base, test_interfaces


class TestModify(test_interfaces.InterfaceTestCase):

    def setUp(self):
        super().setUp()
        (found,) = self.ec2.describe_subnets(SubnetIds=[self.net])['Subnets']
        self.vpc = found['VpcId']

    def group(self, name, vpc=None):
        return self.ec2.create_security_group(
            GroupName=name, Description='d',
            VpcId=vpc or self.vpc)['GroupId']

    def modify(self, nic, **change):
        self.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=nic, **change)

    def groups(self, nic):
        return [one['GroupId'] for one in self.look(nic)['Groups']]

    def test_the_new_set_of_groups_replaces_the_current_set(self):
        one, other = self.group('a'), self.group('b')
        instance_id = self.running(SubnetId=self.net)
        nic = self.by_index(instance_id)[0][0]
        self.modify(nic, Groups=[one, other])
        self.assertEqual([one, other], self.groups(nic))
        self.assertEqual([one, other], [
            group['GroupId'] for group
            in self.describe(instance_id)['SecurityGroups']])
        self.modify(nic, Groups=[other])
        self.assertEqual([other], self.groups(nic))
        self.ec2.delete_security_group(GroupId=one)
        (seen,) = self.control.instances()
        self.assertEqual([other], seen['interfaces'][0]['group_ids'])

    def test_an_interface_has_five_groups_of_its_vpc_that_exist(self):
        nic = self.make()
        before = self.groups(nic)
        five = [self.group(f'n{number}') for number in range(5)]
        self.assertRefused('SecurityGroupsPerInterfaceLimitExceeded',
                           self.modify, nic,
                           Groups=[*five, self.group('six')])
        away = self.ec2.create_vpc(CidrBlock='10.8.0.0/16')['Vpc']['VpcId']
        self.assertRefused('InvalidParameter', self.modify, nic,
                           Groups=[self.group('a', away)])
        self.assertRefused('InvalidGroup.NotFound', self.modify, nic,
                           Groups=['sg-0123456789abcdef0'])
        self.assertEqual(before, self.groups(nic))
        self.modify(nic, Groups=five)
        self.assertEqual(five, self.groups(nic))

    def test_source_dest_check_is_enabled_or_disabled(self):
        instance_id = self.running(SubnetId=self.net)
        nic = self.by_index(instance_id)[0][0]
        self.assertIs(True, self.look(nic)['SourceDestCheck'])
        self.modify(nic, SourceDestCheck={'Value': False})
        self.assertIs(False, self.look(nic)['SourceDestCheck'])
        self.assertIs(False, self.describe(instance_id)['SourceDestCheck'])
        self.assertEqual([nic], self.found({'source-dest-check': 'false'}))
        self.ec2.modify_instance_attribute(
            InstanceId=instance_id, SourceDestCheck={'Value': True})
        self.assertIs(True, self.look(nic)['SourceDestCheck'])

    def test_the_description_is_changed(self):
        nic = self.make(Description='one')
        self.modify(nic, Description={'Value': 'two'})
        self.assertEqual('two', self.look(nic)['Description'])

    def test_you_can_specify_only_one_attribute_at_a_time(self):
        nic = self.make()
        for change in ({}, {'Description': {'Value': 'x'},
                            'SourceDestCheck': {'Value': False}}):
            self.assertRefused('InvalidParameterCombination', self.modify,
                               nic, **change)
        self.assertEqual('', self.look(nic)['Description'])

    def test_of_an_instance_only_where_it_has_one_interface(self):
        instance_id = self.running(SubnetId=self.net)
        self.attach(self.make(), instance_id)
        self.assertRefused(
            'InvalidInstanceID', self.ec2.modify_instance_attribute,
            InstanceId=instance_id, SourceDestCheck={'Value': False})


class TestFilters(test_interfaces.InterfaceTestCase):

    def test_interfaces_are_found_by_what_they_are(self):
        tags = [{'ResourceType': 'network-interface',
                 'Tags': [{'Key': 'k', 'Value': 'v'}]}]
        one = self.make(PrivateIpAddresses=[
            {'PrivateIpAddress': '10.9.0.20', 'Primary': True},
            {'PrivateIpAddress': '10.9.0.21'}], TagSpecifications=tags)
        other = self.make(Description='other')
        seen = self.look(one)
        for filters in ({'tag:k': 'v'}, {'tag-key': 'k'}, {'tag:k': 'v*'},
                        {'network-interface-id': one},
                        {'private-ip-address': '10.9.0.20'},
                        {'private-ip-address': '10.9.0.21'},
                        {'addresses.private-ip-address': '10.9.0.21'},
                        {'mac-address': seen['MacAddress']}):
            self.assertEqual([one], self.found(filters), filters)
        for filters in ({'vpc-id': seen['VpcId']}, {'subnet-id': self.net},
                        {'group-id': seen['Groups'][0]['GroupId']},
                        {'status': 'available'}):
            self.assertEqual([one, other], self.found(filters), filters)
        self.assertEqual([other], self.found({'description': 'other'}))
        self.assertEqual([], self.found({'vpc-id': 'vpc-1', 'tag:k': 'v'}))
        self.assertRefused('InvalidParameterValue', self.found,
                           {'colour': 'red'})

    def test_tags_of_run_instances_are_on_its_interfaces(self):
        instance_id = self.launch(NetworkInterfaces=[
            {'DeviceIndex': index, 'SubnetId': self.net}
            for index in range(2)], TagSpecifications=[
                {'ResourceType': 'network-interface',
                 'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.assertEqual(2, len(self.found({
            'tag:k': 'v', 'attachment.instance-id': instance_id})))

    def test_max_results_and_ids_do_not_go_together(self):
        self.assertRefused(
            'InvalidParameterCombination',
            self.ec2.describe_network_interfaces,
            NetworkInterfaceIds=[self.make()], MaxResults=5)

    def test_all_interfaces_come_in_pages(self):
        made = {self.make() for _ in range(7)}
        pages = list(self.ec2.get_paginator(
            'describe_network_interfaces').paginate(
                PaginationConfig={'PageSize': 5}))
        self.assertEqual([5, 2], [len(page['NetworkInterfaces'])
                                  for page in pages])
        self.assertEqual(made, {
            one['NetworkInterfaceId'] for page in pages
            for one in page['NetworkInterfaces']})


class TestOfOtherTypes(base.TestCase):

    def test_what_would_have_no_effect_is_refused(self):
        self.assertRefused(
            'UnsupportedOperation', self.ec2.create_network_interface,
            SubnetId=self.subnet(), InterfaceType='efa')
