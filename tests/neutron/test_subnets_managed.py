# SPDX-License-Identifier: Apache-2.0
from oslo_config import cfg

from nova_ec2.models import tags as tag_keys
from tests.neutron import base, managed


class SubnetTest(managed.ManagedTestCase):

    EMULATOR = {'vpc_seconds': 0.3}

    def setUp(self):
        super().setUp()
        self.network = self.make()
        self.vpc_id = self.vpcs()[self.network['id']]['VpcId']

    def test_a_subnet_makes_a_vpc_subnet_in_the_default_zone(self):
        subnet = self.subnet(self.network)
        lies = self.lies()[subnet['id']]
        self.assertEqual(
            (self.vpc_id, base.ZONE, '10.0.1.0/24', 'available'),
            (lies['VpcId'], lies['AvailabilityZone'], lies['CidrBlock'],
             lies['State']))
        for shown in (subnet, self.get('subnet', subnet)):
            self.assertEqual(
                (base.ZONE, lies['SubnetId']),
                (shown['ec2:zone'], shown['ec2:subnet_id']))

    def test_or_in_the_zone_that_is_said(self):
        subnet = self.subnet(self.network, **{'ec2:zone': 'us-east-1b'})
        self.assertEqual('us-east-1b', subnet['ec2:zone'])
        self.assertEqual('us-east-1b', self.lies()[subnet['id']][
            'AvailabilityZone'])

    def test_it_goes_with_it(self):
        subnet, other = (self.subnet(self.network, cidr) for cidr in (
            '10.0.1.0/24', '10.0.2.0/24'))
        self.remove('subnet', subnet, who='member')
        self.assertEqual({other['id']}, self.lies().keys())

    def test_what_ec2_keeps_is_in_no_pool(self):
        subnet = self.subnet(self.network)
        self.assertEqual([{'start': '10.0.1.4', 'end': '10.0.1.254'}],
                         subnet['allocation_pools'])
        self.assertEqual('10.0.1.1', subnet['gateway_ip'])
        self.assertEqual(
            subnet['allocation_pools'],
            self.get('subnet', subnet)['allocation_pools'])
        self.make_port(self.network, 400, fixed_ips=[{
            'subnet_id': subnet['id'], 'ip_address': '10.0.1.2'}])

    def test_of_a_subnet_pool_neither(self):
        pool = self.post('subnetpool', name='p', prefixes=['10.0.64.0/20'],
                         default_prefixlen=26)
        subnet = self.subnet(self.network, None, subnetpool_id=pool['id'])
        self.assertEqual('10.0.64.0/26', subnet['cidr'])
        self.assertEqual([{'start': '10.0.64.4', 'end': '10.0.64.62'}],
                         subnet['allocation_pools'])
        self.assertEqual('10.0.64.0/26', self.lies()[subnet['id']][
            'CidrBlock'])

    def test_outside_of_the_vpc_it_gets_a_further_block(self):
        subnet = self.subnet(self.network, '10.77.0.0/28')
        self.assertEqual({'10.0.0.0/16', '10.77.0.0/28'},
                         self.blocks(self.vpc_id))
        self.remove('subnet', subnet)
        self.assertEqual({'10.0.0.0/16'}, self.blocks(self.vpc_id))

    def test_a_bulk_of_them(self):
        answer = self.ask('POST', '/subnets', {'subnets': [
            {'network_id': self.network['id'], 'ip_version': 4,
             'project_id': base.PROJECT, 'cidr': cidr}
            for cidr in ('10.0.1.0/24', '10.0.2.0/24')]})['subnets']
        self.assertEqual({one['id'] for one in answer}, self.lies().keys())


class RefusedTest(managed.ManagedTestCase):

    EMULATOR = {'subnets_limit': 2}

    def setUp(self):
        super().setUp()
        self.network = self.make()

    def refused(self, *words, expect=400, **attributes):
        error = self.subnet(self.network, expect=expect, **attributes)
        for word in words:
            self.assertIn(word, error['message'])
        self.assertEqual({}, self.lies())
        self.assertEqual([], self.ask('GET', '/subnets')['subnets'])

    def test_too_large(self):
        self.refused('/16', '/28', '/15', cidr='10.0.0.0/15')

    def test_too_small(self):
        self.refused('/16', '/28', '/29', cidr='10.0.0.0/29')

    def test_a_zone_that_does_not_exist(self):
        self.refused('us-east-9z', **{'ec2:zone': 'us-east-9z'})

    def test_no_zone_at_all(self):
        cfg.CONF.clear_override('default_zone', group='ml2_ec2')
        self.refused('ec2:zone', 'default_zone')

    def test_a_gateway_elsewhere(self):
        self.refused('10.0.1.1', '10.0.1.254', gateway_ip='10.0.1.254')

    def test_pools_with_what_ec2_keeps(self):
        self.refused('10.0.1.2', '10.0.1.3', allocation_pools=[
            {'start': '10.0.1.2', 'end': '10.0.1.99'}])

    def test_another_private_range_than_the_vpcs(self):
        self.refused('192.168.1.0/24', cidr='192.168.1.0/24')
        self.assertEqual({'10.0.0.0/16'}, self.blocks(
            self.vpcs()[self.network['id']]['VpcId']))

    def test_a_block_that_sticks_out_of_the_vpc(self):
        cfg.CONF.set_override('vpc_cidr', '10.9.0.0/20', group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, 'vpc_cidr',
                        group='ml2_ec2')
        self.network = self.make()
        self.refused('10.9.0.0/20', cidr='10.9.0.0/16')

    def test_a_quota(self):
        self.subnet(self.network, '10.0.1.0/24')
        self.subnet(self.network, '10.0.2.0/24')
        error = self.subnet(self.network, '10.0.3.0/24', 409)
        self.assertIn('SubnetLimitExceeded', error['message'])
        self.assertEqual(2, len(self.lies()))
        self.assertEqual(2, len(self.ask('GET', '/subnets')['subnets']))

    def test_what_follows_is_refused_as_well(self):
        subnet = self.subnet(self.network)
        self.put('subnet', subnet, 400, gateway_ip='10.0.1.2')
        self.put('subnet', subnet, 400, allocation_pools=[
            {'start': '10.0.1.2', 'end': '10.0.1.9'}])


class IPv6Test(managed.ManagedTestCase):

    EMULATOR = {'vpc_seconds': 0.2}

    def setUp(self):
        super().setUp()
        self.network = self.make()
        self.four = self.subnet(self.network)

    def six(self, cidr=None, expect=None, **attributes):
        return self.subnet(self.network, cidr, expect, 6, **attributes)

    def shown(self):
        """The IPv6 blocks of VPC subnets, by Neutron's IPv4 subnet."""
        return {key: [block['Ipv6CidrBlock'] for block
                      in one['Ipv6CidrBlockAssociationSet']]
                for key, one in self.lies().items()}

    def test_ec2_chooses_the_block_where_none_is_said(self):
        six = self.six()
        self.assertEqual({self.four['id']: [six['cidr']]}, self.shown())
        self.assertEqual(self.four['ec2:subnet_id'], six['ec2:subnet_id'])
        self.assertEqual(base.ZONE, six['ec2:zone'])

    def test_what_ec2_keeps_is_in_no_pool(self):
        (pool,) = self.six()['allocation_pools']
        self.assertTrue(pool['start'].endswith('::4'), pool)
        self.assertTrue(pool['end'].endswith(':fffe'), pool)

    def test_another_block_is_refused_with_one_that_is_free(self):
        error = self.six('2001:db8:1:2::/64', 400)
        self.assertIn('2001:db8:1:2::/64', error['message'])
        free = next(word for word in error['message'].split()
                    if word.endswith('/64') and '2001:db8:1:2' not in word)
        self.assertEqual(free, self.six(free)['cidr'])

    def test_it_needs_an_ipv4_subnet_of_its_zone(self):
        error = self.six(expect=400, **{'ec2:zone': 'us-east-1b'})
        self.assertIn('us-east-1b', error['message'])
        self.six()
        self.six(expect=400)
        self.subnet(self.network, '10.0.2.0/24')
        self.six()

    def test_modes_and_sizes_that_ec2_has_not(self):
        error = self.six(expect=400, ipv6_address_mode='slaac',
                         ipv6_ra_mode='slaac')
        self.assertIn('ipv6_address_mode', error['message'])
        error = self.six('2001:db8::/56', 400)
        self.assertIn('/64', error['message'])

    def test_each_goes_alone(self):
        six = self.six()
        self.remove('subnet', six)
        self.assertEqual({self.four['id']: []}, self.shown())
        six = self.six()
        self.remove('subnet', self.four)
        self.assertEqual([[six['cidr']]], list(self.shown().values()))
        self.remove('subnet', six)
        self.assertEqual({}, self.lies())

    def test_or_with_the_network(self):
        self.six()
        self.remove('network', self.network)
        self.assertEqual({}, self.lies())
        self.assertEqual({}, self.vpcs())


class SharedVpcTest(managed.ManagedTestCase):
    """All networks lie in a VPC that was there before."""

    def setUp(self):
        super().setUp()
        self.shared = self.ec2.create_vpc(CidrBlock='10.50.0.0/16')['Vpc']
        cfg.CONF.set_override('vpc_id', self.shared['VpcId'],
                              group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, 'vpc_id', group='ml2_ec2')
        self.network = self.make()

    def test_nothing_is_made_but_subnets(self):
        subnet = self.subnet(self.network, '10.50.1.0/24')
        self.assertEqual({}, self.vpcs())
        self.assertEqual(self.shared['VpcId'],
                         self.lies()[subnet['id']]['VpcId'])
        self.remove('network', self.network)
        self.assertEqual({}, self.lies())
        self.ec2.describe_vpcs(VpcIds=[self.shared['VpcId']])

    def test_subnets_lie_in_its_blocks(self):
        error = self.subnet(self.network, '10.51.0.0/24', 400)
        self.assertIn('10.50.0.0/16', error['message'])
        self.assertIn('vpc_id', error['message'])
        error = self.subnet(self.network, None, 400, 6)
        self.assertIn('IPv6', error['message'])

    def test_and_apart_from_each_other(self):
        self.subnet(self.network, '10.50.1.0/24')
        error = self.subnet(self.make(), '10.50.1.0/24', 400)
        self.assertIn('10.50.1.0/24', error['message'])
        self.assertEqual(1, len(self.lies()))

    def test_a_network_stays_where_it_is_when_the_option_changes(self):
        self.subnet(self.network, '10.50.1.0/24')
        cfg.CONF.clear_override('vpc_id', group='ml2_ec2')
        second = self.subnet(self.network, '10.50.2.0/24')
        self.assertEqual(self.shared['VpcId'],
                         self.lies()[second['id']]['VpcId'])

    def test_a_vpc_that_is_not_there(self):
        cfg.CONF.set_override('vpc_id', 'vpc-0123456789abcdef0',
                              group='ml2_ec2')
        error = self.make(503)
        self.assertIn('vpc_id', error['message'])


class OthersTest(managed.ManagedTestCase):

    def test_what_is_not_ours_is_never_deleted(self):
        network = self.make()
        subnet = self.subnet(network)
        theirs = self.ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']
        lies = self.ec2.create_subnet(
            VpcId=theirs['VpcId'], CidrBlock='10.0.1.0/24')['Subnet']
        for cloud, managed_tag in (('another', 'true'),
                                   (base.CLOUD, 'false')):
            self.ec2.create_tags(
                Resources=[theirs['VpcId'], lies['SubnetId']], Tags=[
                    {'Key': tag_keys.CLOUD, 'Value': cloud},
                    {'Key': tag_keys.MANAGED, 'Value': managed_tag},
                    {'Key': tag_keys.NETWORK, 'Value': network['id']},
                    {'Key': tag_keys.SUBNET, 'Value': subnet['id']}])
            self.rounds()
        self.remove('network', network)
        self.rounds()
        self.assertEqual({}, self.vpcs())
        self.ec2.describe_subnets(SubnetIds=[lies['SubnetId']])
