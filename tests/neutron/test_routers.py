# SPDX-License-Identifier: Apache-2.0
import unittest
from unittest import mock

from nova_ec2.models import tags as tag_keys
from nova_ec2.models.routing import RouteTable
from nova_ec2.neutron.routers_vpc import VpcRouting
from tests.neutron import base, managed


class RoutersTestCase(managed.ManagedTestCase):

    def setUp(self):
        super().setUp()
        self.network = self.make()
        self.sub = self.subnet(self.network)
        self.vpc_id = self.vpcs()[self.network['id']]['VpcId']
        self.outside = self.external()

    def external(self, kind='ec2'):
        return self.post('network', name='elastic', admin_state_up=True,
                         **{'provider:network_type': kind,
                            'router:external': True})

    def router(self, gateway=False, **attributes):
        if gateway:
            attributes['external_gateway_info'] = {
                'network_id': self.outside['id']}
        return self.post('router', name='r', admin_state_up=True,
                         **attributes)

    def join(self, router, subnet=None, expect=None):
        return self.ask(
            'PUT', f'/routers/{router["id"]}/add_router_interface',
            {'subnet_id': (subnet or self.sub)['id']}, expect)

    def leave(self, router, subnet=None, expect=None):
        return self.ask(
            'PUT', f'/routers/{router["id"]}/remove_router_interface',
            {'subnet_id': (subnet or self.sub)['id']}, expect)

    def gate(self, router, network=None, expect=None, **more):
        return self.put('router', router, expect, external_gateway_info={
            'network_id': (network or self.outside)['id'], **more})

    def ungate(self, router):
        return self.put('router', router, external_gateway_info=None)

    # EC2's truth

    def tables(self):
        """Route tables that were made, by router."""
        found = [one for one in self.ours(
            self.ec2.describe_route_tables()['RouteTables'])
            if not self.tag(one, tag_keys.ROLE)]
        made = {self.tag(one, tag_keys.ROUTER): one for one in found}
        self.assertEqual(len(found), len(made), 'one was made twice')
        return made

    def subnets_of(self, router):
        return {one['SubnetId'] for one
                in self.tables()[router['id']]['Associations']}

    def routes(self, router):
        """Targets by destination, but the VPC's own."""
        return {
            one.get('DestinationCidrBlock')
            or one['DestinationIpv6CidrBlock']:
            one.get('GatewayId') or one.get('NatGatewayId')
            or one['NetworkInterfaceId']
            for one in self.tables()[router['id']]['Routes']
            if one['Origin'] == 'CreateRoute'}

    def gateways(self):
        """Internet gateways that were made, by VPC."""
        found = self.ours(
            self.ec2.describe_internet_gateways()['InternetGateways'])
        return {''.join(at['VpcId'] for at in one['Attachments']):
                one['InternetGatewayId'] for one in found}

    def default_vpc_is_untouched(self):
        self.assertNotIn(base.CLOUD, str(self.ec2.describe_route_tables(
            Filters=[{'Name': 'vpc-id', 'Values': [
                self.vpc_subnet['VpcId']]}])))


class InterfaceTest(RoutersTestCase):

    def test_a_router_is_a_route_table_of_its_subnets(self):
        router = self.router()
        self.assertEqual({}, self.tables())
        self.join(router)
        self.assertEqual(self.vpc_id, self.tables()[router['id']]['VpcId'])
        self.assertEqual({self.sub['ec2:subnet_id']},
                         self.subnets_of(router))
        self.assertEqual({}, self.routes(router))
        other = self.subnet(self.network, '10.0.2.0/24')
        self.join(router, other)
        self.assertEqual(
            {self.sub['ec2:subnet_id'], other['ec2:subnet_id']},
            self.subnets_of(router))

    def test_both_ip_versions(self):
        six = self.subnet(self.network, None, version=6)
        router = self.router(gateway=True)
        self.join(router)
        self.join(router, six)
        self.assertEqual({'0.0.0.0/0', '::/0'}, self.routes(router).keys())
        self.leave(router, six)
        self.assertEqual({'0.0.0.0/0'}, self.routes(router).keys())
        self.assertEqual({self.sub['ec2:subnet_id']},
                         self.subnets_of(router))

    def test_the_table_goes_with_the_last_interface(self):
        router = self.router(gateway=True)
        self.join(router)
        self.leave(router)
        self.assertEqual({}, self.tables())
        self.assertEqual({}, self.gateways())
        self.remove('router', router)
        self.remove('network', self.network)
        self.assertEqual({}, self.vpcs())

    def test_subnets_of_two_vpcs_are_refused(self):
        other = self.subnet(self.make(), '10.0.9.0/24')
        router = self.router()
        self.join(router)
        error = self.join(router, other, 409)
        for word in ('VPC', 'vpc_id', self.vpc_id):
            self.assertIn(word, error['message'])
        self.assertEqual({self.sub['ec2:subnet_id']},
                         self.subnets_of(router))

    def test_private_subnets_beside_are_refused(self):
        private = self.post('network', name='private', admin_state_up=True,
                            **{'provider:network_type': 'local'})
        subnet = self.post('subnet', network_id=private['id'], ip_version=4,
                           cidr='192.0.2.0/24')
        router = self.router()
        self.join(router)
        self.assertIn('router for each',
                      self.join(router, subnet, 409)['message'])
        other = self.router()
        self.join(other, subnet)
        self.join(other, expect=409)
        self.assertEqual({router['id']}, self.tables().keys())

    def test_a_second_router_of_a_subnet_is_refused(self):
        self.join(self.router())
        port = self.post('port', network_id=self.network['id'])
        other = self.router()
        error = self.ask(
            'PUT', f'/routers/{other["id"]}/add_router_interface',
            {'port_id': port['id']}, 409)
        self.assertIn('one router', error['message'])
        self.assertEqual(1, len(self.tables()))

    def test_a_quota_leaves_nothing(self):
        self.control.fault('error', 'CreateRouteTable', status=400,
                           code='RouteTableLimitExceeded')
        router = self.router()
        self.assertIn('RouteTableLimitExceeded',
                      self.join(router, expect=409)['message'])
        self.assertEqual({}, self.tables())
        self.assertEqual([], self.ask('GET', '/ports')['ports'])


class GatewayTest(RoutersTestCase):

    def test_the_gateway_is_an_internet_gateway_and_a_route(self):
        router = self.router()
        self.join(router)
        self.gate(router)
        (vpc_id, gateway), = self.gateways().items()
        self.assertEqual(self.vpc_id, vpc_id)
        self.assertEqual({'0.0.0.0/0': gateway}, self.routes(router))

    def test_whichever_comes_first(self):
        router = self.router(gateway=True)
        self.assertEqual({}, self.gateways())
        self.join(router)
        self.assertEqual({'0.0.0.0/0': self.gateways()[self.vpc_id]},
                         self.routes(router))

    def test_it_goes_when_the_routers_gateway_goes(self):
        router = self.router(gateway=True)
        self.join(router)
        self.ungate(router)
        self.assertEqual({}, self.gateways())
        self.assertEqual({}, self.routes(router))

    def test_two_routers_of_a_vpc_share_it(self):
        other = self.subnet(self.network, '10.0.2.0/24')
        one, two = self.router(gateway=True), self.router(gateway=True)
        self.join(one)
        self.join(two, other)
        self.assertEqual(1, len(self.gateways()))
        self.ungate(one)
        self.assertEqual({}, self.routes(one))
        self.assertEqual({'0.0.0.0/0': self.gateways()[self.vpc_id]},
                         self.routes(two))
        self.ungate(two)
        self.assertEqual({}, self.gateways())

    def test_an_external_network_that_is_not_ec2s_is_refused(self):
        other = self.external('local')
        router = self.router()
        self.join(router)
        self.assertIn(other['id'],
                      self.gate(router, other, 400)['message'])
        second = self.router(external_gateway_info={
            'network_id': other['id']})
        self.leave(router)
        self.join(second, expect=409)

    def test_a_quota_is_the_users_error_and_leaves_nothing(self):
        self.control.settings(internet_gateways_limit=1)
        router = self.router()
        self.join(router)
        self.assertIn('InternetGatewayLimitExceeded',
                      self.gate(router, expect=409)['message'])
        self.assertEqual({}, self.gateways())
        self.assertEqual({}, self.routes(router))
        self.assertIsNone(
            self.get('router', router)['external_gateway_info'])

    def test_the_operators_gateway_is_used_and_stays(self):
        theirs = self.ec2.create_internet_gateway()['InternetGateway'][
            'InternetGatewayId']
        self.ec2.attach_internet_gateway(InternetGatewayId=theirs,
                                         VpcId=self.vpc_id)
        router = self.router(gateway=True)
        self.join(router)
        self.assertEqual({'0.0.0.0/0': theirs}, self.routes(router))
        self.leave(router)
        self.rounds()
        (left,) = self.ec2.describe_internet_gateways(
            InternetGatewayIds=[theirs])['InternetGateways']
        self.assertEqual(self.vpc_id, left['Attachments'][0]['VpcId'])


class ExtraRoutesTest(RoutersTestCase):

    def setUp(self):
        super().setUp()
        self.router_ = self.router()
        self.join(self.router_)
        self.vpc_subnet = {'SubnetId': self.sub['ec2:subnet_id']}
        self.port = self.launched(self.network)
        self.hop = self.port['fixed_ips'][0]['ip_address']

    def set(self, *routes, expect=None):
        return self.put('router', self.router_, expect, routes=[
            {'destination': to, 'nexthop': hop} for to, hop in routes])

    def test_a_route_to_a_server_on_ec2(self):
        eni = self.port['binding:profile']['ec2']['interface_id']
        self.set(('192.0.2.0/24', self.hop))
        self.assertEqual({'192.0.2.0/24': eni}, self.routes(self.router_))
        self.set(('198.51.100.0/24', self.hop))
        self.assertEqual({'198.51.100.0/24': eni},
                         self.routes(self.router_))
        self.set()
        self.assertEqual({}, self.routes(self.router_))

    def test_what_ec2_does_not_route(self):
        for route, word in (
                (('192.0.2.0/24', '10.0.1.77'), '10.0.1.77'),
                (('10.0.1.0/28', self.hop), '10.0.1.0/28')):
            self.assertIn(word, self.set(route, expect=400)['message'])
        self.assertEqual([], self.get('router', self.router_)['routes'])
        self.assertEqual({}, self.routes(self.router_))

    def test_one_that_somebody_made_on_ec2_goes(self):
        table = self.tables()[self.router_['id']]['RouteTableId']
        self.ec2.create_route(
            RouteTableId=table, DestinationCidrBlock='203.0.113.0/24',
            NetworkInterfaceId=self.port['binding:profile']['ec2'][
                'interface_id'])
        self.rounds()
        self.assertEqual({}, self.routes(self.router_))


class OperatorsRouteTest(unittest.TestCase):

    def test_a_route_to_a_vpn_stays(self):
        done = []
        routing = VpcRouting(mock.Mock(), 'vpc-1',
                             lambda call, *rest: done.append(rest))
        table = RouteTable('rtb-1', 'vpc-1', routes={
            '192.0.2.0/24': 'vgw-1', '198.51.100.0/24': 'tgw-1',
            '203.0.113.0/24': 'igw-1'})
        routing.set_routes(table, {})
        self.assertEqual(['203.0.113.0/24'],
                         [rest[-1] for rest in done])


class ExistingTest(RoutersTestCase):

    def test_mapped_subnets_are_not_routed_by_us(self):
        self.vpc_subnet = self.emulator.default_subnet(base.ZONE)
        network = self.post('network', name='mapped', admin_state_up=True,
                            **{'provider:network_type': 'local'})
        subnet = self.post('subnet', network_id=network['id'], ip_version=4,
                           cidr=self.vpc_subnet['CidrBlock'])
        self.ec2.create_tags(
            Resources=[self.vpc_subnet['SubnetId']], Tags=[
                {'Key': tag_keys.CLOUD, 'Value': base.CLOUD},
                {'Key': tag_keys.SUBNET, 'Value': subnet['id']}])
        self.driver.mapped._asked = None
        self.get('subnet', subnet)
        router = self.router(gateway=True)
        self.join(router, subnet)
        self.rounds()
        self.assertEqual({}, self.tables())
        self.assertEqual({}, self.gateways())
        self.default_vpc_is_untouched()
