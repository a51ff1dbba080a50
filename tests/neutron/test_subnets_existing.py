# SPDX-License-Identifier: Apache-2.0
import ipaddress
import unittest
from unittest import mock

from oslo_config import cfg

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron import mapped as mapping
from tests.neutron import base


class ExistingTestCase(base.NeutronTestCase):
    """Neutron subnets in VPC subnets that were there before."""

    EXTENSIONS = ('port_security', 'ec2')

    def setUp(self):
        super().setUp()
        self.network, self.subnet = self.make_network()

    def tag(self, *subnets, ec2_id=None, cloud=base.CLOUD):
        """What the operator of the AWS account does."""
        self.ec2.create_tags(
            Resources=[ec2_id or self.vpc_subnet['SubnetId']], Tags=[
                {'Key': tag_keys.CLOUD, 'Value': cloud},
                {'Key': tag_keys.SUBNET,
                 'Value': ' '.join(one['id'] for one in subnets)}])

    def later(self):
        """So much later that what is known is asked anew."""
        self.driver.mapped._asked = None

    def shown(self, subnet=None):
        found = self.get('subnet', subnet or self.subnet)
        return found['ec2:zone'], found['ec2:subnet_id']

    def asked(self):
        return [call for call in self.control.calls()
                if call['action'] == 'DescribeSubnets']

    @property
    def here(self):
        return base.ZONE, self.vpc_subnet['SubnetId']


class TagsTest(ExistingTestCase):

    def test_a_subnet_without_a_tag_is_not_on_ec2(self):
        self.assertEqual(('', ''), self.shown())

    def test_a_tagged_one_is(self):
        self.tag(self.subnet)
        self.later()
        self.assertEqual(self.here, self.shown())

    def test_everybody_reads_it(self):
        self.tag(self.subnet)
        self.later()
        (found,) = self.ask('GET', '/subnets', who='member')['subnets']
        self.assertEqual(self.here, (found['ec2:zone'],
                                     found['ec2:subnet_id']))

    def test_another_clouds_tag_says_nothing(self):
        self.tag(self.subnet, cloud='another')
        self.later()
        self.assertEqual(('', ''), self.shown())

    def test_two_vpc_subnets_for_one_are_none(self):
        other = self.emulator.default_subnet('us-east-1b')
        self.tag(self.subnet)
        self.tag(self.subnet, ec2_id=other['SubnetId'])
        self.later()
        self.assertEqual(('', ''), self.shown())

    def test_a_list_of_many_costs_one_call(self):
        for number in range(5):
            self.post('subnet', network_id=self.network['id'], ip_version=4,
                      cidr=f'192.0.2.{16 * number}/28')
        self.later()
        before = len(self.asked())
        found = self.ask('GET', '/subnets')['subnets']
        self.assertEqual(6, len(found))
        self.assertEqual(1, len(self.asked()) - before)
        self.ask('GET', '/subnets')
        self.assertEqual(1, len(self.asked()) - before)

    def test_another_cidr_is_not_on_ec2(self):
        _, other = self.make_network('192.0.2.0/24')
        self.tag(other)
        self.later()
        with self.assertLogs(mapping.LOG.logger, 'ERROR') as logged:
            self.assertEqual(('', ''), self.shown(other))
        self.assertIn('192.0.2.0/24', logged.output[0])
        self.assertIn(self.vpc_subnet['CidrBlock'], logged.output[0])

    def test_what_was_known_is_told_while_ec2_does_not_answer(self):
        self.tag(self.subnet)
        self.later()
        self.assertEqual(self.here, self.shown())
        self.later()
        with mock.patch.object(self.driver.sites.get().ec2.subnets._caller,
                               'call', side_effect=exc.Throttled('later')):
            self.assertEqual(self.here, self.shown())

    def test_both_ip_versions_lie_in_one_vpc_subnet(self):
        association = self.ec2.associate_vpc_cidr_block(
            VpcId=self.vpc_id, AmazonProvidedIpv6CidrBlock=True)[
                'Ipv6CidrBlockAssociation']
        block = association['Ipv6CidrBlock'].replace('/56', '/64')
        self.ec2.associate_subnet_cidr_block(
            SubnetId=self.vpc_subnet['SubnetId'], Ipv6CidrBlock=block)
        six = self.post('subnet', network_id=self.network['id'],
                        ip_version=6, cidr=block)
        self.tag(self.subnet, six)
        self.later()
        self.assertEqual(self.here, self.shown())
        self.assertEqual(self.here, self.shown(six))


class OptionTest(ExistingTestCase):

    def map(self, **pairs):
        cfg.CONF.set_override(
            'subnet_mappings', pairs, group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, 'subnet_mappings',
                        group='ml2_ec2')
        self.later()

    def test_an_option_says_it_without_tags(self):
        self.map(**{self.subnet['id']: self.vpc_subnet['SubnetId']})
        self.assertEqual(self.here, self.shown())

    def test_the_option_holds_where_a_tag_says_another(self):
        other = self.emulator.default_subnet('us-east-1b')
        self.tag(self.subnet, ec2_id=other['SubnetId'])
        self.map(**{self.subnet['id']: self.vpc_subnet['SubnetId']})
        self.assertEqual(self.here, self.shown())

    def test_a_vpc_subnet_that_is_not_there_is_told(self):
        self.map(**{self.subnet['id']: 'subnet-0123456789abcdef0'})
        with self.assertLogs(mapping.LOG.logger, 'ERROR') as logged:
            self.assertEqual(('', ''), self.shown())
        self.assertIn('subnet-0123456789abcdef0', logged.output[0])


class NobodySetsThemTest(ExistingTestCase):

    def test_not_even_an_administrator_sets_the_vpc_subnet(self):
        self.post('subnet', 400, network_id=self.network['id'],
                  ip_version=4, cidr='192.0.2.0/28',
                  **{'ec2:subnet_id': self.vpc_subnet['SubnetId']})
        for name in ('ec2:subnet_id', 'ec2:zone'):
            self.put('subnet', self.subnet, 400, **{name: 'us-east-1b'})

    def test_a_zone_is_for_managed_subnets(self):
        error = self.post('subnet', 400, network_id=self.network['id'],
                          ip_version=4, cidr='192.0.2.0/28',
                          **{'ec2:zone': base.ZONE})
        self.assertIn('ec2:zone', error['message'])


class ReservedTest(ExistingTestCase):
    """The first four addresses and the last are EC2's."""

    def setUp(self):
        super().setUp()
        self.tag(self.subnet)

    def address(self, index):
        block = ipaddress.ip_network(self.vpc_subnet['CidrBlock'])
        return str(block[index])

    def test_a_round_takes_them_out_of_the_pools(self):
        self.round()
        self.assertEqual(
            [{'start': self.address(4), 'end': self.address(-2)}],
            self.get('subnet', self.subnet)['allocation_pools'])

    def test_nobody_gets_one_by_asking(self):
        self.round()
        for index in (2, 3, -1):
            address = self.address(index)
            error = self.make_port(
                self.network, expect=400, fixed_ips=[{
                    'subnet_id': self.subnet['id'], 'ip_address': address}])
            self.assertIn(address, error['message'])

    def test_or_before_the_first_round(self):
        self.later()
        self.shown()
        error = self.make_port(
            self.network, expect=400, fixed_ips=[{
                'subnet_id': self.subnet['id'],
                'ip_address': self.address(3)}])
        self.assertIn(self.address(3), error['message'])

    def test_the_pools_do_not_get_them_back(self):
        self.round()
        error = self.put('subnet', self.subnet, 400, allocation_pools=[
            {'start': self.address(2), 'end': self.address(9)}])
        self.assertIn(self.address(2), error['message'])
        self.assertIn(self.address(3), error['message'])

    def test_a_private_router_may_have_the_gateway(self):
        self.round()
        router = self.post('router', name='r')
        self.ask('PUT', f'/routers/{router["id"]}/add_router_interface',
                 {'subnet_id': self.subnet['id']})


class AgeTest(unittest.TestCase):

    def test_what_is_known_is_asked_anew_after_a_while(self):
        now = [0.0]
        site = mock.Mock()
        sites = mock.Mock(configured=True)
        sites.run = lambda step, else_: step(site)
        sites.all.return_value = [site]
        site.options.subnet_mappings = {}
        sites.options.subnet_mappings = {}
        site.ec2.subnets.find.return_value = []
        known = mapping.Mapped(sites, lambda: now[0])
        for seconds, calls in ((0, 1), (29, 1), (30, 2), (31, 2)):
            now[0] = seconds
            self.assertIsNone(known.of('one', '192.0.2.0/28'))
            self.assertEqual(calls, site.ec2.subnets.find.call_count)
