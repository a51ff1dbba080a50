# SPDX-License-Identifier: Apache-2.0
"""Secondary and IPv6 addresses.

"Secondary IP addresses for your EC2 instances" and "Assign IPv6 addresses",
Amazon EC2 User Guide; "Subnet sizing for IPv6", Amazon VPC User Guide.
"""

from tests.functional.emulator import test_interfaces


class TestSecondary(test_interfaces.InterfaceTestCase):

    def assign(self, nic, *addresses, count=None, **more):
        wanted = {'PrivateIpAddresses': list(addresses)} if addresses else {}
        if count is not None:
            wanted['SecondaryPrivateIpAddressCount'] = count
        made = self.ec2.assign_private_ip_addresses(
            NetworkInterfaceId=nic, **wanted, **more)
        return [one['PrivateIpAddress']
                for one in made['AssignedPrivateIpAddresses']]

    def unassign(self, nic, *addresses):
        self.ec2.unassign_private_ip_addresses(
            NetworkInterfaceId=nic, PrivateIpAddresses=list(addresses))

    def addresses(self, nic):
        return [one['PrivateIpAddress']
                for one in self.look(nic)['PrivateIpAddresses']]

    def test_addresses_are_assigned_by_name_or_by_number(self):
        nic = self.make(PrivateIpAddress='10.9.0.10')
        self.assertEqual(['10.9.0.20', '10.9.0.21'],
                         self.assign(nic, '10.9.0.20', '10.9.0.21'))
        some = self.assign(nic, count=2)
        self.assertEqual(2, len(set(some)))
        self.assertEqual(['10.9.0.10', '10.9.0.20', '10.9.0.21', *some],
                         self.addresses(nic))
        self.assertEqual([True] + [False] * 4, [
            one['Primary'] for one in self.look(nic)['PrivateIpAddresses']])
        self.assertRefused('InvalidParameterCombination', self.assign, nic,
                           '10.9.0.30', count=1)
        self.assertRefused('MissingParameter', self.assign, nic)
        self.assertRefused('InvalidParameterValue', self.assign, nic,
                           count=0)

    def test_addresses_outside_reserved_or_taken_are_refused(self):
        nic = self.make()
        self.make(PrivateIpAddress='10.9.0.20')
        before = self.addresses(nic)
        for address in ('10.8.0.9', '10.9.1.9', '10.9.0.1', '10.9.0.255',
                        'nonsense'):
            self.assertRefused('InvalidParameterValue', self.assign, nic,
                               '10.9.0.30', address)
        self.assertRefused('InvalidIPAddress.InUse', self.assign, nic,
                           '10.9.0.30', '10.9.0.20')
        self.assertEqual(before, self.addresses(nic))
        self.assign(nic, '10.9.0.30')

    def test_allow_reassignment_moves_a_secondary_address(self):
        one, other = self.make(PrivateIpAddress='10.9.0.10'), self.make()
        self.assign(one, '10.9.0.20')
        self.assertRefused('InvalidIPAddress.InUse', self.assign, other,
                           '10.9.0.20')
        self.assign(other, '10.9.0.20', AllowReassignment=True)
        self.assertEqual(['10.9.0.10'], self.addresses(one))
        self.assertIn('10.9.0.20', self.addresses(other))
        # Again, which changes nothing.
        self.assign(other, '10.9.0.20', AllowReassignment=True)
        self.assertEqual(2, len(self.addresses(other)))
        self.assertRefused('InvalidParameterValue', self.assign, other,
                           '10.9.0.10', AllowReassignment=True)

    def test_the_primary_address_cannot_be_unassigned(self):
        nic = self.make(PrivateIpAddress='10.9.0.10')
        self.assign(nic, '10.9.0.20')
        self.assertRefused('InvalidParameterValue', self.unassign, nic,
                           '10.9.0.20', '10.9.0.10')
        self.assertRefused('InvalidParameterValue', self.unassign, nic,
                           '10.9.0.30')
        self.assertEqual(['10.9.0.10', '10.9.0.20'], self.addresses(nic))
        self.unassign(nic, '10.9.0.20')
        self.assertEqual(['10.9.0.10'], self.addresses(nic))
        self.make(PrivateIpAddress='10.9.0.20')

    def test_the_number_of_addresses_varies_by_instance_type(self):
        nic = self.by_index(self.running(SubnetId=self.net))[0][0]
        self.assign(nic, count=8)
        self.assertRefused('PrivateIpAddressLimitExceeded', self.assign,
                           nic, count=2)
        self.assign(nic, count=1)
        self.assertEqual(10, len(self.addresses(nic)))
        free = self.make()
        self.assign(free, count=30)


class TestIPv6(test_interfaces.InterfaceTestCase):

    def setUp(self):
        super().setUp()
        vpc = self.ec2.create_vpc(CidrBlock='10.9.0.0/16',
                                  AmazonProvidedIpv6CidrBlock=True)['Vpc']
        found, = self.ec2.describe_vpcs(VpcIds=[vpc['VpcId']])['Vpcs']
        block = found['Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        self.prefix = block.removesuffix('::/56')
        self.plain = self.net
        self.net = self.ec2.create_subnet(
            VpcId=vpc['VpcId'], CidrBlock='10.9.0.0/24',
            Ipv6CidrBlock=f'{self.prefix}::/64')['Subnet']['SubnetId']

    def at(self, tail):
        return f'{self.prefix}::{tail}'

    def six(self, nic):
        return [one['Ipv6Address'] for one in self.look(nic)['Ipv6Addresses']]

    def assign(self, nic, *addresses, **more):
        if addresses:
            more['Ipv6Addresses'] = list(addresses)
        return self.ec2.assign_ipv6_addresses(
            NetworkInterfaceId=nic, **more)['AssignedIpv6Addresses']

    def named(self, *tails):
        return [{'Ipv6Address': self.at(tail)} for tail in tails]

    def test_an_interface_is_made_with_ipv6_addresses(self):
        one = self.make(Ipv6Addresses=self.named('10', 'A:b'))
        self.assertEqual([self.at('10'), self.at('a:b')], self.six(one))
        other = self.make(Ipv6AddressCount=2)
        self.assertEqual(2, len(set(self.six(other))))
        self.assertEqual([one], self.found(
            {'ipv6-addresses.ipv6-address': self.at('a:b')}))
        self.assertRefused(
            'InvalidParameterCombination', self.make,
            Ipv6Addresses=self.named('11'), Ipv6AddressCount=1)

    def test_addresses_outside_reserved_or_taken_are_refused(self):
        nic = self.make(Ipv6Addresses=self.named('10'))
        for tail in ('0', '3', 'ffff:ffff:ffff:ffff', '1:0:0:0:5'):
            self.assertRefused('InvalidParameterValue', self.make,
                               Ipv6Addresses=self.named(tail))
        self.assertRefused('InvalidParameterValue', self.assign, nic,
                           '2001:db8::9')
        self.assertRefused('InvalidIPAddress.InUse', self.make,
                           Ipv6Addresses=self.named('11', '10'))
        self.make(Ipv6Addresses=self.named('11'))
        self.assertRefused('InvalidParameterValue', self.make,
                           SubnetId=self.plain, Ipv6AddressCount=1)
        self.assertEqual(2, len(self.found()))
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.make(Ipv6Addresses=self.named('10'))

    def test_addresses_are_assigned_and_unassigned(self):
        nic = self.make()
        self.assertEqual([self.at('20')], self.assign(nic, self.at('20')))
        more = self.assign(nic, Ipv6AddressCount=2)
        self.assertEqual([self.at('20'), *more], self.six(nic))
        gone = self.ec2.unassign_ipv6_addresses(
            NetworkInterfaceId=nic, Ipv6Addresses=[self.at('20')])
        self.assertEqual([self.at('20')], gone['UnassignedIpv6Addresses'])
        self.assertEqual(more, self.six(nic))
        self.assertRefused(
            'InvalidParameterValue', self.ec2.unassign_ipv6_addresses,
            NetworkInterfaceId=nic, Ipv6Addresses=[self.at('20')])
        self.make(Ipv6Addresses=self.named('20'))

    def test_instances_are_launched_with_ipv6_addresses(self):
        made, = self.run_instances(NetworkInterfaces=[{
            'DeviceIndex': 0, 'SubnetId': self.net,
            'Ipv6Addresses': self.named('30', '31')}])
        seen = self.describe(made['InstanceId'])
        nic, = seen['NetworkInterfaces']
        self.assertEqual([self.at('30'), self.at('31')], [
            one['Ipv6Address'] for one in nic['Ipv6Addresses']])
        self.assertEqual(self.at('30'), seen['Ipv6Address'])
        counted, = self.run_instances(NetworkInterfaces=[{
            'DeviceIndex': 0, 'SubnetId': self.net, 'Ipv6AddressCount': 1}])
        self.assertEqual(1, len(
            counted['NetworkInterfaces'][0]['Ipv6Addresses']))
        self.assertRefused(
            'InvalidIPAddress.InUse', self.launch, NetworkInterfaces=[{
                'DeviceIndex': 0, 'SubnetId': self.net,
                'Ipv6Addresses': self.named('31')}])
        self.assertRefused(
            'InvalidParameterValue', self.launch, NetworkInterfaces=[{
                'DeviceIndex': 0, 'SubnetId': self.plain,
                'Ipv6AddressCount': 1}])
        self.assertEqual(2, len(self.listed()))
        self.ec2.terminate_instances(InstanceIds=[made['InstanceId']])
        self.step()
        self.make(Ipv6Addresses=self.named('31'))

    def test_as_many_ipv6_addresses_as_private_ipv4_addresses(self):
        instance_id = self.running(SubnetId=self.net)
        nic = self.by_index(instance_id)[0][0]
        self.assign(nic, Ipv6AddressCount=10)
        self.assertRefused('PrivateIpAddressLimitExceeded', self.assign,
                           nic, Ipv6AddressCount=1)

    def test_a_subnet_may_assign_an_ipv6_address_on_creation(self):
        self.ec2.modify_subnet_attribute(
            SubnetId=self.net, AssignIpv6AddressOnCreation={'Value': True})
        self.assertEqual(1, len(self.six(self.make())))
        self.assertEqual(0, len(self.six(self.make(Ipv6AddressCount=0))))
        instance_id = self.launch(SubnetId=self.net)
        self.assertIn('Ipv6Address', self.describe(instance_id))
