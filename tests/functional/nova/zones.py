# SPDX-License-Identifier: Apache-2.0
"""Two EC2 hosts in two zones, and a network with a subnet in each."""

from tests.functional.nova import base

HOST_B = 'ec2-us-east-1b'
ZONE_B = 'us-east-1b'


class ZonesCase(base.NovaTestCase):
    """Neutron says which subnets are on EC2, nova-scheduler asks it.

    Neutron takes addresses from the first zone's subnet while it has some.
    """

    def _set_options(self):
        super()._set_options()
        self.flags(group='filter_scheduler', enabled_filters=[
            'ComputeFilter', 'EC2MoveFilter', 'EC2PortFilter'],
            available_filters=[
                'nova.scheduler.filters.all_filters',
                'nova_ec2.scheduler.filters.EC2MoveFilter',
                'nova_ec2.scheduler.port_filter.EC2PortFilter'])

    def setUp(self):
        super().setUp()
        self.network_id = self.neutron.network_1['id']
        self.in_a = self.neutron.subnet['id']
        self.neutron.put_on_ec2(self.in_a, self.subnet_id, base.ZONE)
        subnet = self.emulator.default_subnet(ZONE_B)
        self.subnet_b, self.cidr_b = subnet['SubnetId'], subnet['CidrBlock']
        self.vpc_id = subnet['VpcId']
        self.in_b = self.neutron.add_subnet(self.cidr_b)
        self.neutron.put_on_ec2(self.in_b, self.subnet_b, ZONE_B)

    def start_b(self):
        """The host of the second zone."""
        self.neutron.ec2_hosts.add(HOST_B)
        self.flags(group='ec2', availability_zone=ZONE_B)
        try:
            return self.start_ec2(HOST_B)
        finally:
            self.flags(group='ec2', availability_zone=base.ZONE)

    def port_in(self, subnet_id, **more):
        """A port that somebody makes before a server."""
        network_id = self.neutron._subnets[subnet_id]['network_id']
        return self.neutron.create_port({'port': {
            'network_id': network_id,
            'fixed_ips': [{'subnet_id': subnet_id}], **more}})['port']

    def boot_on(self, host, **changes):
        """A server on a certain host, which the scheduler has to like."""
        return self.boot(self.admin_api, host=host, **changes)

    def forced(self, host, **changes):
        """The fault of a server that is forced onto a host, past filters."""
        server = self.create(
            self.admin_api, availability_zone=f'nova:{host}', **changes)
        return self.until(server, 'ERROR')['fault']['message']

    def host_of(self, server):
        return self.admin_api.get_server(server['id'])[
            'OS-EXT-SRV-ATTR:host']

    def now(self, port):
        """A port as Neutron has it."""
        return self.neutron.show_port(port['id'])['port']

    def the_port(self, server):
        """The only port of a server."""
        port, = self.neutron.ports_of(server['id'])
        return port

    def nics(self, server):
        """The interfaces that EC2 has for a server, by device index."""
        return {nic['device_index']: nic for nic in
                self.instance_of(server)['interfaces']}

    def assert_agreed(self, server, zone):
        """Everybody says where the only port is; returns it."""
        instance, port = self.instance_of(server), self.the_port(server)
        self.assertEqual(zone, instance['zone'])
        nic, = instance['interfaces']
        subnet_id = (self.subnet_id if zone == base.ZONE else self.subnet_b)
        self.assertEqual(subnet_id, nic['subnet_id'])
        fixed, = port['fixed_ips']
        shown, = next(iter(self.api.get_server(
            server['id'])['addresses'].values()))
        self.assertEqual({nic['private_address']},
                         {fixed['ip_address'], shown['addr']})
        self.assertEqual(
            self.in_a if zone == base.ZONE else self.in_b,
            fixed['subnet_id'])
        self.assertEqual(
            {'vpc_id': self.vpc_id, 'subnet_id': subnet_id, 'zone': zone,
             'interface_id': nic['interface_id']},
            port['binding:profile']['ec2'])
        return port
