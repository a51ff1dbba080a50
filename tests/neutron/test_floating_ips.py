# SPDX-License-Identifier: Apache-2.0
import ipaddress
from unittest import mock

from neutron_lib.plugins import directory
from oslo_config import cfg

from nova_ec2 import exceptions as exc
from nova_ec2.models import tags as tag_keys
from nova_ec2.neutron.floating_ips_addresses import GATEWAYS
from nova_ec2.neutron.plugin import EC2Plugin
from tests.neutron import base
from tests.neutron.floating import FloatingTestCase, tagged


class LifeTest(FloatingTestCase):

    def test_an_address_is_allocated_when_the_floating_ip_is_made(self):
        self.assertEqual({}, self.elastic())
        made = self.float()
        (address, seen), = self.elastic().items()
        self.assertEqual(address, made['floating_ip_address'])
        self.assertEqual('DOWN', made['status'])
        self.assertEqual(
            {tag_keys.CLOUD: base.CLOUD, tag_keys.MANAGED: 'true',
             tag_keys.FLOATING_IP: self.world['id'],
             tag_keys.PROJECT: base.PROJECT},
            {key: value for key, value in tagged(seen).items()
             if key != tag_keys.TOKEN})
        self.assertEqual(self.blocks(made), self.subnets())

    def test_it_is_associated_moved_and_disassociated(self):
        made, one, other = self.float(), self.come(), self.come()
        address = made['floating_ip_address']
        self.point(made, one)
        self.assertEqual({one['fixed_ips'][0]['ip_address']: address},
                         self.public(one))
        self.assertEqual('ACTIVE', self.status(made))
        self.point(made, other)
        self.assertEqual({}, self.public(one))
        self.assertEqual({other['fixed_ips'][0]['ip_address']: address},
                         self.public(other))
        self.point(made, None)
        self.assertEqual({}, self.public(other))
        self.assertEqual('DOWN', self.status(made))
        self.assertIn(address, self.elastic())

    def test_it_is_associated_when_it_is_made(self):
        port = self.come()
        made = self.float(port_id=port['id'])
        self.assertEqual([made['floating_ip_address']],
                         [*self.public(port).values()])
        self.assertEqual('ACTIVE', self.status(made))

    def test_with_it_the_address_goes(self):
        port = self.come()
        made = self.float(port_id=port['id'])
        self.remove('floatingip', made)
        self.assertEqual({}, self.elastic())
        self.assertEqual(self.blocks(), self.subnets())
        self.assertEqual({}, self.public(port))

    def test_several_floating_ips_are_several_addresses(self):
        made = [self.float() for _ in range(3)]
        self.assertEqual({one['floating_ip_address'] for one in made},
                         self.elastic().keys())
        self.assertEqual(self.blocks(*made), self.subnets())
        self.remove('floatingip', made.pop(1))
        self.assertEqual({one['floating_ip_address'] for one in made},
                         self.elastic().keys())
        self.assertEqual(self.blocks(*made), self.subnets())

    def test_each_address_of_a_port_can_have_one(self):
        port = self.come()
        first = port['fixed_ips'][0]
        other = str(ipaddress.ip_address(first['ip_address']) + 20)
        port = self.put('port', port, fixed_ips=[
            first, {'subnet_id': self.subnet['id'], 'ip_address': other}])
        for one in port['fixed_ips']:
            self.float(port_id=port['id'],
                       fixed_ip_address=one['ip_address'])
        self.assertEqual({one['ip_address'] for one in port['fixed_ips']},
                         self.public(port).keys())

    def test_it_moves_between_the_addresses_of_a_port(self):
        port = self.come()
        other = str(ipaddress.ip_address(
            port['fixed_ips'][0]['ip_address']) + 20)
        port = self.put('port', port, fixed_ips=[
            port['fixed_ips'][0],
            {'subnet_id': self.subnet['id'], 'ip_address': other}])
        made = self.float(
            port_id=port['id'],
            fixed_ip_address=port['fixed_ips'][0]['ip_address'])
        self.put('floatingip', made, port_id=port['id'],
                 fixed_ip_address=other)
        self.assertEqual({other: made['floating_ip_address']},
                         self.public(port))

    def test_a_member_of_the_project_does_all_of_that(self):
        port = self.come()
        made = self.float(who='member', port_id=port['id'])
        self.assertEqual(1, len(self.public(port)))
        self.remove('floatingip', made, who='member')
        self.assertEqual({}, self.elastic())


class OrderTest(FloatingTestCase):
    """Heat associates before a server boots."""

    def test_a_floating_ip_waits_for_its_port_to_come(self):
        port = self.make_port(self.network)
        made = self.float(port_id=port['id'])
        self.assertEqual('DOWN', made['status'])
        port = self.launch(port)
        self.settle()
        self.assertEqual([made['floating_ip_address']],
                         [*self.public(port).values()])
        self.assertEqual('ACTIVE', self.status(made))

    def test_it_is_tried_again_while_the_server_starts(self):
        self.control.settings(pending_seconds=600)
        port = self.launched(self.network)
        made = self.float(port_id=port['id'])
        later = directory.get_plugin('ec2').floating_ips.later
        self.assertTrue(later.once())
        self.assertTrue(later.once())
        self.assertEqual('DOWN', self.status(made))
        self.assertEqual({}, self.public(port))

    def test_it_leaves_with_its_port(self):
        port = self.come()
        made = self.float(port_id=port['id'])
        self.put('port', port, who='service', **{
            'binding:host_id': '', 'binding:profile': {}})
        self.assertEqual({}, self.public(port))
        self.assertEqual('DOWN', self.status(made))
        self.assertEqual(port['id'], self.get('floatingip', made)['port_id'])

    def test_a_port_that_is_deleted_frees_it(self):
        port = self.come()
        made = self.float(port_id=port['id'])
        self.remove('port', port)
        self.assertEqual('DOWN', self.status(made))
        (seen,) = self.elastic().values()
        self.assertNotIn('AssociationId', seen)


class RefusedTest(FloatingTestCase):

    def test_a_port_on_a_private_host(self):
        port = self.to_private(self.make_port(self.network))
        error = self.float(409, port_id=port['id'])
        self.assertIn(base.PRIVATE_HOST, error['message'])
        self.assertIn('another external network', error['message'])
        self.assertEqual({}, self.elastic())
        made = self.float()
        self.point(made, port, 409)
        self.assertIsNone(self.get('floatingip', made)['port_id'])

    def test_a_port_that_goes_to_a_private_host_later_has_nothing(self):
        port = self.make_port(self.network)
        made = self.float(port_id=port['id'])
        self.to_private(port)
        self.round()
        self.assertEqual('DOWN', self.status(made))
        (seen,) = self.elastic().values()
        self.assertNotIn('AssociationId', seen)

    def test_a_port_that_no_router_connects_leaves_nothing(self):
        network, _ = self.make_network('172.31.240.0/24')
        port = self.make_port(network)
        error = self.float(404, port_id=port['id'])
        self.assertEqual('ExternalGatewayForFloatingIPNotFound',
                         error['type'])
        self.assertEqual({}, self.elastic())
        self.assertEqual(self.blocks(), self.subnets())

    def test_more_addresses_than_the_account_may_have(self):
        self.control.settings(addresses_limit=1)
        self.foreign()
        error = self.float(409)
        self.assertIn('has 1 in us-east-1', error['message'])
        self.assertIn('AddressLimitExceeded', error['message'])
        self.assertEqual(1, len(self.elastic()))
        self.assertEqual(self.blocks(), self.subnets())
        self.assertEqual([], self.ask('GET', 'floatingips')['floatingips'])

    def test_neutrons_own_quota_comes_first(self):
        cfg.CONF.set_override('quota_floatingip', 0, group='QUOTAS')
        self.addCleanup(cfg.CONF.clear_override, 'quota_floatingip',
                        group='QUOTAS')
        error = self.float(409, who='member')
        self.assertEqual('OverQuota', error['type'])
        self.assertEqual({}, self.elastic())

    def test_an_address_that_is_not_ours(self):
        for address in (self.foreign(), self.foreign(cloud=base.CLOUD),
                        '203.0.113.7'):
            error = self.float(400, floating_ip_address=address)
            self.assertIn(address, error['message'])
        self.assertEqual(self.blocks(), self.subnets())

    def test_a_subnet(self):
        (subnet,) = [one for one in self.ask('GET', 'subnets')['subnets']
                     if one['cidr'] == GATEWAYS]
        error = self.float(400, subnet_id=subnet['id'])
        self.assertIn('EC2 chooses', error['message'])
        self.assertEqual({}, self.elastic())

    def test_a_network_that_does_not_exist(self):
        self.post('floatingip', 404, floating_network_id=self.router['id'])
        self.assertEqual({}, self.elastic())

    def test_forwarding_of_ports(self):
        made, port = self.float(), self.make_port(self.network)
        error = self.ask(
            'POST', f'floatingips/{made["id"]}/port_forwardings',
            {'port_forwarding': {
                'internal_port_id': port['id'], 'protocol': 'tcp',
                'internal_ip_address': port['fixed_ips'][0]['ip_address'],
                'internal_port': 80, 'external_port': 80}}, 400)
        self.assertIn('cannot forward', error['message'])
        self.assertIsNone(self.get('floatingip', made)['router_id'])


class AskedForTest(FloatingTestCase):
    """Addresses that the operator allocated, and tagged for a network."""

    def tagged_one(self):
        return self.foreign(cloud=base.CLOUD, floating_ip=self.world['id'])

    def test_it_is_used_and_never_released(self):
        address, port = self.tagged_one(), self.come()
        made = self.float(floating_ip_address=address, port_id=port['id'])
        self.assertEqual([address], [*self.public(port).values()])
        self.remove('floatingip', made)
        self.assertEqual({}, self.public(port))
        self.assertEqual(self.blocks(), self.subnets())
        for _ in range(3):
            self.round()
        self.assertIn(address, self.elastic())

    def test_it_is_not_taken_by_who_asks_for_none(self):
        address = self.tagged_one()
        self.assertNotEqual(address, self.float()['floating_ip_address'])

    def test_it_serves_one_floating_ip(self):
        address = self.tagged_one()
        self.float(floating_ip_address=address)
        self.float(409, floating_ip_address=address)
        self.assertIn(address, self.elastic())

    def test_not_while_it_is_associated(self):
        address, port = self.tagged_one(), self.come()
        self.ec2.associate_address(
            AllocationId=self.elastic()[address]['AllocationId'],
            NetworkInterfaceId=self.interface(port)['NetworkInterfaceId'])
        error = self.float(409, floating_ip_address=address)
        self.assertIn('is associated', error['message'])
        self.assertEqual([address], [*self.public(port).values()])


class RouterTest(FloatingTestCase):
    """The plug-in router is beside ours."""

    def gateway(self, router):
        return router['external_gateway_info']['external_fixed_ips']

    def test_a_gateway_costs_no_address(self):
        (one,) = self.gateway(self.router)
        self.assertTrue(one['ip_address'].startswith('169.254.'))
        self.assertEqual({}, self.elastic())

    def test_a_gateway_takes_no_floating_ips_address(self):
        made = self.float()
        network, subnet = self.make_network('172.31.240.0/24')
        router = self.connect(self.world, subnet)
        (one,) = self.gateway(router)
        self.assertTrue(one['ip_address'].startswith('169.254.'))
        self.assertEqual(1, len(self.elastic()))
        # And none of what comes later.
        self.float()
        self.assertEqual([one], self.gateway(self.get('router', router)))
        self.assertEqual('DOWN', self.status(made))
        self.float(port_id=self.come()['id'])

    def test_other_external_networks_are_as_ever(self):
        private = self.external(**{'provider:network_type': 'local'})
        self.post('subnet', network_id=private['id'], ip_version=4,
                  cidr='198.51.100.0/24', enable_dhcp=False)
        network, subnet = self.make_network('10.77.0.0/24')
        router = self.connect(private, subnet)
        port = self.to_private(self.make_port(network))
        made = self.post('floatingip', floating_network_id=private['id'],
                         port_id=port['id'])
        self.assertTrue(made['floating_ip_address'].startswith('198.51.'))
        self.assertEqual(router['id'], made['router_id'])
        forwarded = self.post('floatingip',
                              floating_network_id=private['id'])
        other = self.make_port(network)
        self.ask('POST', f'floatingips/{forwarded["id"]}/port_forwardings',
                 {'port_forwarding': {
                     'internal_port_id': other['id'], 'protocol': 'tcp',
                     'internal_ip_address':
                         other['fixed_ips'][0]['ip_address'],
                     'internal_port': 80, 'external_port': 80}})
        self.round()
        self.remove('floatingip', made)
        self.assertEqual([], [call for call in self.control.calls()
                              if call['action'] == 'AllocateAddress'])

    def test_without_the_mechanism_driver_it_does_not_start(self):
        drivers = self.plugin.mechanism_manager.mech_drivers
        with mock.patch.dict(drivers):
            del drivers['ec2']
            error = self.assertRaises(exc.ConfigurationError, EC2Plugin)
        self.assertIn('mechanism_drivers', str(error))

    def test_the_network_goes_with_what_is_its(self):
        self.float()
        self.ask('PUT', f'routers/{self.router["id"]}',
                 {'router': {'external_gateway_info': None}})
        self.remove('network', self.world)
        self.assertEqual({}, self.elastic())
