# SPDX-License-Identifier: Apache-2.0
"""Parts of a subnet that EC2 gives out on request only.

CreateSubnetCidrReservation, API Reference; Subnet CIDR reservations, Amazon
VPC User Guide.
"""

from tests.functional.emulator import base


class TestReservations(base.TestCase):
    """A subnet of eleven addresses."""

    def setUp(self):
        super().setUp()
        self.small = self.subnet('10.9.0.0/28')

    def reserve(self, cidr='10.9.0.0/29', kind='explicit'):
        """A reservation of 10.9.0.4 to 10.9.0.7."""
        return self.ec2.create_subnet_cidr_reservation(
            SubnetId=self.small, Cidr=cidr,
            ReservationType=kind)['SubnetCidrReservation']

    def reserved(self):
        """What GetSubnetCidrReservations lists."""
        return self.ec2.get_subnet_cidr_reservations(
            SubnetId=self.small)['SubnetIpv4CidrReservations']

    def addresses(self, count):
        """The addresses of new instances that asked for none."""
        return {one['PrivateIpAddress'] for one in self.run_instances(
            SubnetId=self.small, MinCount=count, MaxCount=count)}

    def test_explicit_you_assign_the_ip_addresses_to_resources(self):
        self.reserve()
        self.assertEqual({f'10.9.0.{last}' for last in range(8, 15)},
                         self.addresses(7))
        self.assertRefused('InsufficientFreeAddressesInSubnet', self.launch,
                           SubnetId=self.small)
        self.assertRefused('InsufficientFreeAddressesInSubnet',
                           self.ec2.create_network_interface,
                           SubnetId=self.small)
        (made,) = self.run_instances(SubnetId=self.small,
                                     PrivateIpAddress='10.9.0.5')
        self.assertEqual('10.9.0.5', made['PrivateIpAddress'])

    def test_a_launch_of_many_takes_what_is_left_outside(self):
        self.reserve()
        self.assertEqual(7, len(self.run_instances(
            SubnetId=self.small, MinCount=1, MaxCount=11)))

    def test_addresses_in_use_are_not_affected_by_a_reservation(self):
        kept = self.addresses(2)
        self.assertEqual({'10.9.0.4', '10.9.0.5'}, kept)
        self.reserve()
        self.assertEqual({f'10.9.0.{last}' for last in range(8, 15)},
                         self.addresses(7))
        self.launch(SubnetId=self.small, PrivateIpAddress='10.9.0.6')

    def test_a_reservation_is_listed_until_it_is_deleted(self):
        made = self.reserve()
        (found,) = self.reserved()
        self.assertEqual(
            ('10.9.0.0/29', 'explicit', self.small,
             made['SubnetCidrReservationId']),
            (found['Cidr'], found['ReservationType'], found['SubnetId'],
             found['SubnetCidrReservationId']))
        self.ec2.delete_subnet_cidr_reservation(
            SubnetCidrReservationId=made['SubnetCidrReservationId'])
        self.assertEqual([], self.reserved())
        self.assertEqual(11, len(self.addresses(11)))

    def test_a_reservation_lies_within_the_subnet_and_in_no_other(self):
        self.assertRefused('InvalidParameterValue', self.reserve,
                           '10.8.0.0/29')
        self.reserve()
        self.assertRefused('InvalidParameterValue', self.reserve,
                           '10.9.0.4/30')

    def test_what_this_emulator_lacks_is_refused(self):
        self.assertRefused('UnsupportedOperation', self.reserve,
                           kind='prefix')
