# SPDX-License-Identifier: Apache-2.0
"""Ports with several addresses, of IPv4 and of IPv6."""

from tests.functional.nova import base
from tests.functional.nova.test_mapping import ED25519
from tests.functional.nova.zones import ZonesCase


class PortAddressesTest(ZonesCase):
    """The VPC subnet has an IPv6 block, and a Neutron subnet for it."""

    def setUp(self):
        super().setUp()
        vpc_id = self.ec2.create_vpc(
            CidrBlock='10.60.0.0/16', AmazonProvidedIpv6CidrBlock=True)[
                'Vpc']['VpcId']
        vpc, = self.ec2.describe_vpcs(VpcIds=[vpc_id])['Vpcs']
        six = vpc['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        self.cidr_6 = six.replace('/56', '/64')
        self.made = self.ec2.create_subnet(
            VpcId=vpc_id, CidrBlock='10.60.0.0/23',
            Ipv6CidrBlock=self.cidr_6,
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        self.dual = self.neutron.add_network()
        self.four, self.six = (
            self.neutron.add_subnet(cidr, self.dual)
            for cidr in ('10.60.0.0/23', self.cidr_6))
        for one in (self.four, self.six):
            self.neutron.put_on_ec2(one, self.made, base.ZONE)

    def port(self, four=1, six=0):
        """A port made before with so many addresses."""
        return self.neutron.create_port({'port': {
            'network_id': self.dual, 'fixed_ips': [
                *[{'subnet_id': self.four}] * four,
                *[{'subnet_id': self.six}] * six]}})['port']

    def assert_has_all(self, port, nic):
        """EC2 gives the interface what Neutron gives the port."""
        of_port = {fixed['ip_address'] for fixed in
                   self.now(port)['fixed_ips']}
        self.assertEqual(of_port, {*nic['private_addresses'],
                                   *nic['ipv6_addresses']})
        self.assertEqual(self.made, nic['subnet_id'])

    def test_of_a_port_made_before(self):
        port = self.port(3, 2)
        server = self.boot(networks=[{'port': port['id']}],
                           flavorRef=self.flavor(memory_mb=4096))
        self.assert_has_all(port, self.nics(server)[0])
        self.assertEqual(port['fixed_ips'], self.now(port)['fixed_ips'])
        self.assertEqual(
            port['fixed_ips'][0]['ip_address'],
            self.nics(server)[0]['private_address'])
        shown, = self.api.get_server(server['id'])['addresses'].values()
        self.assertEqual({fixed['ip_address'] for fixed in port['fixed_ips']},
                         {one['addr'] for one in shown})

    def test_of_one_that_nova_makes(self):
        """Neutron gives it one of each."""
        server = self.boot(networks=[{'uuid': self.dual}])
        port = self.the_port(server)
        self.assertEqual(2, len(port['fixed_ips']))
        self.assert_has_all(port, self.nics(server)[0])

    def test_with_a_config_drive(self):
        port = self.port(2, 1)
        server = self.boot(networks=[{'port': port['id']}],
                           config_drive=True)
        self.assert_has_all(port, self.nics(server)[0])

    def test_of_one_attached_later(self):
        first, port = self.port(), self.port(2, 1)
        server = self.boot(networks=[{'port': first['id']}])
        self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        self.assert_has_all(port, self.nics(server)[1])

    def test_the_same_again_after_a_new_launch(self):
        port = self.port(2, 1)
        server = self.boot(networks=[{'port': port['id']}])
        self.api.post_keypair({'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        self.act(server, 'rebuild', {'imageRef': self.image,
                                     'key_name': 'mine'})
        self.until(server, 'ACTIVE')
        living, = self.emulator.living()
        self.assert_has_all(port, living['interfaces'][0])

    def test_a_port_without_ipv6_gets_none_of_its_subnet(self):
        self.ec2.modify_subnet_attribute(
            SubnetId=self.made, AssignIpv6AddressOnCreation={'Value': True})
        first, port = self.port(), self.port()
        server = self.boot(networks=[{'port': first['id']}])
        self.api.attach_interface(server['id'], {
            'interfaceAttachment': {'port_id': port['id']}})
        for index, one in enumerate((first, port)):
            self.assert_has_all(one, self.nics(server)[index])

    def test_where_ec2_chooses_it_chooses_no_single_one(self):
        """Both families of a port are asked for together."""
        self.flags(group='ec2', port_addresses='ec2')
        server = self.boot(networks=[{'uuid': self.dual}])
        self.assert_has_all(self.the_port(server), self.nics(server)[0])

    def test_a_type_with_room_for_them_is_chosen(self):
        """t3.nano, the cheapest, gives an interface two of IPv4."""
        port = self.port(3)
        server = self.boot(networks=[{'port': port['id']}],
                           flavorRef=self.flavor(memory_mb=512))
        self.assert_has_all(port, self.nics(server)[0])

    def test_a_type_without_room_for_them_is_refused(self):
        port = self.port(3)
        words = self.refused(
            networks=[{'port': port['id']}],
            flavorRef=self.flavor(memory_mb=512, extra_specs={
                'ec2:instance_type': 't3.nano'}))
        for word in ('t3.nano', '3 IPv4 addresses', port['id']):
            self.assertIn(word, words)
        self.assertEqual([], self.launches())

    def test_a_resize_to_a_type_without_room_for_them(self):
        self.flags(allow_resize_to_same_host=True)
        port = self.port(3)
        server = self.boot(networks=[{'port': port['id']}],
                           flavorRef=self.flavor(memory_mb=4096))
        self.act(server, 'resize', {'flavorRef': self.flavor(
            memory_mb=512, extra_specs={'ec2:instance_type': 't3.nano'})})
        self.wait_until(lambda: any(
            '3 IPv4 addresses' in (event.get('details') or '')
            for event in self.admin_api.get_instance_action_details(
                server['id'], self.action_id(server, 'resize'))['events']),
            'the refusal')
        self.until(server, 'ACTIVE')
        self.assert_has_all(port, self.nics(server)[0])

    def action_id(self, server, name):
        return next(one['request_id'] for one in
                    self.api.get_instance_actions(server['id'])
                    if one['action'] == name)

    def test_ipv6_alone_is_refused(self):
        words = self.refused(networks=[{'port': self.port(0, 1)['id']}])
        self.assertIn('IPv6 addresses alone', words)
        self.assertEqual([], self.launches())

    def test_one_of_them_is_taken_on_ec2(self):
        port = self.port(2)
        address = port['fixed_ips'][1]['ip_address']
        self.ec2.create_network_interface(SubnetId=self.made,
                                          PrivateIpAddress=address)
        self.assertIn(address, self.refused(
            networks=[{'port': port['id']}]))
