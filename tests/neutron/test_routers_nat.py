# SPDX-License-Identifier: Apache-2.0
import time

from oslo_config import cfg

from nova_ec2.models import tags as tag_keys
from tests.neutron import base
from tests.neutron.test_routers import RoutersTestCase

_WAIT = 60


class NatTest(RoutersTestCase):

    EMULATOR = {'nat_gateway_seconds': 0.3}
    OPTIONS = {'default_zone': base.ZONE, 'gateways': 'nat'}

    def nats(self):
        """NAT gateways that work, by router."""
        return {self.tag(one, tag_keys.ROUTER): one for one in self.ours(
            self.ec2.describe_nat_gateways()['NatGateways'])
            if one['State'] in ('pending', 'available')}

    def public(self):
        """The VPC subnets of NAT gateways."""
        return [one for one
                in self.ours(self.ec2.describe_subnets()['Subnets'])
                if self.tag(one, tag_keys.ROLE) == tag_keys.ROLE_PUBLIC]

    def addresses(self):
        return self.ours(self.ec2.describe_addresses()['Addresses'])

    def rounds_until(self, done):
        """EC2 takes a while until its NAT gateways are gone."""
        until = time.monotonic() + _WAIT
        while not done() and time.monotonic() < until:
            self.rounds()
        self.assertTrue(done())

    def nothing_is_left(self):
        self.rounds_until(lambda: not (
            self.nats() or self.public() or self.addresses()
            or self.tables() or self.gateways()))

    def test_the_gateway_is_a_nat_gateway(self):
        router = self.router(gateway=True)
        self.join(router)
        nat = self.nats()[router['id']]
        self.assertEqual({'0.0.0.0/0': nat['NatGatewayId']},
                         self.routes(router))
        (public,) = self.public()
        self.assertEqual(public['SubnetId'], nat['SubnetId'])
        self.assertEqual('10.0.255.240/28', public['CidrBlock'])
        self.assertEqual(base.ZONE, public['AvailabilityZone'])
        (table,) = self.ec2.describe_route_tables(Filters=[
            {'Name': 'association.subnet-id',
             'Values': [public['SubnetId']]}])['RouteTables']
        self.assertEqual(
            [self.gateways()[self.vpc_id]],
            [one['GatewayId'] for one in table['Routes']
             if one['Origin'] == 'CreateRoute'])
        self.assertEqual(1, len(self.addresses()))

    def test_it_all_goes_with_the_routers_gateway(self):
        router = self.router(gateway=True)
        self.join(router)
        self.ungate(router)
        self.assertEqual({}, self.routes(router))
        self.leave(router)
        self.nothing_is_left()
        self.remove('network', self.network)
        self.assertEqual({}, self.vpcs())

    def test_a_round_without_a_difference_changes_nothing(self):
        router = self.router(gateway=True)
        self.join(router)
        before = len(self.control.calls())
        self.rounds()
        self.assertEqual([], [
            call['action'] for call in self.control.calls()[before:]
            if not call['action'].startswith('Describe')])

    def test_without_snat_it_is_an_internet_gateway(self):
        router = self.router()
        self.join(router)
        self.gate(router, enable_snat=False)
        self.assertEqual({'0.0.0.0/0': self.gateways()[self.vpc_id]},
                         self.routes(router))
        self.assertEqual({}, self.nats())

    def test_a_vpc_that_is_full_is_refused(self):
        cfg.CONF.set_override('vpc_cidr', '10.8.0.0/24', group='ml2_ec2')
        self.addCleanup(cfg.CONF.clear_override, 'vpc_cidr',
                        group='ml2_ec2')
        subnet = self.subnet(self.make(), '10.8.0.0/24')
        router = self.router(gateway=True)
        error = self.join(router, subnet, 409)
        self.assertIn('/28', error['message'])
        self.assertIn('gateways', error['message'])
        self.nothing_is_left()

    def test_no_addresses_left_is_the_users_error(self):
        self.control.fault('error', 'AllocateAddress', status=400,
                           code='AddressLimitExceeded')
        router = self.router()
        self.join(router)
        self.assertIn('AddressLimitExceeded',
                      self.gate(router, expect=409)['message'])
        self.assertIsNone(
            self.get('router', router)['external_gateway_info'])
        self.leave(router)
        self.nothing_is_left()

    def test_killed_in_mid_call(self):
        for method in ('create_subnet', 'create_nat_gateway',
                       'allocate_address'):
            for after in (False, True):
                with self.subTest(method=method, after=after):
                    router = self.router()
                    self.join(router)
                    with self.dies_at(method, after):
                        self.gate(router)
                    self.nothing_is_left_of(router)
                    self.leave(router)
                    self.nothing_is_left()

    def nothing_is_left_of(self, router):
        """Neutron had not saved the gateway."""
        self.rounds_until(lambda: not (
            self.nats() or self.public() or self.addresses()))
        self.assertEqual({}, self.routes(router))


class FloatingTest(RoutersTestCase):

    SERVICES = ('flavors', 'router', 'ec2')
    OPTIONS = {'default_zone': base.ZONE, 'gateways': 'nat'}

    def test_floating_ips_are_refused_behind_it(self):
        router = self.router(gateway=True)
        self.join(router)
        port = self.make_port(self.network)
        error = self.post('floatingip', 409, port_id=port['id'],
                          floating_network_id=self.outside['id'])
        self.assertIn('enable_snat', error['message'])
        loose = self.post('floatingip',
                          floating_network_id=self.outside['id'])
        self.put('floatingip', loose, 409, port_id=port['id'])
        self.assertIsNone(self.get('floatingip', loose)['port_id'])
