# SPDX-License-Identifier: Apache-2.0
"""EC2 has no room: the next type, the next host, or a fault that says so."""

from tests.functional.nova import base

CAPACITY = 'InsufficientInstanceCapacity'


class CapacityTest(base.NovaTestCase):

    def test_the_next_type_is_tried(self):
        self.control.no_capacity(times=2)
        server = self.boot()
        types = [call['InstanceType'] for call in self.launches()]
        self.assertEqual(3, len(set(types)))
        self.assertEqual(types[-1],
                         self.instance_of(server)['instance_type'])
        self.assertEqual(
            3, len({call['ClientToken'] for call in self.launches()}))

    def test_a_type_without_room_is_not_tried_again_at_once(self):
        self.control.no_capacity(times=1)
        self.boot()
        self.boot()
        types = [call['InstanceType'] for call in self.launches()]
        self.assertEqual(3, len(types))
        self.assertEqual(types[1], types[2])

    def test_a_named_type_is_the_only_one_tried(self):
        flavor = self.flavor(extra_specs={'ec2:instance_type': 'm5.large'})
        self.control.no_capacity()
        self.refused(flavorRef=flavor)
        self.assertEqual(['m5.large'], [call['InstanceType']
                                        for call in self.launches()])

    def test_nowhere_else_means_no_valid_host_with_ec2s_reason(self):
        self.control.no_capacity()
        server = self.until(self.create(), 'ERROR')

        def told():
            fault = self.admin_api.get_server(server['id'])['fault']
            return CAPACITY in fault['message'] and fault['message']
        message = self.wait_until(told, "EC2's reason in the fault")
        self.assertIn('No valid host', message)
        self.assertIn(base.HOST, message)
        self.assertIn('AWS request', message)
        self.assert_nothing_left()

    def test_room_that_vanished_after_the_reply_is_no_room(self):
        self.control.fault(
            'doom', 'RunInstances', code=f'Server.{CAPACITY}',
            message='Insufficient capacity.')
        server = self.until(self.create(), 'ACTIVE')
        self.assertEqual(2, self.count('RunInstances'))
        living, = self.emulator.living()
        self.assertEqual(server['id'], living['tags']['nova-ec2:server'])


class RescheduleTest(base.NovaTestCase):
    EC2_FIRST = True

    def test_the_server_goes_to_another_host(self):
        self.start_private()
        self.control.no_capacity()
        server = self.boot()
        self.assertEqual('private', server['OS-EXT-SRV-ATTR:host'])
        self.assertGreaterEqual(self.count('RunInstances'), 1)
        self.assert_nothing_left()
        # Its ports followed it.
        port, = self.neutron.ports_of(server['id'])
        self.assertEqual('private', port['binding:host_id'])

    def test_with_room_it_stays(self):
        self.start_private()
        self.assertEqual(base.HOST, self.boot()['OS-EXT-SRV-ATTR:host'])


class EndedWhileStartingTest(base.NovaTestCase):
    EC2_FIRST = True

    def test_the_fault_gives_ec2s_reason(self):
        self.control.fault(
            'doom', 'RunInstances', times=0,
            code='Client.InvalidSnapshot.NotFound',
            message='The snapshot does not exist.')
        message = self.refused()
        self.assertIn('Client.InvalidSnapshot.NotFound', message)
        self.assertIn('The snapshot does not exist.', message)
        self.assert_nothing_left()

    def test_a_full_volume_quota_is_told(self):
        self.control.fault(
            'doom', 'RunInstances', times=0,
            code='Client.VolumeLimitExceeded',
            message='Volume limit exceeded.')
        self.assertIn('Client.VolumeLimitExceeded', self.refused())
        self.assert_nothing_left()


class LimitTest(base.NovaTestCase):

    def test_the_vcpu_quota(self):
        self.control.settings(vcpu_limit=1)
        message = self.refused()
        self.assertIn('VcpuLimitExceeded', message)
        self.assertIn('L-1216C47A', message)
        self.assertIn('limit of 1', message)
        # Known before: EC2 is not asked for what it would refuse.
        self.assertEqual(0, self.count('RunInstances'))
        # The number asked for.
        self.assertRegex(message, r'\b2 vCPUs\b')
        self.assert_nothing_left()

    def test_a_full_subnet(self):
        subnet = self.emulator.default_subnet(base.ZONE)
        small = self.ec2.create_subnet(
            VpcId=subnet['VpcId'], CidrBlock='172.31.128.0/28',
            AvailabilityZone=base.ZONE)['Subnet']['SubnetId']
        while True:
            try:
                self.ec2.create_network_interface(SubnetId=small)
            except self.ec2.exceptions.ClientError:
                break
        self.flags(group='ec2', subnet_id=small)
        self.restart()
        message = self.refused(networks='none')
        self.assertIn('InsufficientFreeAddressesInSubnet', message)
        self.assertIn(small, message)
        self.assertEqual([], self.emulator.living())

    def test_an_address_that_is_taken(self):
        port = self.neutron.create_port()['port']
        address = port['fixed_ips'][0]['ip_address']
        self.ec2.create_network_interface(SubnetId=self.subnet_id,
                                          PrivateIpAddress=address)
        message = self.refused(networks=[{'port': port['id']}])
        self.assertIn('InvalidIPAddress.InUse', message)
        self.assertIn(address, message)
        self.assertEqual([], self.emulator.living())

    def test_permissions_that_are_missing(self):
        self.control.fault('error', 'RunInstances', status=403, times=0,
                           code='UnauthorizedOperation',
                           message='You are not authorized.')
        message = self.refused()
        self.assertIn('RunInstances: UnauthorizedOperation', message)
        self.assertIn('AWS request', message)
        self.assertEqual(1, self.count('RunInstances'))
