# SPDX-License-Identifier: Apache-2.0
"""Security groups and their rules.

"Security groups" and "Amazon VPC quotas", Amazon VPC User Guide; the actions
of that name, Amazon EC2 API Reference.
"""

from tests.functional.emulator import base

ALL = {'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}],
       'Ipv6Ranges': [], 'PrefixListIds': [], 'UserIdGroupPairs': []}


class GroupTestCase(base.TestCase):

    def setUp(self):
        super().setUp()
        self.vpc = self.new_vpc()

    def new_vpc(self, **arguments):
        return self.ec2.create_vpc(**{
            'CidrBlock': '10.9.0.0/16', **arguments})['Vpc']['VpcId']

    def make(self, name='g', **arguments):
        """The id of a new group."""
        return self.ec2.create_security_group(**{
            'GroupName': name, 'Description': 'd', 'VpcId': self.vpc,
            **arguments})['GroupId']

    def look(self, group_id):
        """One group as DescribeSecurityGroups shows it."""
        found, = self.ec2.describe_security_groups(
            GroupIds=[group_id])['SecurityGroups']
        return found

    def found(self, **filters):
        """The ids that match, of groups that have been made."""
        listed = self.ec2.describe_security_groups(Filters=[
            {'Name': name.replace('_', '-'), 'Values': [value]}
            for name, value in filters.items()])['SecurityGroups']
        return [one['GroupId'] for one in listed
                if one['GroupName'] != 'default']

    def default(self, vpc=None):
        """The default group of a VPC."""
        found, = self.ec2.describe_security_groups(Filters=[
            {'Name': 'vpc-id', 'Values': [vpc or self.vpc]},
            {'Name': 'group-name', 'Values': ['default']}])['SecurityGroups']
        return found

    def allow(self, group_id, *permissions, **arguments):
        return self.ec2.authorize_security_group_ingress(
            GroupId=group_id, IpPermissions=list(permissions), **arguments)

    def revoke(self, group_id, *permissions):
        return self.ec2.revoke_security_group_ingress(
            GroupId=group_id, IpPermissions=list(permissions))

    def rules(self, group_id):
        """The rules of a group."""
        return self.ec2.describe_security_group_rules(Filters=[
            {'Name': 'group-id', 'Values': [group_id]}])[
                'SecurityGroupRules']


def tcp(first=22, last=None, *blocks, **more):
    """A permission for TCP, from 10.0.0.0/8 where nothing is said."""
    made = {'IpProtocol': 'tcp', 'FromPort': first,
            'ToPort': first if last is None else last, **more}
    if blocks or not more:
        made['IpRanges'] = [{'CidrIp': one}
                            for one in blocks or ('10.0.0.0/8',)]
    return made


class TestCreate(GroupTestCase):

    def test_a_new_group_has_one_outbound_rule_that_allows_all(self):
        seen = self.look(self.make())
        self.assertEqual([], seen['IpPermissions'])
        self.assertEqual([ALL], seen['IpPermissionsEgress'])

    def test_with_an_ipv6_block_there_is_a_rule_for_all_ipv6_too(self):
        vpc = self.new_vpc(AmazonProvidedIpv6CidrBlock=True)
        seen = self.look(self.make(VpcId=vpc))
        self.assertEqual(
            [{**ALL, 'Ipv6Ranges': [{'CidrIpv6': '::/0'}]}],
            seen['IpPermissionsEgress'])

    def test_the_default_group_allows_all_from_its_own_members(self):
        seen = self.default()
        self.assertEqual([{**ALL, 'IpRanges': [], 'UserIdGroupPairs': [
            {'GroupId': seen['GroupId'], 'UserId': seen['OwnerId']}]}],
            seen['IpPermissions'])
        self.assertEqual([ALL], seen['IpPermissionsEgress'])

    def test_tags_of_the_call_are_the_groups(self):
        tags = [{'Key': 'k', 'Value': 'v'}]
        made = self.ec2.create_security_group(
            GroupName='g', Description='d', VpcId=self.vpc,
            TagSpecifications=[{'ResourceType': 'security-group',
                                'Tags': tags}])
        self.assertEqual(tags, made['Tags'])
        group_id = made['GroupId']
        self.assertEqual(tags, self.look(group_id)['Tags'])
        other = self.make('h')
        self.assertEqual([group_id], self.found(**{'tag:k': 'v'}))
        self.assertEqual([group_id], self.found(**{'tag-key': 'k'}))
        self.assertEqual([other], self.found(group_id=other))
        self.assertEqual([other], self.found(group_name='h'))
        self.assertEqual({group_id, other}, set(self.found(vpc_id=self.vpc)))
        self.assertEqual([], self.found(**{'tag:k': 'w'}))

    def test_names_are_unique_within_the_vpc_whatever_their_case(self):
        self.make('web')
        self.assertRefused('InvalidGroup.Duplicate', self.make, 'web')
        self.assertRefused('InvalidGroup.Duplicate', self.make, 'WEB')
        self.assertTrue(self.make('web', VpcId=self.new_vpc()))

    def test_names_have_255_characters_and_do_not_start_with_sg(self):
        for name in ('sg-web', 'n' * 256, 'na\u00efve', 'a?b', 'default'):
            self.assertRefused('InvalidParameterValue', self.make, name)
        for text in ('d' * 256, '<b>'):
            self.assertRefused('InvalidParameterValue', self.make,
                               Description=text)
        self.assertRefused('MissingParameter', self.make, Description='')
        self.assertTrue(self.make('a' * 255))

    def test_trailing_spaces_of_a_name_are_trimmed(self):
        self.assertEqual('web', self.look(self.make('web  '))['GroupName'])

    def test_the_vpc_must_exist(self):
        self.assertRefused('InvalidVpcID.NotFound', self.make,
                           VpcId='vpc-0123456789abcdef0')

    def test_groups_of_a_region_are_limited(self):
        self.control.settings(security_groups_limit=4)
        self.make('a')
        have = len(self.ec2.describe_security_groups()['SecurityGroups'])
        for number in range(have, 4):
            self.make(f'n{number}')
        self.assertRefused('SecurityGroupLimitExceeded', self.make, 'b')

    def test_what_would_have_no_effect_is_refused(self):
        self.assertRefused('UnsupportedOperation',
                           self.ec2.delete_security_group, GroupName='g')


class TestDelete(GroupTestCase):

    def delete(self, group_id):
        self.ec2.delete_security_group(GroupId=group_id)

    def test_a_deleted_group_is_gone_with_its_tags(self):
        group_id = self.make(TagSpecifications=[{
            'ResourceType': 'security-group',
            'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.delete(group_id)
        self.assertRefused('InvalidGroup.NotFound', self.delete, group_id)
        self.assertRefused('InvalidGroup.NotFound', self.look, group_id)
        self.assertEqual([], self.ec2.describe_tags()['Tags'])
        self.assertRefused('InvalidGroupId.Malformed', self.delete, 'x')

    def test_you_cannot_delete_a_default_security_group(self):
        self.assertRefused('CannotDelete', self.delete,
                           self.default()['GroupId'])

    def test_a_group_of_an_interface_is_a_dependency_violation(self):
        group_id = self.make()
        subnet = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock='10.9.0.0/24')['Subnet']['SubnetId']
        nic = self.ec2.create_network_interface(
            SubnetId=subnet, Groups=[group_id])['NetworkInterface'][
                'NetworkInterfaceId']
        self.assertRefused('DependencyViolation', self.delete, group_id)
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.delete(group_id)

    def test_a_group_that_another_one_refers_to_is_one_as_well(self):
        group_id, other = self.make('a'), self.make('b')
        pairs = [{'GroupId': group_id}]
        self.allow(other, tcp(UserIdGroupPairs=pairs))
        self.assertRefused('DependencyViolation', self.delete, group_id)
        self.revoke(other, tcp(UserIdGroupPairs=pairs))
        self.allow(group_id, tcp(UserIdGroupPairs=pairs))
        self.delete(group_id)


class TestAuthorize(GroupTestCase):

    def test_rules_are_shown_by_protocol_and_ports(self):
        group_id, other = self.make('a'), self.make('b')
        self.allow(group_id, tcp(22, 22, '10.0.0.0/8', '192.0.2.1/32'),
                   tcp(22, UserIdGroupPairs=[
                       {'GroupId': other, 'Description': 'them'}]))
        self.allow(group_id, tcp(
            22, Ipv6Ranges=[{'CidrIpv6': '2001:DB8::/32'}]))
        seen = self.look(group_id)
        self.assertEqual([{
            'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22,
            'IpRanges': [{'CidrIp': '10.0.0.0/8'},
                         {'CidrIp': '192.0.2.1/32'}],
            'Ipv6Ranges': [{'CidrIpv6': '2001:db8::/32'}],
            'PrefixListIds': [],
            'UserIdGroupPairs': [{'GroupId': other, 'Description': 'them',
                                  'UserId': seen['OwnerId']}]}],
            seen['IpPermissions'])
        self.assertEqual([group_id], self.found(
            **{'ip-permission.group-id': other}))
        self.assertEqual([group_id], self.found(
            **{'ip-permission.cidr': '192.0.2.1/32'}))

    def test_the_answer_names_the_rules_that_were_added(self):
        group_id = self.make()
        tags = [{'Key': 'k', 'Value': 'v'}]
        made = self.allow(group_id, tcp(), TagSpecifications=[
            {'ResourceType': 'security-group-rule', 'Tags': tags}])
        rule, = made['SecurityGroupRules']
        self.assertEqual(
            ('tcp', 22, 22, '10.0.0.0/8', False, group_id, tags),
            tuple(rule[name] for name in (
                'IpProtocol', 'FromPort', 'ToPort', 'CidrIpv4', 'IsEgress',
                'GroupId', 'Tags')))
        self.assertIn(rule, self.rules(group_id))

    def test_cidrs_are_canonicalized_and_then_duplicates(self):
        group_id = self.make()
        self.allow(group_id, tcp(22, 22, '100.68.0.18/18'))
        seen, = self.look(group_id)['IpPermissions']
        self.assertEqual([{'CidrIp': '100.68.0.0/18'}], seen['IpRanges'])
        for block in ('100.68.0.18/18', '100.68.0.0/18'):
            self.assertRefused('InvalidPermission.Duplicate', self.allow,
                               group_id, tcp(22, 22, block))

    def test_a_rule_that_exists_is_a_duplicate_whatever_it_describes(self):
        group_id = self.make()
        self.allow(group_id, tcp())
        again = tcp(IpRanges=[{'CidrIp': '10.0.0.0/8', 'Description': 'x'}])
        self.assertRefused('InvalidPermission.Duplicate', self.allow,
                           group_id, tcp(23), again)
        self.assertRefused(
            'InvalidPermission.Duplicate', self.allow, group_id,
            {**tcp(), 'IpProtocol': '6'})
        self.assertEqual(1, len(self.look(group_id)['IpPermissions']))
        self.assertRefused('InvalidParameterValue', self.allow, group_id,
                           tcp(24), tcp(24))

    def test_malformed_blocks_are_invalid(self):
        for block in ('10.0.0.0', '10.0.0.0/33', 'x/8', '10.0.0.0/255.0.0.0',
                      '2001:db8::/32', ''):
            self.assertRefused('InvalidParameterValue', self.allow,
                               self.default()['GroupId'], tcp(22, 22, block))
        for block in ('2001:db8::', '2001:db8::/129', '10.0.0.0/8'):
            self.assertRefused(
                'InvalidParameterValue', self.allow,
                self.default()['GroupId'],
                tcp(Ipv6Ranges=[{'CidrIpv6': block}]))

    def test_ports_of_tcp_and_udp_must_be_specified_and_in_range(self):
        group_id = self.make()
        for first, last in ((1, 0), (-1, -1), (0, 65536), (None, 80),
                            (80, None)):
            for protocol in ('tcp', 'udp', '17'):
                rule = {**tcp(first or 0, last or 0), 'IpProtocol': protocol}
                for name, value in (('FromPort', first), ('ToPort', last)):
                    if value is None:
                        del rule[name]
                self.assertRefused('InvalidParameterValue', self.allow,
                                   group_id, rule)
        self.allow(group_id, tcp(0, 65535), {**tcp(53), 'IpProtocol': '17'})
        self.assertEqual({'tcp', 'udp'}, {
            one['IpProtocol'] for one in self.look(group_id)[
                'IpPermissions']})

    def test_icmp_needs_type_and_code_and_all_types_mean_all_codes(self):
        group_id = self.make()

        def icmp(*ports, protocol='icmp', **more):
            names = dict(zip(('FromPort', 'ToPort'), ports, strict=False))
            self.allow(group_id, {
                'IpProtocol': protocol, **names,
                **(more or {'IpRanges': [{'CidrIp': '10.0.0.0/8'}]})})
        for ports in ((), (8,), (256, 0), (8, 256), (-1, 0), (-2, -1)):
            self.assertRefused('InvalidParameterValue', icmp, *ports)
        icmp(-1, -1)
        icmp(8, -1)
        icmp(3, 4, protocol='1')
        six = {'Ipv6Ranges': [{'CidrIpv6': '::/0'}]}
        icmp(protocol='icmpv6', **six)
        icmp(128, 0, protocol='58', **six)
        self.assertRefused('InvalidPermission.Duplicate', icmp, -1, -1,
                           protocol='58', **six)
        self.assertRefused('InvalidParameterValue', icmp, -1, -1, **six)
        self.assertRefused('InvalidParameterValue', icmp, -1, -1,
                           protocol='icmpv6')
        self.assertEqual(
            [('icmp', -1, -1), ('icmp', 8, -1), ('icmp', 3, 4),
             ('icmpv6', -1, -1), ('icmpv6', 128, 0)],
            [(one['IpProtocol'], one['FromPort'], one['ToPort'])
             for one in self.look(group_id)['IpPermissions']])

    def test_other_protocols_allow_all_ports_whatever_is_specified(self):
        group_id = self.make()
        self.allow(group_id, {**tcp(80), 'IpProtocol': '50'},
                   {**tcp(80), 'IpProtocol': '-1'})
        self.assertEqual([('50', None), ('-1', None)], [
            (one['IpProtocol'], one.get('FromPort'))
            for one in self.look(group_id)['IpPermissions']])
        for protocol in ('256', 'sctp', '-2', ''):
            self.assertRefused('InvalidParameterValue', self.allow, group_id,
                               {**tcp(), 'IpProtocol': protocol})
        self.assertEqual([(-1, -1)] * 3, [
            (one['FromPort'], one['ToPort'])
            for one in self.rules(group_id)])

    def test_descriptions_have_255_of_the_allowed_characters(self):
        group_id = self.make()
        for text in ('d' * 256, 'na\u00efve', "it's"):
            self.assertRefused(
                'InvalidParameterValue', self.allow, group_id,
                tcp(IpRanges=[{'CidrIp': '10.0.0.0/8',
                               'Description': text}]))
        self.allow(group_id, tcp(IpRanges=[
            {'CidrIp': '10.0.0.0/8', 'Description': 'd' * 255}]))
        self.assertEqual(['d' * 255], [
            rule['Description'] for rule in self.rules(group_id)
            if not rule['IsEgress']])

    def test_a_group_of_another_vpc_cannot_be_referred_to(self):
        away = self.default(self.new_vpc())['GroupId']
        for group_id in (away, 'sg-0123456789abcdef0'):
            self.assertRefused(
                'InvalidGroup.NotFound', self.allow, self.make(group_id[3:]),
                tcp(UserIdGroupPairs=[{'GroupId': group_id}]))

    def test_exactly_one_kind_of_source_is_specified(self):
        group_id = self.make()
        self.assertRefused('InvalidParameterCombination', self.allow,
                           group_id, tcp(22, 22, '10.0.0.0/8',
                                         UserIdGroupPairs=[
                                             {'GroupId': group_id}]))
        bare = tcp()
        del bare['IpRanges']
        self.assertRefused('MissingParameter', self.allow, group_id, bare)
        self.assertRefused('MissingParameter', self.allow, group_id)
        self.assertRefused(
            'UnsupportedOperation', self.allow, group_id,
            tcp(PrefixListIds=[{'PrefixListId': 'pl-12345678'}]))

    def test_sixty_rules_for_each_direction_and_ip_version(self):
        group_id, other = self.make('a'), self.make('b')
        self.allow(group_id, *(tcp(port) for port in range(59)))
        self.allow(group_id, *(
            tcp(port, Ipv6Ranges=[{'CidrIpv6': '::/0'}])
            for port in range(60)))
        pair = {'UserIdGroupPairs': [{'GroupId': other}]}
        self.assertRefused('RulesPerSecurityGroupLimitExceeded', self.allow,
                           group_id, tcp(1, **pair))
        self.allow(group_id, tcp(59))
        self.assertRefused('RulesPerSecurityGroupLimitExceeded', self.allow,
                           group_id, tcp(60))
        # The other direction, which has one rule from the start.
        self.ec2.authorize_security_group_egress(
            GroupId=group_id, IpPermissions=[tcp(port, **pair)
                                             for port in range(59)])
        self.assertRefused(
            'RulesPerSecurityGroupLimitExceeded',
            self.ec2.authorize_security_group_egress, GroupId=group_id,
            IpPermissions=[tcp(59, **pair)])

    def test_the_quota_can_be_another(self):
        self.control.settings(rules_limit=1)
        self.assertRefused('RulesPerSecurityGroupLimitExceeded', self.allow,
                           self.make(), tcp(1), tcp(2))


class TestRevoke(GroupTestCase):

    def test_the_values_must_match_but_for_the_description(self):
        group_id = self.make()
        self.allow(group_id, tcp(IpRanges=[
            {'CidrIp': '10.0.0.0/8', 'Description': 'x'}]))
        gone, = self.revoke(group_id, tcp())['RevokedSecurityGroupRules']
        self.assertEqual('10.0.0.0/8', gone['CidrIpv4'])
        self.assertEqual([], self.look(group_id)['IpPermissions'])

    def test_of_a_nondefault_vpc_one_unknown_rule_and_none_is_revoked(self):
        group_id = self.make()
        self.allow(group_id, tcp())
        self.assertRefused('InvalidPermission.NotFound', self.revoke,
                           group_id, tcp(), tcp(23))
        self.assertEqual(1, len(self.look(group_id)['IpPermissions']))

    def test_of_the_default_vpc_unknown_rules_are_in_the_output(self):
        group_id = self.ec2.create_security_group(
            GroupName='g', Description='d')['GroupId']
        self.allow(group_id, tcp())
        answer = self.revoke(group_id, tcp(), tcp(23))
        self.assertEqual([23], [one['FromPort'] for one
                                in answer['UnknownIpPermissions']])
        self.assertEqual([], self.look(group_id)['IpPermissions'])

    def test_the_default_outbound_rule_can_be_removed(self):
        group_id = self.make()
        self.ec2.revoke_security_group_egress(
            GroupId=group_id, IpPermissions=[
                {'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
        self.assertEqual([], self.look(group_id)['IpPermissionsEgress'])

    def test_rules_are_revoked_by_their_ids(self):
        group_id = self.make()
        rule, = self.allow(group_id, tcp())['SecurityGroupRules']
        egress, = (one['SecurityGroupRuleId']
                   for one in self.rules(group_id) if one['IsEgress'])

        def revoke(rule_id):
            return self.ec2.revoke_security_group_ingress(
                GroupId=group_id, SecurityGroupRuleIds=[rule_id])
        self.assertRefused('InvalidSecurityGroupRuleId.NotFound', revoke,
                           egress)
        self.assertRefused('InvalidSecurityGroupRuleId.Malformed', revoke,
                           'x')
        revoke(rule['SecurityGroupRuleId'])
        self.assertEqual([egress], [one['SecurityGroupRuleId']
                                    for one in self.rules(group_id)])


class TestDescribe(GroupTestCase):

    def test_all_groups_come_in_pages(self):
        made = {self.make(f'n{number}') for number in range(7)}
        pages = self.ec2.get_paginator('describe_security_groups').paginate(
            Filters=[{'Name': 'vpc-id', 'Values': [self.vpc]}],
            PaginationConfig={'PageSize': 5})
        sizes = [[one['GroupId'] for one in page['SecurityGroups']]
                 for page in pages]
        self.assertEqual([5, 3], [len(page) for page in sizes])
        self.assertEqual(made | {self.default()['GroupId']},
                         set(sum(sizes, [])))

    def test_one_bad_id_is_an_error_that_names_it(self):
        message = self.assertRefused(
            'InvalidGroup.NotFound', self.ec2.describe_security_groups,
            GroupIds=[self.make(), 'sg-0123456789abcdef0'])
        self.assertIn('sg-0123456789abcdef0', message)
        self.assertRefused(
            'InvalidParameterValue', self.ec2.describe_security_groups,
            Filters=[{'Name': 'colour', 'Values': ['red']}])
