# SPDX-License-Identifier: Apache-2.0
"""Internet, egress-only and NAT gateways.

"Internet gateways", "NAT gateways" and "Amazon VPC quotas", Amazon VPC User
Guide; the actions of that name, Amazon EC2 API Reference.
"""

from tests.functional.emulator import base, test_vpcs


class GatewayTestCase(test_vpcs.VpcTestCase):

    def gateway(self, vpc_id=None, **arguments):
        """The id of a new internet gateway."""
        made = self.ec2.create_internet_gateway(**arguments)[
            'InternetGateway']['InternetGatewayId']
        if vpc_id:
            self.attach(made, vpc_id)
        return made

    def attach(self, gateway, vpc_id):
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway,
                                         VpcId=vpc_id)

    def detach(self, gateway, vpc_id):
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway,
                                         VpcId=vpc_id)

    def subnet_of(self, vpc_id):
        return self.ec2.create_subnet(
            VpcId=vpc_id, CidrBlock='10.9.0.0/24')['Subnet']['SubnetId']

    def seen(self, gateway):
        """One gateway as DescribeInternetGateways shows it."""
        found, = self.ec2.describe_internet_gateways(
            InternetGatewayIds=[gateway])['InternetGateways']
        return found


class TestInternet(GatewayTestCase):

    def test_tags_of_the_call_are_the_gateways(self):
        vpc = self.make()
        one = self.gateway(vpc, TagSpecifications=[{
            'ResourceType': 'internet-gateway',
            'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.assertEqual([{'Key': 'k', 'Value': 'v'}],
                         self.seen(one)['Tags'])
        self.assertEqual([{'State': 'available', 'VpcId': vpc}],
                         self.seen(one)['Attachments'])
        for name, value in (('tag:k', 'v'), ('attachment.vpc-id', vpc),
                            ('internet-gateway-id', one)):
            found = self.ec2.describe_internet_gateways(Filters=[
                {'Name': name, 'Values': [value]}])['InternetGateways']
            self.assertEqual([one], [each['InternetGatewayId']
                                     for each in found])

    def test_a_gateway_is_attached_to_one_vpc_and_a_vpc_has_one(self):
        vpc, other = self.make(), self.make()
        one = self.gateway(vpc)
        for target in (vpc, other):
            self.assertRefused('Resource.AlreadyAssociated', self.attach,
                               one, target)
        self.assertRefused('InvalidParameterValue', self.attach,
                           self.gateway(), vpc)
        self.assertRefused('InvalidInternetGatewayID.NotFound', self.attach,
                           'igw-0123456789abcdef0', other)

    def test_it_is_detached_when_nothing_has_a_public_address(self):
        vpc = self.make()
        one = self.gateway(vpc)
        nic = self.ec2.create_network_interface(
            SubnetId=self.subnet_of(vpc))['NetworkInterface'][
                'NetworkInterfaceId']
        address = self.ec2.allocate_address()['AllocationId']
        association = self.ec2.associate_address(
            AllocationId=address, NetworkInterfaceId=nic)['AssociationId']
        self.assertRefused('DependencyViolation', self.detach, one, vpc)
        self.ec2.disassociate_address(AssociationId=association)
        self.detach(one, vpc)
        self.assertEqual([], self.seen(one)['Attachments'])
        self.assertRefused('Gateway.NotAttached', self.detach, one, vpc)

    def test_you_must_detach_it_before_you_can_delete_it(self):
        vpc = self.make()
        one = self.gateway(vpc)

        def delete():
            self.ec2.delete_internet_gateway(InternetGatewayId=one)
        self.assertRefused('DependencyViolation', delete)
        self.detach(one, vpc)
        delete()
        self.assertRefused('InvalidInternetGatewayID.NotFound', delete)

    def test_gateways_of_a_region_are_limited(self):
        for _ in range(4):
            self.gateway()
        self.assertRefused('InternetGatewayLimitExceeded', self.gateway)


class TestEgressOnly(GatewayTestCase):

    def test_it_is_of_a_vpc_from_the_start(self):
        vpc = self.make()
        made = self.ec2.create_egress_only_internet_gateway(
            VpcId=vpc, ClientToken='a', TagSpecifications=[{
                'ResourceType': 'egress-only-internet-gateway',
                'Tags': [{'Key': 'k', 'Value': 'v'}]}])[
                    'EgressOnlyInternetGateway']
        found, = self.ec2.describe_egress_only_internet_gateways(Filters=[
            {'Name': 'tag:k', 'Values': ['v']}])[
                'EgressOnlyInternetGateways']
        self.assertEqual(made, found)
        self.assertEqual([{'State': 'attached', 'VpcId': vpc}],
                         found['Attachments'])

        def delete():
            self.ec2.delete_egress_only_internet_gateway(
                EgressOnlyInternetGatewayId=found[
                    'EgressOnlyInternetGatewayId'])
        delete()
        self.assertRefused('InvalidGatewayID.NotFound', delete)


class TestNat(GatewayTestCase):

    def setUp(self):
        super().setUp()
        self.vpc = self.make()
        self.net = self.subnet_of(self.vpc)
        self.way = self.gateway(self.vpc)
        self.control.settings(nat_gateway_seconds=base.STEP)

    def address(self):
        return self.ec2.allocate_address()['AllocationId']

    def nat(self, address=None, **arguments):
        """The id of a new NAT gateway."""
        if address:
            arguments['AllocationId'] = address
        return self.ec2.create_nat_gateway(**{
            'SubnetId': self.net, **arguments})['NatGateway']['NatGatewayId']

    def look(self, nat):
        found, = self.ec2.describe_nat_gateways(
            NatGatewayIds=[nat])['NatGateways']
        return found

    def delete(self, nat):
        self.ec2.delete_nat_gateway(NatGatewayId=nat)

    def associated(self, address):
        found, = self.ec2.describe_addresses(
            AllocationIds=[address])['Addresses']
        return found.get('NetworkInterfaceId')

    def test_it_is_pending_then_available(self):
        address = self.address()
        one = self.nat(address)
        self.assertEqual('pending', self.look(one)['State'])
        self.step()
        seen = self.look(one)
        self.assertEqual(('available', self.net, self.vpc, 'public'), tuple(
            seen[name] for name in ('State', 'SubnetId', 'VpcId',
                                    'ConnectivityType')))
        shown, = seen['NatGatewayAddresses']
        self.assertEqual(address, shown['AllocationId'])
        self.assertEqual(self.associated(address),
                         shown['NetworkInterfaceId'])
        nic, = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[
            shown['NetworkInterfaceId']])['NetworkInterfaces']
        self.assertEqual(
            ('nat_gateway', True, 'in-use'),
            (nic['InterfaceType'], nic['RequesterManaged'], nic['Status']))

    def test_deleting_then_deleted_and_visible_for_about_an_hour(self):
        address = self.address()
        one = self.nat(address)
        self.step()
        self.delete(one)
        self.assertEqual('deleting', self.look(one)['State'])
        self.assertIsNotNone(self.associated(address))
        self.assertRefused('DependencyViolation', self.ec2.delete_subnet,
                           SubnetId=self.net)
        self.step()
        self.assertEqual('deleted', self.look(one)['State'])
        self.assertIsNone(self.associated(address))
        (seen,) = self.control.resources()
        self.assertEqual(([], []), (seen['nat_gateways'],
                                    seen['interfaces']))
        self.ec2.delete_subnet(SubnetId=self.net)
        self.step(12)
        self.assertRefused('InvalidNatGatewayID.NotFound', self.look, one)

    def test_the_same_client_token_makes_one(self):
        address = self.address()
        one = self.nat(address, ClientToken='a')
        self.assertEqual(one, self.nat(address, ClientToken='a'))
        self.assertRefused('IdempotentParameterMismatch', self.nat,
                           self.address(), ClientToken='a')

    def test_tags_of_the_call_are_the_gateways(self):
        one = self.nat(self.address(), TagSpecifications=[{
            'ResourceType': 'natgateway',
            'Tags': [{'Key': 'k', 'Value': 'v'}]}])
        self.assertEqual([{'Key': 'k', 'Value': 'v'}], self.look(one)['Tags'])
        for name, value in (('tag:k', 'v'), ('vpc-id', self.vpc),
                            ('state', 'pending'), ('subnet-id', self.net)):
            found = self.ec2.describe_nat_gateways(Filters=[
                {'Name': name, 'Values': [value]}])['NatGateways']
            self.assertEqual([one], [each['NatGatewayId']
                                     for each in found])

    def failed(self, *args, **kwargs):
        """The failure code of a NAT gateway that could not be created."""
        one = self.nat(*args, **kwargs)
        self.assertEqual('pending', self.look(one)['State'])
        self.step()
        self.assertEqual('failed', self.look(one)['State'])
        return self.look(one)['FailureCode']

    def test_it_fails_where_its_address_is_not_free(self):
        address = self.address()
        self.nat(address)
        self.assertEqual('Resource.AlreadyAssociated', self.failed(address))
        self.assertEqual('InvalidAllocationID.NotFound',
                         self.failed('eipalloc-0123456789abcdef0'))

    def test_it_fails_where_the_vpc_has_no_internet_gateway(self):
        self.detach(self.way, self.vpc)
        address = self.address()
        self.assertEqual('Gateway.NotAttached', self.failed(address))
        self.assertIsNone(self.associated(address))
        self.ec2.release_address(AllocationId=address)
        self.ec2.delete_subnet(SubnetId=self.net)

    def test_a_public_one_needs_an_address_and_a_private_one_has_none(self):
        self.assertRefused('MissingParameter', self.nat)
        self.assertRefused('InvalidParameterCombination', self.nat,
                           self.address(), ConnectivityType='private')
        self.detach(self.way, self.vpc)
        one = self.nat(ConnectivityType='private')
        self.step()
        self.assertEqual('available', self.look(one)['State'])

    def test_its_interface_and_address_are_not_yours_to_change(self):
        address = self.address()
        self.nat(address)
        nic = self.associated(address)
        self.assertRefused('InvalidParameterValue',
                           self.ec2.delete_network_interface,
                           NetworkInterfaceId=nic)
        shown, = self.ec2.describe_addresses(
            AllocationIds=[address])['Addresses']
        self.assertRefused(
            'OperationNotPermitted', self.ec2.assign_private_ip_addresses,
            NetworkInterfaceId=nic, SecondaryPrivateIpAddressCount=1)
        self.assertRefused('AuthFailure', self.ec2.disassociate_address,
                           AssociationId=shown['AssociationId'])
        self.assertRefused('InvalidIPAddress.InUse',
                           self.ec2.release_address, AllocationId=address)
        mine = self.ec2.create_network_interface(SubnetId=self.net)[
            'NetworkInterface']['NetworkInterfaceId']
        self.assertRefused('AuthFailure', self.ec2.associate_address,
                           AllocationId=address, NetworkInterfaceId=mine)

    def test_five_of_a_zone(self):
        self.control.settings(nat_gateways_limit=1)
        self.nat(self.address())
        self.assertRefused('NatGatewayLimitExceeded', self.nat,
                           self.address())
