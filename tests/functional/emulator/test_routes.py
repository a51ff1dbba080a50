# SPDX-License-Identifier: Apache-2.0
"""Route tables and their routes.

"Route tables", Amazon VPC User Guide; the actions of that name, Amazon EC2
API Reference.
"""

from tests.functional.emulator import test_gateways


class RouteTestCase(test_gateways.GatewayTestCase):

    def setUp(self):
        super().setUp()
        self.vpc = self.make(AmazonProvidedIpv6CidrBlock=True)

    def table(self, **arguments):
        """The id of a new route table."""
        return self.ec2.create_route_table(**{
            'VpcId': self.vpc, **arguments})['RouteTable']['RouteTableId']

    def tables(self, **filters):
        """What DescribeRouteTables finds."""
        filters.setdefault('vpc_id', self.vpc)
        return self.ec2.describe_route_tables(Filters=[
            {'Name': name.replace('_', '-'), 'Values': [value]}
            for name, value in filters.items()])['RouteTables']

    def look(self, table):
        found, = self.ec2.describe_route_tables(
            RouteTableIds=[table])['RouteTables']
        return found

    def main(self):
        """The main table of the VPC."""
        found, = self.tables(**{'association.main': 'true'})
        return found

    def routes(self, table):
        """Routes that somebody made: destination, target and state."""
        return {one.get('DestinationCidrBlock',
                        one.get('DestinationIpv6CidrBlock')): (
                    next(one[name] for name in (
                        'GatewayId', 'NatGatewayId', 'NetworkInterfaceId',
                        'EgressOnlyInternetGatewayId') if name in one),
                    one['State'])
                for one in self.look(table)['Routes']
                if one['Origin'] == 'CreateRoute'}

    def route(self, table, block='0.0.0.0/0', replace=False, **target):
        call = self.ec2.replace_route if replace else self.ec2.create_route
        name = ('DestinationIpv6CidrBlock' if ':' in block
                else 'DestinationCidrBlock')
        call(**{'RouteTableId': table, name: block, **target})

    def associate(self, table, subnet):
        return self.ec2.associate_route_table(
            RouteTableId=table, SubnetId=subnet)['AssociationId']


class TestTables(RouteTestCase):

    def test_every_table_has_local_routes_for_the_blocks_of_the_vpc(self):
        six = self.ec2.describe_vpcs(VpcIds=[self.vpc])['Vpcs'][0][
            'Ipv6CidrBlockAssociationSet'][0]['Ipv6CidrBlock']
        one = self.table()
        self.ec2.associate_vpc_cidr_block(VpcId=self.vpc,
                                          CidrBlock='10.10.0.0/16')
        for table in (one, self.main()['RouteTableId']):
            self.assertEqual(
                [('10.9.0.0/16', 'local'), ('10.10.0.0/16', 'local'),
                 (six, 'local')],
                [(route.get('DestinationCidrBlock',
                            route.get('DestinationIpv6CidrBlock')),
                  route['GatewayId'])
                 for route in self.look(table)['Routes']])

    def test_tags_and_client_token(self):
        tags = [{'ResourceType': 'route-table',
                 'Tags': [{'Key': 'k', 'Value': 'v'}]}]
        one = self.table(TagSpecifications=tags, ClientToken='a')
        self.assertEqual(one, self.table(TagSpecifications=tags,
                                         ClientToken='a'))
        found, = self.tables(**{'tag:k': 'v'})
        self.assertEqual(one, found['RouteTableId'])
        self.assertEqual([{'Key': 'k', 'Value': 'v'}], found['Tags'])
        self.assertEqual(2, len(self.tables()))

    def test_a_subnet_is_associated_with_one_table(self):
        one, other = self.table(), self.table()
        subnet = self.subnet_of(self.vpc)
        association = self.associate(one, subnet)
        self.assertEqual(association, self.associate(one, subnet))
        self.assertRefused('Resource.AlreadyAssociated', self.associate,
                           other, subnet)
        found, = self.tables(**{'association.subnet-id': subnet})
        self.assertEqual(one, found['RouteTableId'])
        new = self.ec2.replace_route_table_association(
            AssociationId=association,
            RouteTableId=other)['NewAssociationId']
        found, = self.tables(**{'association.subnet-id': subnet})
        self.assertEqual(other, found['RouteTableId'])
        self.assertRefused(
            'InvalidAssociationID.NotFound',
            self.ec2.disassociate_route_table, AssociationId=association)
        self.ec2.disassociate_route_table(AssociationId=new)
        self.assertEqual([], self.tables(**{'association.subnet-id': subnet}))

    def test_the_table_and_the_subnet_are_of_one_vpc(self):
        away = self.make()
        self.assertRefused('InvalidParameterValue', self.associate,
                           self.table(), self.subnet_of(away))

    def test_you_cannot_delete_the_main_table_but_replace_it(self):
        main = self.main()
        one = self.table()
        association, = main['Associations']
        for call, code, arguments in (
                (self.ec2.delete_route_table, 'DependencyViolation',
                 {'RouteTableId': main['RouteTableId']}),
                (self.ec2.disassociate_route_table, 'InvalidParameterValue',
                 {'AssociationId': association['RouteTableAssociationId']})):
            self.assertRefused(code, call, **arguments)
        self.ec2.replace_route_table_association(
            AssociationId=association['RouteTableAssociationId'],
            RouteTableId=one)
        self.assertEqual(one, self.main()['RouteTableId'])
        self.ec2.delete_route_table(RouteTableId=main['RouteTableId'])

    def test_a_table_with_associations_cannot_be_deleted(self):
        one, subnet = self.table(), self.subnet_of(self.vpc)

        def delete():
            self.ec2.delete_route_table(RouteTableId=one)
        self.associate(one, subnet)
        self.assertRefused('DependencyViolation', delete)
        self.ec2.delete_subnet(SubnetId=subnet)
        delete()
        self.assertRefused('InvalidRouteTableID.NotFound', delete)


class TestRoutes(RouteTestCase):

    def test_a_route_leads_to_a_gateway_of_the_vpc(self):
        one, gateway = self.table(), self.gateway()
        self.assertRefused('InvalidParameterValue', self.route, one,
                           GatewayId=gateway)
        self.attach(gateway, self.vpc)
        self.route(one, GatewayId=gateway)
        self.route(one, '::/0', GatewayId=gateway)
        self.assertEqual({'0.0.0.0/0': (gateway, 'active'),
                          '::/0': (gateway, 'active')}, self.routes(one))
        found, = self.tables(**{'route.gateway-id': gateway})
        self.assertEqual(one, found['RouteTableId'])
        self.assertRefused('RouteAlreadyExists', self.route, one,
                           GatewayId=gateway)
        self.detach(gateway, self.vpc)
        self.assertEqual((gateway, 'blackhole'),
                         self.routes(one)['0.0.0.0/0'])

    def test_a_target_must_exist_and_there_is_exactly_one(self):
        one, gateway = self.table(), self.gateway(self.vpc)
        for name, value, code in (
                ('GatewayId', 'igw-0123456789abcdef0',
                 'InvalidGatewayID.NotFound'),
                ('NatGatewayId', 'nat-0123456789abcdef0',
                 'InvalidNatGatewayID.NotFound'),
                ('NetworkInterfaceId', 'eni-0123456789abcdef0',
                 'InvalidNetworkInterfaceID.NotFound'),
                ('EgressOnlyInternetGatewayId', 'eigw-0123456789abcdef0',
                 'InvalidGatewayID.NotFound')):
            self.assertRefused(code, self.route, one, **{name: value})
        self.assertRefused('InvalidParameterCombination', self.route, one)
        self.assertRefused('InvalidParameterCombination', self.route, one,
                           GatewayId=gateway, NatGatewayId='nat-1')
        self.assertRefused('UnsupportedOperation', self.route, one,
                           TransitGatewayId='tgw-1')
        self.assertEqual({}, self.routes(one))

    def test_a_nat_gateway_is_for_ipv4_and_a_blackhole_when_deleted(self):
        self.gateway(self.vpc)
        address = self.ec2.allocate_address()['AllocationId']
        nat = self.ec2.create_nat_gateway(
            SubnetId=self.subnet_of(self.vpc),
            AllocationId=address)['NatGateway']['NatGatewayId']
        one = self.table()
        self.route(one, NatGatewayId=nat)
        self.assertRefused('InvalidParameterValue', self.route, one, '::/0',
                           NatGatewayId=nat)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.assertEqual({'0.0.0.0/0': (nat, 'blackhole')},
                         self.routes(one))
        self.assertRefused('InvalidNatGatewayID.NotFound', self.route, one,
                           '192.0.2.0/24', NatGatewayId=nat)

    def test_an_egress_only_gateway_is_for_ipv6(self):
        egress = self.ec2.create_egress_only_internet_gateway(
            VpcId=self.vpc)['EgressOnlyInternetGateway'][
                'EgressOnlyInternetGatewayId']
        one = self.table()
        self.route(one, '::/0', EgressOnlyInternetGatewayId=egress)
        self.assertRefused('InvalidParameterValue', self.route, one,
                           EgressOnlyInternetGatewayId=egress)
        self.assertEqual({'::/0': (egress, 'active')}, self.routes(one))

    def test_an_interface_that_is_not_attached_is_a_blackhole(self):
        nic = self.ec2.create_network_interface(
            SubnetId=self.subnet_of(self.vpc))['NetworkInterface'][
                'NetworkInterfaceId']
        one = self.table()
        self.route(one, '192.0.2.9/24', NetworkInterfaceId=nic)
        self.assertEqual({'192.0.2.0/24': (nic, 'blackhole')},
                         self.routes(one))

    def test_the_local_route_cannot_be_replaced_or_removed(self):
        one, gateway = self.table(), self.gateway(self.vpc)
        self.assertRefused('RouteAlreadyExists', self.route, one,
                           '10.9.0.0/16', GatewayId=gateway)
        self.assertRefused('InvalidParameterValue', self.route, one,
                           '10.9.1.0/24', GatewayId=gateway)
        self.assertRefused('InvalidParameterValue', self.route, one,
                           '10.9.0.0/16', replace=True, GatewayId=gateway)
        self.assertRefused('InvalidParameterValue', self.ec2.delete_route,
                           RouteTableId=one,
                           DestinationCidrBlock='10.9.0.0/16')

    def test_replace_and_delete_need_an_existing_route(self):
        one, gateway = self.table(), self.gateway(self.vpc)
        nic = self.ec2.create_network_interface(
            SubnetId=self.subnet_of(self.vpc))['NetworkInterface'][
                'NetworkInterfaceId']

        def delete():
            self.ec2.delete_route(RouteTableId=one,
                                  DestinationCidrBlock='0.0.0.0/0')
        self.assertRefused('InvalidParameterValue', self.route, one,
                           replace=True, GatewayId=gateway)
        self.route(one, NetworkInterfaceId=nic)
        self.route(one, replace=True, GatewayId=gateway)
        self.assertEqual({'0.0.0.0/0': (gateway, 'active')},
                         self.routes(one))
        delete()
        self.assertEqual({}, self.routes(one))
        self.assertRefused('InvalidRoute.NotFound', delete)

    def test_destinations_that_are_no_blocks_are_invalid(self):
        one, gateway = self.table(), self.gateway(self.vpc)
        for block in ('nonsense', '0.0.0.0', '10.0.0.0/33', '2001:db8::'):
            self.assertRefused('InvalidParameterValue', self.route, one,
                               block, GatewayId=gateway)

    def test_routes_of_a_table_are_limited(self):
        self.control.settings(routes_limit=1)
        one, gateway = self.table(), self.gateway(self.vpc)
        self.route(one, GatewayId=gateway)
        self.assertRefused('RouteLimitExceeded', self.route, one, '::/0',
                           GatewayId=gateway)

    def test_the_default_vpc_has_a_route_to_its_internet_gateway(self):
        found, = self.ec2.describe_vpcs(Filters=[
            {'Name': 'is-default', 'Values': ['true']}])['Vpcs']
        table, = self.tables(vpc_id=found['VpcId'])
        (gateway, state), = self.routes(table['RouteTableId']).values()
        self.assertEqual('active', state)
        self.assertEqual([found['VpcId']], [
            one['VpcId'] for one in self.seen(gateway)['Attachments']])
