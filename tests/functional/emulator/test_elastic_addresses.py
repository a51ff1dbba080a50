# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses.

"Elastic IP addresses", Amazon EC2 User Guide; the actions of that name,
Amazon EC2 API Reference.
"""

from tests.functional.emulator import test_interfaces


class ElasticTestCase(test_interfaces.InterfaceTestCase):

    def setUp(self):
        super().setUp()
        (found,) = self.ec2.describe_subnets(SubnetIds=[self.net])['Subnets']
        self.vpc = found['VpcId']
        self.gateway = self.ec2.create_internet_gateway()[
            'InternetGateway']['InternetGatewayId']
        self.ec2.attach_internet_gateway(
            InternetGatewayId=self.gateway, VpcId=self.vpc)

    def allocate(self, **tags):
        """The allocation's id."""
        return self.ec2.allocate_address(Domain='vpc', TagSpecifications=[{
            'ResourceType': 'elastic-ip', 'Tags': [
                {'Key': key, 'Value': value} for key, value in tags.items()]
            }] if tags else [])['AllocationId']

    def associate(self, allocation_id, nic=None, **more):
        """The association's id."""
        if nic:
            more['NetworkInterfaceId'] = nic
        return self.ec2.associate_address(
            AllocationId=allocation_id, **more)['AssociationId']

    def address(self, allocation_id):
        """One as DescribeAddresses shows it."""
        found, = self.ec2.describe_addresses(
            AllocationIds=[allocation_id])['Addresses']
        return found

    def ids(self, **filters):
        """The allocations that match."""
        return [one['AllocationId'] for one in self.ec2.describe_addresses(
            Filters=[{'Name': name.replace('_', '-'), 'Values': [value]}
                     for name, value in filters.items()])['Addresses']]


class TestAllocate(ElasticTestCase):

    def test_tags_of_the_call_are_the_addresses(self):
        one, other = self.allocate(k='v'), self.allocate()
        self.assertEqual([{'Key': 'k', 'Value': 'v'}],
                         self.address(one)['Tags'])
        self.assertEqual([one], self.ids(**{'tag:k': 'v'}))
        self.assertEqual([one], self.ids(tag_key='k'))
        self.assertEqual([other], self.ids(allocation_id=other))
        public = self.address(other)['PublicIp']
        self.assertEqual([other], self.ids(public_ip=public))
        self.assertEqual([], self.ids(**{'tag:k': 'w'}))
        found, = self.ec2.describe_addresses(PublicIps=[public])['Addresses']
        self.assertEqual(other, found['AllocationId'])

    def test_five_addresses_of_a_region_unless_the_quota_is_another(self):
        for _ in range(5):
            self.allocate()
        self.assertRefused('AddressLimitExceeded', self.allocate)
        self.control.settings(addresses_limit=6)
        self.allocate()

    def test_an_address_that_was_released_is_not_found(self):
        one = self.allocate(k='v')
        public = self.address(one)['PublicIp']
        self.ec2.release_address(AllocationId=one)
        self.assertRefused('InvalidAllocationID.NotFound',
                           self.ec2.release_address, AllocationId=one)
        message = self.assertRefused('InvalidAllocationID.NotFound',
                                     self.address, one)
        self.assertIn(one, message)
        self.assertRefused('InvalidAddress.NotFound',
                           self.ec2.describe_addresses, PublicIps=[public])
        self.assertEqual([], self.ec2.describe_tags()['Tags'])

    def test_what_would_have_no_effect_is_refused(self):
        self.assertRefused('UnsupportedOperation', self.ec2.allocate_address,
                           PublicIpv4Pool='ipv4pool-ec2-1')


class TestAssociate(ElasticTestCase):

    def test_it_is_shown_with_the_interface_and_the_instance(self):
        instance_id = self.running(SubnetId=self.net)
        nic = self.by_index(instance_id)[0][0]
        one = self.allocate()
        association = self.associate(one, nic)
        seen = self.address(one)
        public = seen['PublicIp']
        self.assertEqual(
            (association, nic, instance_id,
             self.look(nic)['PrivateIpAddress']),
            tuple(seen[name] for name in (
                'AssociationId', 'NetworkInterfaceId', 'InstanceId',
                'PrivateIpAddress')))
        shown = self.look(nic)
        for owner in (shown, shown['PrivateIpAddresses'][0]):
            self.assertEqual((public, one, association), tuple(
                owner['Association'][name] for name in (
                    'PublicIp', 'AllocationId', 'AssociationId')))
        self.assertEqual(public,
                         self.describe(instance_id)['PublicIpAddress'])
        for filters in ({'association_id': association},
                        {'network_interface_id': nic},
                        {'instance_id': instance_id}):
            self.assertEqual([one], self.ids(**filters))
        self.assertEqual([nic], self.found({'association.public-ip': public}))
        self.ec2.disassociate_address(AssociationId=association)
        self.assertNotIn('AssociationId', self.address(one))
        self.assertNotIn('Association', self.look(nic))
        self.assertNotIn('PublicIpAddress', self.describe(instance_id))

    def test_association_is_an_idempotent_operation(self):
        one, nic = self.allocate(), self.make()
        first = self.associate(one, nic)
        self.assertEqual(first, self.associate(one, nic))
        self.assertEqual(first, self.associate(one, nic,
                                               AllowReassociation=False))

    def test_reassociation_is_automatic_unless_it_is_not_allowed(self):
        one, nic, other = self.allocate(), self.make(), self.make()
        self.associate(one, nic)
        self.assertRefused('Resource.AlreadyAssociated', self.associate, one,
                           other, AllowReassociation=False)
        self.associate(one, other)
        self.assertNotIn('Association', self.look(nic))
        self.assertIn('Association', self.look(other))

    def test_the_existing_address_is_disassociated_but_remains_yours(self):
        one, other, nic = self.allocate(), self.allocate(), self.make()
        self.associate(one, nic)
        self.assertRefused('Resource.AlreadyAssociated', self.associate,
                           other, nic, AllowReassociation=False)
        self.associate(other, nic)
        self.assertNotIn('AssociationId', self.address(one))
        self.assertEqual(other,
                         self.look(nic)['Association']['AllocationId'])

    def test_each_private_address_can_have_one(self):
        nic = self.make(PrivateIpAddresses=[
            {'PrivateIpAddress': '10.9.0.20', 'Primary': True},
            {'PrivateIpAddress': '10.9.0.21'}])
        one, other = self.allocate(), self.allocate()
        self.associate(one, nic, PrivateIpAddress='10.9.0.20')
        self.associate(other, nic, PrivateIpAddress='10.9.0.21')
        self.assertEqual(
            {'10.9.0.20': one, '10.9.0.21': other},
            {item['PrivateIpAddress']: item['Association']['AllocationId']
             for item in self.look(nic)['PrivateIpAddresses']})
        self.assertEqual([other], self.ids(private_ip_address='10.9.0.21'))
        self.assertRefused('InvalidParameterValue', self.associate, one, nic,
                           PrivateIpAddress='10.9.0.22')

    def test_an_address_moves_with_its_secondary_private_address(self):
        nic, other = self.make(), self.make()
        self.ec2.assign_private_ip_addresses(
            NetworkInterfaceId=nic, PrivateIpAddresses=['10.9.0.21'])
        one = self.allocate()
        self.associate(one, nic, PrivateIpAddress='10.9.0.21')
        self.ec2.assign_private_ip_addresses(
            NetworkInterfaceId=other, PrivateIpAddresses=['10.9.0.21'],
            AllowReassignment=True)
        self.assertEqual(other, self.address(one)['NetworkInterfaceId'])
        self.ec2.unassign_private_ip_addresses(
            NetworkInterfaceId=other, PrivateIpAddresses=['10.9.0.21'])
        self.assertNotIn('AssociationId', self.address(one))

    def test_an_instance_must_have_exactly_one_interface(self):
        instance_id = self.running(SubnetId=self.net)
        one = self.allocate()
        self.associate(one, InstanceId=instance_id)
        self.assertEqual(instance_id, self.address(one)['InstanceId'])
        self.attach(self.make(), instance_id)
        self.assertRefused('InvalidInstanceID', self.associate, one,
                           InstanceId=instance_id)
        self.assertRefused('InvalidParameterCombination', self.associate,
                           one)

    def test_a_pending_instance_is_not_in_a_valid_state(self):
        instance_id = self.launch(SubnetId=self.net)
        one = self.allocate()
        self.assertRefused('InvalidInstanceID', self.associate, one,
                           InstanceId=instance_id)
        self.assertRefused('IncorrectInstanceState', self.associate, one,
                           self.by_index(instance_id)[0][0])

    def test_the_vpc_must_have_an_internet_gateway(self):
        one = self.allocate()
        away = self.subnet()
        nic = self.make(SubnetId=away)
        self.assertRefused('Gateway.NotAttached', self.associate, one, nic)
        self.assertNotIn('AssociationId', self.address(one))
        of_default = self.running()
        self.associate(one, InstanceId=of_default)

    def test_what_is_unknown_is_named(self):
        one, nic = self.allocate(), self.make()
        self.assertRefused('InvalidAllocationID.NotFound', self.associate,
                           'eipalloc-0123456789abcdef0', nic)
        self.assertRefused('InvalidNetworkInterfaceID.NotFound',
                           self.associate, one, 'eni-0123456789abcdef0')
        self.assertRefused(
            'InvalidAssociationID.NotFound', self.ec2.disassociate_address,
            AssociationId='eipassoc-0123456789abcdef0')


class TestEnd(ElasticTestCase):

    def test_you_must_disassociate_before_you_can_release(self):
        one = self.allocate()
        association = self.associate(one, self.make())
        self.assertRefused('InvalidIPAddress.InUse',
                           self.ec2.release_address, AllocationId=one)
        self.ec2.disassociate_address(AssociationId=association)
        self.assertRefused('InvalidAssociationID.NotFound',
                           self.ec2.disassociate_address,
                           AssociationId=association)
        self.ec2.release_address(AllocationId=one)

    def test_an_association_ends_with_its_interface(self):
        nic, one = self.make(), self.allocate()
        self.associate(one, nic)
        self.ec2.delete_network_interface(NetworkInterfaceId=nic)
        self.assertNotIn('AssociationId', self.address(one))

    def test_an_association_ends_with_its_instance(self):
        instance_id, one = self.running(SubnetId=self.net), self.allocate()
        self.associate(one, InstanceId=instance_id)
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.step()
        self.assertNotIn('AssociationId', self.address(one))

    def test_it_remains_with_an_instance_that_is_stopped(self):
        instance_id, one = self.running(SubnetId=self.net), self.allocate()
        self.associate(one, InstanceId=instance_id)
        public = self.address(one)['PublicIp']
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.assertEqual(public,
                         self.describe(instance_id)['PublicIpAddress'])
        self.ec2.start_instances(InstanceIds=[instance_id])
        self.step()
        self.assertEqual(public,
                         self.describe(instance_id)['PublicIpAddress'])

    def test_the_public_address_of_the_launch_is_released_for_it(self):
        instance_id, one = self.running(), self.allocate()
        before = self.describe(instance_id)['PublicIpAddress']
        association = self.associate(one, InstanceId=instance_id)
        self.assertEqual(self.address(one)['PublicIp'],
                         self.describe(instance_id)['PublicIpAddress'])
        self.ec2.disassociate_address(AssociationId=association)
        after = self.describe(instance_id)['PublicIpAddress']
        self.assertNotIn(after, (before, self.address(one)['PublicIp']))
