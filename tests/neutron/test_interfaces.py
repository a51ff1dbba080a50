# SPDX-License-Identifier: Apache-2.0
from nova_ec2.models import tags as tag_keys
from tests.neutron import base


class InterfacesTestCase(base.NeutronTestCase):

    def setUp(self):
        super().setUp()
        self.network, self.subnet = self.make_network()

    def addresses(self, port):
        """Those that EC2's interface has besides its first."""
        return {one['PrivateIpAddress']
                for one in self.interface(port)['PrivateIpAddresses']
                if not one['Primary']}

    def fixed(self, *addresses):
        return [{'subnet_id': self.subnet['id'], 'ip_address': one}
                for one in addresses]

    def inside(self, number):
        """An address of the subnet."""
        first, _, _ = self.subnet['cidr'].rpartition('.')
        return f'{first}.{number}'


class PortSecurityTest(InterfacesTestCase):

    def test_off_turns_the_check_off_and_lets_everything_pass(self):
        port = self.launched(self.network)
        self.assertTrue(self.interface(port)['SourceDestCheck'])
        port = self.put('port', port, security_groups=[],
                        port_security_enabled=False)
        seen = self.interface(port)
        self.assertFalse(seen['SourceDestCheck'])
        group = self.mirrored()[tag_keys.GROUP_ALL]
        self.assertEqual([group['GroupId']],
                         [one['GroupId'] for one in seen['Groups']])
        for key in ('IpPermissions', 'IpPermissionsEgress'):
            (one,) = group[key]
            self.assertEqual('-1', one['IpProtocol'])
            self.assertEqual('0.0.0.0/0', one['IpRanges'][0]['CidrIp'])
            self.assertEqual('::/0', one['Ipv6Ranges'][0]['CidrIpv6'])

    def test_and_on_again(self):
        port = self.launched(self.network, port_security_enabled=False,
                             security_groups=[])
        self.assertFalse(self.interface(port)['SourceDestCheck'])
        self.put('port', port, port_security_enabled=True)
        seen = self.interface(port)
        self.assertTrue(seen['SourceDestCheck'])
        self.assertEqual(
            [self.mirrored()[tag_keys.GROUP_NONE]['GroupId']],
            [one['GroupId'] for one in seen['Groups']])


class AddressesTest(InterfacesTestCase):

    def test_an_address_pair_of_the_subnet_is_a_further_address(self):
        port, pair = self.launched(self.network), self.inside(77)
        self.put('port', port, allowed_address_pairs=[{'ip_address': pair}])
        self.assertEqual({pair}, self.addresses(port))
        self.assertTrue(self.interface(port)['SourceDestCheck'])
        self.put('port', port, allowed_address_pairs=[])
        self.assertEqual(set(), self.addresses(port))

    def test_any_other_pair_turns_the_check_off(self):
        port = self.launched(self.network)
        for block in ('203.0.113.0/24', '203.0.113.9', '0.0.0.0/0'):
            self.put('port', port,
                     allowed_address_pairs=[{'ip_address': block}])
            self.assertFalse(self.interface(port)['SourceDestCheck'])
            self.assertEqual(set(), self.addresses(port))
            self.put('port', port, allowed_address_pairs=[])
            self.assertTrue(self.interface(port)['SourceDestCheck'])

    def test_a_pair_that_is_the_address_of_another_port_is_refused(self):
        other = self.make_port(self.network)
        taken = other['fixed_ips'][0]['ip_address']
        port = self.launched(self.network)
        error = self.put('port', port, 409,
                         allowed_address_pairs=[{'ip_address': taken}])
        self.assertIn(other['id'], error['message'])
        self.assertEqual([], self.get('port', port)['allowed_address_pairs'])
        self.assertEqual(set(), self.addresses(port))

    def test_further_fixed_addresses_follow(self):
        port, more = self.launched(self.network), self.inside(88)
        first = port['fixed_ips'][0]['ip_address']
        self.put('port', port, fixed_ips=self.fixed(first, more))
        self.assertEqual({more}, self.addresses(port))
        self.put('port', port, fixed_ips=self.fixed(first))
        self.assertEqual(set(), self.addresses(port))

    def test_one_that_neutron_chooses(self):
        port = self.launched(self.network)
        (first,) = port['fixed_ips']
        port = self.put('port', port, fixed_ips=[
            {'ip_address': first['ip_address']},
            {'subnet_id': self.subnet['id']}])
        (more,) = [one['ip_address'] for one in port['fixed_ips']
                   if one != first]
        self.assertEqual({more}, self.addresses(port))

    def test_the_first_address_must_stay(self):
        port = self.launched(self.network)
        before = port['fixed_ips']
        error = self.put('port', port, 400,
                         fixed_ips=self.fixed(self.inside(88)))
        self.assertIn(before[0]['ip_address'], error['message'])
        self.put('port', port, 400,
                 fixed_ips=[{'subnet_id': self.subnet['id']}])
        self.assertEqual(before, self.get('port', port)['fixed_ips'])


class OwnershipTest(InterfacesTestCase):

    def test_an_interface_of_others_is_left_alone(self):
        port = self.launched(self.network)
        eni = port['binding:profile']['ec2']['interface_id']
        self.ec2.create_tags(Resources=[eni], Tags=[
            {'Key': tag_keys.CLOUD, 'Value': 'another'}])
        before = self.interface(port)
        self.put('port', port, security_groups=[],
                 port_security_enabled=False)
        self.assertEqual(before, self.interface(port))

    def test_a_tenant_cannot_name_an_interface(self):
        port = self.make_port(self.network)
        self.put('port', port, 403, 'member', **{'binding:profile': {
            'ec2': {'vpc_id': self.vpc_id, 'interface_id': 'eni-1'}}})

    def test_it_follows_again_when_ec2_did_not_answer(self):
        port = self.launched(self.network)
        fault = self.control.fault(
            'error', 'ModifyNetworkInterfaceAttribute', times=0, status=403,
            code='UnauthorizedOperation', message='Not you.')
        self.put('port', port, security_groups=[],
                 port_security_enabled=False)
        self.assertTrue(self.interface(port)['SourceDestCheck'])
        self.control.clear_faults(fault)
        self.round()
        self.assertFalse(self.interface(port)['SourceDestCheck'])
