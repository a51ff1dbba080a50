# SPDX-License-Identifier: Apache-2.0
from nova_ec2.models import tags as tag_keys
from tests.neutron import base

ALL_OUT = {('-1', '0.0.0.0/0'), ('-1', '::/0')}


def peers(permissions):
    """What permissions of EC2 let pass, as a set that can be compared."""
    found = set()
    for one in permissions:
        kind = one['IpProtocol']
        if kind != '-1' and 'FromPort' in one:
            kind = f'{kind}:{one["FromPort"]}-{one["ToPort"]}'
        for key, name in (('IpRanges', 'CidrIp'), ('Ipv6Ranges', 'CidrIpv6'),
                          ('UserIdGroupPairs', 'GroupId')):
            found |= {(kind, peer[name]) for peer in one.get(key, ())}
    return found


class GroupsTestCase(base.NeutronTestCase):

    def setUp(self):
        super().setUp()
        self.network, self.subnet = self.make_network()

    def group(self, name='web', **attributes):
        return self.post('security_group', name=name, **attributes)

    def rule(self, group, expect=None, **attributes):
        attributes.setdefault('direction', 'ingress')
        attributes.setdefault('ethertype', 'IPv4')
        return self.post('security_group_rule', expect,
                         security_group_id=group['id'], **attributes)

    def come(self, *groups, **attributes):
        """A port on EC2 with these groups."""
        return self.launched(
            self.network, security_groups=[one['id'] for one in groups],
            **attributes)

    def inbound(self, group):
        return peers(self.mirrored()[group['id']]['IpPermissions'])

    def outbound(self, group):
        return peers(self.mirrored()[group['id']]['IpPermissionsEgress'])


class MirrorTest(GroupsTestCase):

    def test_a_group_is_made_when_its_first_port_comes_to_ec2(self):
        group = self.group()
        self.rule(group, protocol='tcp', port_range_min=80,
                  port_range_max=81, remote_ip_prefix='192.0.2.7/24')
        self.assertEqual({}, self.mirrored())
        port = self.make_port(self.network, security_groups=[group['id']])
        self.assertEqual({}, self.mirrored())
        self.to_ec2(port)
        (made,) = self.mirrored().values()
        self.assertEqual(self.vpc_id, made['VpcId'])
        self.assertEqual({('tcp:80-81', '192.0.2.0/24')},
                         self.inbound(group))
        self.assertEqual(ALL_OUT, self.outbound(group))

    def test_the_interface_has_the_groups_of_its_port(self):
        web, db = self.group(), self.group('db')
        port = self.come(web, db)
        mirrored = self.mirrored()
        self.assertEqual(
            {mirrored[one['id']]['GroupId'] for one in (web, db)},
            {one['GroupId'] for one in self.interface(port)['Groups']})
        self.put('port', port, security_groups=[db['id']])
        self.assertEqual(
            [mirrored[db['id']]['GroupId']],
            [one['GroupId'] for one in self.interface(port)['Groups']])

    def test_ec2s_default_egress_rule_goes_where_neutron_has_none(self):
        group = self.group()
        for rule in group['security_group_rules']:
            self.remove('security_group_rule', rule)
        self.come(group)
        self.assertEqual(set(), self.outbound(group))

    def test_the_default_group_lets_its_members_talk_and_no_others(self):
        port = self.launched(self.network)
        (name,) = port['security_groups']
        made = self.mirrored()[name]
        self.assertEqual({('-1', made['GroupId'])},
                         peers(made['IpPermissions']))
        self.assertEqual(ALL_OUT, peers(made['IpPermissionsEgress']))

    def test_rules_that_come_and_go_follow_at_once(self):
        group = self.group()
        self.come(group)
        rule = self.rule(group, protocol='udp', port_range_min=53,
                         port_range_max=53)
        self.assertEqual({('udp:53-53', '0.0.0.0/0')}, self.inbound(group))
        self.remove('security_group_rule', rule)
        self.assertEqual(set(), self.inbound(group))

    def test_a_group_goes_when_neutrons_goes(self):
        group, other = self.group(), self.group('other')
        port = self.come(group, other)
        self.rule(other, remote_group_id=group['id'])
        self.put('port', port, security_groups=[other['id']])
        self.remove('security_group', group)
        self.assertEqual({other['id']}, self.mirrored().keys())
        self.assertEqual(set(), self.inbound(other))

    def test_without_a_group_nothing_passes(self):
        port = self.come()
        (made,) = self.mirrored().values()
        self.assertEqual(made['GroupId'],
                         self.interface(port)['Groups'][0]['GroupId'])
        self.assertEqual([], made['IpPermissions'])
        self.assertEqual([], made['IpPermissionsEgress'])


class KindsTest(GroupsTestCase):

    def test_every_kind_of_rule(self):
        group = self.group()
        self.come(group)
        for attributes, expected in (
                ({}, ('-1', '0.0.0.0/0')),
                ({'ethertype': 'IPv6'}, ('-1', '::/0')),
                ({'protocol': 'tcp'}, ('tcp:0-65535', '0.0.0.0/0')),
                ({'protocol': 'tcp', 'port_range_min': 22,
                  'port_range_max': 22, 'ethertype': 'IPv6',
                  'remote_ip_prefix': '2001:db8::/32'},
                 ('tcp:22-22', '2001:db8::/32')),
                ({'protocol': 'icmp'}, ('icmp:-1--1', '0.0.0.0/0')),
                ({'protocol': 'icmp', 'port_range_min': 8,
                  'port_range_max': 0}, ('icmp:8-0', '0.0.0.0/0')),
                ({'protocol': 'icmp', 'port_range_min': 3},
                 ('icmp:3--1', '0.0.0.0/0')),
                ({'protocol': 'icmpv6', 'port_range_min': 128,
                  'ethertype': 'IPv6'}, ('icmpv6:128--1', '::/0')),
                ({'protocol': 'icmp', 'ethertype': 'IPv6'},
                 ('icmpv6:-1--1', '::/0')),
                ({'protocol': 'gre'}, ('47', '0.0.0.0/0')),
                ({'protocol': '50'}, ('50', '0.0.0.0/0'))):
            with self.subTest(**attributes):
                rule = self.rule(group, **attributes)
                self.assertEqual({expected}, self.inbound(group))
                self.remove('security_group_rule', rule)

    def test_ports_of_sctp_are_refused_when_the_rule_is_saved(self):
        group = self.group()
        self.come(group)
        error = self.rule(group, 400, protocol='sctp', port_range_min=5,
                          port_range_max=6)
        self.assertIn('TCP and UDP only', error['message'])
        self.assertEqual(set(), self.inbound(group))
        self.assertEqual(2, len(self.get('security_group', group)[
            'security_group_rules']))

    def test_or_when_the_port_is_bound(self):
        group = self.group()
        self.rule(group, protocol='sctp', port_range_min=5, port_range_max=6)
        port = self.make_port(self.network, security_groups=[group['id']])
        error = self.to_ec2(port, 400)
        self.assertIn('TCP and UDP only', error['message'])
        self.assertEqual({}, self.mirrored())
        self.assertEqual({}, self.get('port', port)['binding:profile'])

    def test_a_stateless_group_is_refused(self):
        group = self.group(stateful=False)
        port = self.make_port(self.network, security_groups=[group['id']])
        self.assertIn('stateless', self.to_ec2(port, 400)['message'])

    def test_an_address_group_is_its_addresses(self):
        group = self.group()
        self.come(group)
        addresses = self.post('address_group', addresses=[
            '198.51.100.0/25', '2001:db8::/64'])
        self.rule(group, remote_address_group_id=addresses['id'])
        self.assertEqual({('-1', '198.51.100.0/25')}, self.inbound(group))
        self.ask('PUT', f'address-groups/{addresses["id"]}/add_addresses',
                 {'addresses': ['198.51.100.128/25']})
        self.assertEqual({('-1', '198.51.100.0/24')}, self.inbound(group))


class RemoteGroupTest(GroupsTestCase):

    def setUp(self):
        super().setUp()
        self.web, self.db = self.group(), self.group('db')
        self.rule(self.db, remote_group_id=self.web['id'], protocol='tcp',
                  port_range_min=5432, port_range_max=5432)

    def private(self, group):
        return self.to_private(self.make_port(
            self.network, security_groups=[group['id']]))

    def test_members_on_ec2_are_a_reference(self):
        self.come(self.db)
        self.assertEqual(set(), self.inbound(self.db))
        self.come(self.web)
        self.assertEqual(
            {('tcp:5432-5432', self.mirrored()[self.web['id']]['GroupId'])},
            self.inbound(self.db))

    def test_members_on_private_hosts_are_addresses(self):
        self.come(self.db)
        port = self.private(self.web)
        address = port['fixed_ips'][0]['ip_address']
        self.assertEqual({('tcp:5432-5432', f'{address}/32')},
                         self.inbound(self.db))
        self.remove('port', port)
        self.assertEqual(set(), self.inbound(self.db))

    def test_both_at_once(self):
        self.come(self.db)
        self.come(self.web)
        address = self.private(self.web)['fixed_ips'][0]['ip_address']
        self.assertEqual(
            {('tcp:5432-5432', f'{address}/32'),
             ('tcp:5432-5432', self.mirrored()[self.web['id']]['GroupId'])},
            self.inbound(self.db))

    def test_a_port_on_no_host_is_nobody(self):
        self.come(self.db)
        self.make_port(self.network, security_groups=[self.web['id']])
        self.assertEqual(set(), self.inbound(self.db))

    def test_a_member_that_joins_or_leaves_is_followed(self):
        self.come(self.db)
        port = self.private(self.db)
        address = port['fixed_ips'][0]['ip_address']
        self.put('port', port, security_groups=[self.web['id']])
        self.assertEqual({('tcp:5432-5432', f'{address}/32')},
                         self.inbound(self.db))
        self.put('port', port, security_groups=[self.db['id']])
        self.assertEqual(set(), self.inbound(self.db))


class LeftBehindTest(GroupsTestCase):

    def test_a_port_that_outlived_its_server_is_no_member(self):
        # As nova-api leaves it when nova-compute is down.
        web, db = self.group(), self.group('db')
        self.rule(db, remote_group_id=web['id'])
        self.come(db)
        port = self.come(web)
        self.assertEqual(1, len(self.inbound(db)))
        self.put('port', port, who='service', device_id='', device_owner='',
                 **{'binding:host_id': ''})
        self.assertEqual(set(), self.inbound(db))


class LimitsTest(GroupsTestCase):

    OPTIONS = {'rules_per_group': 3, 'groups_per_interface': 2}

    def full(self):
        group = self.group()
        for number in range(3):
            self.rule(group, remote_ip_prefix=f'192.0.2.{2 * number}/32')
        return group

    def test_a_rule_too_many_is_refused_when_it_is_saved(self):
        group = self.full()
        self.come(group)
        before = self.inbound(group)
        error = self.rule(group, 409, remote_ip_prefix='192.0.2.9/32')
        self.assertIn('4 inbound IPv4 rules', error['message'])
        self.assertIn('takes 3', error['message'])
        self.assertEqual(before, self.inbound(group))
        # The other direction and IPv6 are counted apart.
        self.rule(group, ethertype='IPv6')

    def test_or_when_the_port_is_bound(self):
        group = self.full()
        self.rule(group, remote_ip_prefix='192.0.2.9/32')
        port = self.make_port(self.network, security_groups=[group['id']])
        error = self.to_ec2(port, 409)
        self.assertIn('4 inbound IPv4 rules', error['message'])
        self.assertEqual({}, self.mirrored())

    def test_a_group_too_many_is_refused_when_the_port_is_bound(self):
        groups = [self.group(name)['id'] for name in ('a', 'b', 'c')]
        port = self.make_port(self.network, security_groups=groups)
        error = self.to_ec2(port, 409)
        self.assertIn('2 security groups', error['message'])

    def test_or_when_it_is_given_later(self):
        groups = [self.group(name)['id'] for name in ('a', 'b', 'c')]
        port = self.launched(self.network, security_groups=groups[:2])
        self.put('port', port, 409, security_groups=groups)
        self.assertEqual(2, len(self.interface(port)['Groups']))


class DriftTest(GroupsTestCase):

    def setUp(self):
        super().setUp()
        self.web = self.group()
        self.rule(self.web, protocol='tcp', port_range_min=80,
                  port_range_max=80)
        self.port = self.come(self.web)
        self.group_id = self.mirrored()[self.web['id']]['GroupId']
        self.wanted = {('tcp:80-80', '0.0.0.0/0')}

    def test_what_somebody_changed_is_put_right(self):
        self.ec2.authorize_security_group_ingress(
            GroupId=self.group_id, IpPermissions=[{
                'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
        self.ec2.revoke_security_group_ingress(
            GroupId=self.group_id, IpPermissions=[{
                'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80,
                'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
        self.round()
        self.assertEqual(self.wanted, self.inbound(self.web))

    def test_groups_that_are_not_ours_are_never_touched(self):
        other = self.ec2.create_security_group(
            VpcId=self.vpc_id, GroupName='theirs', Description='theirs',
            TagSpecifications=[{
                'ResourceType': 'security-group', 'Tags': [
                    {'Key': tag_keys.CLOUD, 'Value': 'another'},
                    {'Key': tag_keys.SECURITY_GROUP,
                     'Value': self.web['id']}]}])['GroupId']
        self.ec2.authorize_security_group_ingress(
            GroupId=other, IpPermissions=[{
                'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22,
                'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
        before = self.ec2.describe_security_groups(GroupIds=[other])[
            'SecurityGroups']
        self.round()
        self.round()
        self.assertEqual(before, self.ec2.describe_security_groups(
            GroupIds=[other])['SecurityGroups'])

    def test_an_interface_gets_its_groups_back(self):
        eni = self.port['binding:profile']['ec2']['interface_id']
        default = self.ec2.describe_security_groups(Filters=[
            {'Name': 'vpc-id', 'Values': [self.vpc_id]},
            {'Name': 'group-name', 'Values': ['default']}])[
                'SecurityGroups'][0]['GroupId']
        self.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=eni, Groups=[default])
        self.round()
        self.assertEqual([self.group_id], [
            one['GroupId'] for one in self.interface(self.port)['Groups']])

    def test_a_group_that_nothing_uses_goes_in_the_second_round(self):
        other = self.group('other')
        self.put('port', self.port, security_groups=[other['id']])
        self.round()
        self.assertIn(self.web['id'], self.mirrored())
        self.round()
        self.assertEqual({other['id']}, self.mirrored().keys())

    def test_a_round_without_a_difference_changes_nothing(self):
        self.round()
        before = self.control.calls()
        self.round()
        made = [call for call in self.control.calls()[len(before):]
                if not call['action'].startswith('Describe')]
        self.assertEqual([], made)

    def test_a_round_asks_once_for_all(self):
        for _ in range(3):
            self.come(self.web)
        self.round()
        self.control.clear_calls()
        self.round()
        counts = self.control.counts()
        self.assertEqual(1, counts['DescribeNetworkInterfaces'])
        # What is there, what is wanted of it, and the interfaces' own.
        self.assertEqual(3, counts['DescribeSecurityGroups'])
