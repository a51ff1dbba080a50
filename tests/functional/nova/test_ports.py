# SPDX-License-Identifier: Apache-2.0
"""Ports, addresses and MACs: one truth in Nova, Neutron and EC2."""

import fixtures

from tests.functional.nova import base


class PortTest(base.NovaTestCase):

    def assert_agreed(self, server):
        """Nova, Neutron and EC2 name the same MAC and address."""
        server = self.admin_api.get_server(server['id'])
        shown, = server['addresses']['private']
        port, = self.neutron.ports_of(server['id'])
        nic, = self.instance_of(server)['interfaces']
        self.assertEqual(
            (nic['mac_address'], nic['private_address']),
            (shown['OS-EXT-IPS-MAC:mac_addr'], shown['addr']))
        self.assertEqual(
            (nic['mac_address'], nic['private_address']),
            (port['mac_address'], port['fixed_ips'][0]['ip_address']))
        return port

    def test_the_address_and_the_mac_are_the_instances_own(self):
        port = self.assert_agreed(self.boot())
        self.assertEqual((base.HOST, 'other', 'ACTIVE'),
                         (port['binding:host_id'], port['binding:vif_type'],
                          port['status']))

    def test_the_port_is_bound_with_its_mac_in_one_update(self):
        server = self.boot()
        port, = self.neutron.ports_of(server['id'])
        bound = [sent for port_id, sent in self.neutron.updates
                 if port_id == port['id'] and sent.get('binding:host_id')]
        self.assertEqual(1, len(bound))
        self.assertEqual(port['mac_address'], bound[0]['mac_address'])

    def test_a_port_made_before_keeps_its_address(self):
        port = self.neutron.create_port()['port']
        server = self.boot(networks=[{'port': port['id']}])
        now = self.assert_agreed(server)
        self.assertEqual(port['id'], now['id'])
        self.assertEqual(port['fixed_ips'], now['fixed_ips'])
        self.delete(server)
        kept = self.neutron.show_port(port['id'])['port']
        self.assertEqual(('', 'unbound'), (kept['device_id'],
                                           kept['binding:vif_type']))
        again = self.boot(networks=[{'port': port['id']}])
        self.assertEqual(port['fixed_ips'],
                         self.assert_agreed(again)['fixed_ips'])

    def test_an_address_asked_for_is_the_instances(self):
        wanted = self.neutron._pool[40]
        server = self.boot(networks=[{
            'uuid': self.neutron.network_1['id'], 'fixed_ip': wanted}])
        self.assertEqual(
            wanted,
            self.assert_agreed(server)['fixed_ips'][0]['ip_address'])

    def test_two_ports_are_two_interfaces(self):
        ports = [self.neutron.create_port()['port'] for _ in range(2)]
        server = self.boot(networks=[{'port': port['id']}
                                     for port in ports])
        nics = self.instance_of(server)['interfaces']
        self.assertEqual(
            [port['fixed_ips'][0]['ip_address'] for port in ports],
            [nic['private_address'] for nic in nics])
        self.assertEqual(
            {nic['mac_address'] for nic in nics},
            {port['mac_address']
             for port in self.neutron.ports_of(server['id'])})

    def test_a_reboot_leaves_the_port_as_it_is(self):
        server = self.boot()
        before = self.assert_agreed(server)
        self.act(server, 'reboot', {'type': 'HARD'})
        self.until(server, 'ACTIVE')
        self.restart()
        self.assertEqual(before, self.assert_agreed(server))


class ChosenAddressTest(base.NovaTestCase):
    """[ec2] port_addresses = ec2."""

    START = False

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', port_addresses='ec2')
        pool = self.neutron.subnet['allocation_pools'][0]
        # 200 to 400 of the subnet, in blocks that EC2 keeps for requests.
        first = pool['start'].rsplit('.', 2)[0]
        for block in (f'{first}.0.192/26', f'{first}.1.0/24'):
            self.ec2.create_subnet_cidr_reservation(
                SubnetId=self.subnet_id, Cidr=block,
                ReservationType='explicit')
        self.compute = self.start_ec2()

    assert_agreed = PortTest.assert_agreed

    def test_a_port_that_nova_makes_follows_ec2(self):
        server = self.boot()
        port = self.assert_agreed(server)
        self.assertNotIn(port['fixed_ips'][0]['ip_address'],
                         self.neutron._pool)
        self.assertFalse([name for name in self.launches()[0]
                          if name.endswith('PrivateIpAddress')])

    def test_a_port_made_before_keeps_its_address(self):
        port = self.neutron.create_port()['port']
        server = self.boot(networks=[{'port': port['id']}])
        self.assertEqual(port['fixed_ips'],
                         self.assert_agreed(server)['fixed_ips'])

    def test_an_address_asked_for_is_kept(self):
        wanted = self.neutron._pool[40]
        server = self.boot(networks=[{
            'uuid': self.neutron.network_1['id'], 'fixed_ip': wanted}])
        self.assertEqual(
            wanted,
            self.assert_agreed(server)['fixed_ips'][0]['ip_address'])

    def test_many_are_launched_by_few_calls_and_each_has_its_own(self):
        # As if EC2's burst of RunInstances were used up.
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.fleet.launch._ROOMY', 2.0))
        self.create(min_count=5, max_count=5)
        servers = self.api.get_servers()
        for server in servers:
            self.until(server, 'ACTIVE')
        addresses = {self.assert_agreed(server)['fixed_ips'][0]['ip_address']
                     for server in servers}
        self.assertEqual(5, len(addresses))
        self.assertLess(self.count('RunInstances'), 5)
        for server in servers:
            tags = self.instance_of(server)['tags']
            self.assertEqual(server['name'], tags['Name'])
            self.delete(server)
        self.assert_nothing_left()
