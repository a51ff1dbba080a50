# SPDX-License-Identifier: Apache-2.0
"""Ports against the subnet of the zone."""

import dataclasses
import ipaddress
import unittest

import hypothesis
from hypothesis import strategies as st
from nova.network import model as network_model

from nova_ec2 import exceptions
from nova_ec2.mapping import needs, network
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import InterfaceRequest
from nova_ec2.models.vpc import Block
from tests.unit.mapping import builders
from tests.unit.mapping.builders import network_info, vif

PORT = 'c9c7a8f6-5a4a-4c9d-8e07-111111111111'
SUBNET = builders.SUBNET.subnet_id
DUAL = dataclasses.replace(builders.SUBNET,
                           ipv6_blocks=(Block('fd00::/64'),))


class InterfacesTest(unittest.TestCase):
    def interfaces(self, *vifs, groups=(), subnet=builders.SUBNET):
        return network.interfaces(
            network_info(*vifs), network.Spot(subnet, tuple(groups)))

    def refused(self, words, *vifs, **more):
        with self.assertRaisesRegex(exceptions.NetworkRefused, words):
            self.interfaces(*vifs, **more)

    def test_no_network(self):
        """--nic none: EC2 needs an interface all the same."""
        for nothing in (network_info(), None, []):
            self.assertEqual(
                (InterfaceRequest(SUBNET, ('sg-1',)),),
                network.interfaces(nothing, network.Spot(
                    builders.SUBNET, ('sg-1',))))
            self.assertEqual(1, network.count(nothing))

    def test_a_port_may_follow_the_address_that_ec2_chooses(self):
        first = ipaddress.IPv4Network(builders.SUBNET.cidr)[10]
        reserved = dataclasses.replace(
            builders.SUBNET, reserved=(f'{first}/32',))
        made, = network.interfaces(
            network_info(vif(str(first))), network.Spot(reserved),
            keeps=lambda port: False)
        self.assertEqual('', made.private_address)

    def test_neither_side_hands_out_the_others_addresses(self):
        first = ipaddress.IPv4Network(builders.SUBNET.cidr)[10]
        with self.assertRaisesRegex(exceptions.NetworkRefused,
                                    'no explicit CIDR reservation'):
            network.interfaces(network_info(vif(str(first))),
                               network.Spot(builders.SUBNET),
                               keeps=lambda port: False)

    def test_one_port(self):
        self.assertEqual(
            (InterfaceRequest(SUBNET, ('sg-1', 'sg-2'), PORT, '10.0.0.9', 0),
             ), self.interfaces(vif('10.0.0.9', port_id=PORT),
                                groups=['sg-1', 'sg-2']))

    def test_several_ports_keep_their_order(self):
        made = self.interfaces(vif('10.0.0.9'), vif('10.0.0.5'), vif())
        self.assertEqual([(0, '10.0.0.9'), (1, '10.0.0.5'), (2, '')],
                         [(one.device_index, one.private_address)
                          for one in made])

    def test_a_port_of_another_subnet(self):
        """Each is made in its own, with its own groups."""
        other = dataclasses.replace(builders.SUBNET, subnet_id='subnet-2',
                                    cidr='10.0.1.0/24')
        ports = network_info(vif('10.0.1.9', port_id=PORT), vif('10.0.0.9'))
        self.assertEqual(
            [('subnet-2', ('sg-2',), '10.0.1.9'),
             (SUBNET, ('sg-1',), '10.0.0.9')],
            [(one.subnet_id, one.security_group_ids, one.private_address)
             for one in network.interfaces(
                 ports, network.Spot(builders.SUBNET, ('sg-1',)),
                 {PORT: network.Spot(other, ('sg-2',))})])

    def test_port_without_network_details(self):
        bare = network_model.VIF(id=PORT, network=None)
        self.assertEqual('', self.interfaces(bare)[0].private_address)

    def test_address_outside(self):
        self.refused(
            rf'port {PORT} has the address 10\.0\.1\.9, which is not in '
            rf'10\.0\.0\.0/24 of {SUBNET} \(\[ec2\] subnet_id',
            vif('10.0.1.9', port_id=PORT))

    def test_addresses_that_aws_keeps(self):
        for address in ('10.0.0.0', '10.0.0.1', '10.0.0.3', '10.0.0.255'):
            self.refused(f'{address}, but AWS keeps', vif(address))
        for address in ('10.0.0.4', '10.0.0.254'):
            self.interfaces(vif(address))

    def test_further_addresses(self):
        """The first of IPv4 is the primary one."""
        made, = self.interfaces(vif('fd00::5', '10.0.0.9', '10.0.0.8'),
                                subnet=DUAL)
        self.assertEqual(
            ('10.0.0.9', ('10.0.0.8',), ('fd00::5',)),
            (made.private_address, made.other_addresses,
             made.ipv6_addresses))

    def test_several_are_kept_though_one_would_not_be(self):
        for addresses in (('10.0.0.9', '10.0.0.8'), ('10.0.0.9', 'fd00::5')):
            made, = network.interfaces(
                network_info(vif(*addresses)), network.Spot(DUAL),
                keeps=lambda port: False)
            self.assertEqual(addresses, made.addresses)

    def test_ipv6_alone(self):
        self.refused('IPv6 addresses alone', vif('fd00::5'), subnet=DUAL)

    def test_ipv6_addresses_that_ec2_does_not_give(self):
        for address in ('fd00::3', 'fd00::ffff:ffff:ffff:ffff'):
            self.refused(f'{address}, but AWS keeps',
                         vif('10.0.0.9', address), subnet=DUAL)
        self.refused('fd00:1::5, which is in no IPv6 block',
                     vif('10.0.0.9', 'fd00:1::5'), subnet=DUAL)
        self.refused(r'\(it has: none\)', vif('10.0.0.9', 'fd00::5'))

    def test_a_port_without_ipv6_gets_none_whatever_its_subnet_does(self):
        made, = self.interfaces(vif('10.0.0.9'), subnet=DUAL)
        self.assertTrue(made.no_ipv6)
        made, = self.interfaces(vif('10.0.0.9'))
        self.assertFalse(made.no_ipv6)

    def test_a_further_address_outside(self):
        self.refused(r'10\.0\.1\.9, which is not in',
                     vif('10.0.0.9', '10.0.1.9'))

    def test_what_they_ask_of_the_type(self):
        small = InstanceType('small', 2, 2048, frozenset({'x86_64'}),
                             addresses_per_interface=2, ipv6_per_interface=0)
        large = dataclasses.replace(small, addresses_per_interface=4,
                                    ipv6_per_interface=4)
        for port, lacking in (
                (vif('10.0.0.9', '10.0.0.8'), ''),
                (vif('10.0.0.9', '10.0.0.8', '10.0.0.7'),
                 '3 IPv4 addresses an interface'),
                (vif('10.0.0.9', 'fd00::5'),
                 '1 IPv6 addresses an interface')):
            wanted = network.needs(network_info(port))
            self.assertEqual([], needs.unmet(wanted, large))
            words = ', '.join(map(str, needs.unmet(wanted, small)))
            self.assertIn(lacking, words)
            self.assertEqual(bool(lacking), bool(words))

    def test_special_ports(self):
        self.refused('vnic_type direct', vif('10.0.0.9', vnic_type='direct'))

    @hypothesis.given(st.integers(16, 28), st.data())
    def test_exactly_the_addresses_that_aws_gives(self, length, data):
        cidr = ipaddress.ip_network(f'10.8.0.0/{length}')
        offset = data.draw(st.integers(-4, cidr.num_addresses + 4))
        address = str(cidr.network_address + offset)
        subnet = dataclasses.replace(builders.SUBNET, cidr=str(cidr))
        usable = 4 <= offset < cidr.num_addresses - 1
        try:
            made = network.interfaces(network_info(vif(address)),
                                      network.Spot(subnet))
        except exceptions.NetworkRefused:
            self.assertFalse(usable)
        else:
            self.assertTrue(usable)
            self.assertEqual(address, made[0].private_address)
