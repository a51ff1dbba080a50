# SPDX-License-Identifier: Apache-2.0
"""Which hosts serve which ports."""

import unittest

from nova_ec2.models.neutron_subnet import NeutronSubnet
from nova_ec2.models.place import Place
from nova_ec2.policy import port_zones
from nova_ec2.policy.port_zones import Asked

PRIVATE = NeutronSubnet('n-0', '10.9.0.0/24', told=True)
HERE = NeutronSubnet('n-1', '10.0.0.0/24', 'subnet-1', 'us-east-1a', True)
THERE = NeutronSubnet('n-2', '10.0.1.0/24', 'subnet-2', 'us-east-1b', True)
UNTOLD = NeutronSubnet('n-3', '10.0.1.0/24')

A = Place('cloud', '1', 'us-east-1', 'us-east-1a')
B = Place('cloud', '1', 'us-east-1', 'us-east-1b')
HOSTS = (A, B, None)


def port(*subnets):
    return Asked('port p', subnets, fixed=True)


def network(*subnets):
    return Asked('network n', subnets, fixed=False)


class ServesTest(unittest.TestCase):

    def assert_served(self, asked, *places):
        self.assertEqual(list(places), [
            place for place in HOSTS if port_zones.serves(place, asked)])

    def test_a_port_is_served_in_its_zone_alone(self):
        self.assert_served(port(HERE), A)
        self.assert_served(port(THERE), B)
        self.assert_served(port(PRIVATE), None)

    def test_of_all_its_addresses(self):
        self.assert_served(port(HERE, HERE), A)
        self.assert_served(port(HERE, THERE))
        self.assert_served(port(HERE, PRIVATE))

    def test_of_a_network_one_subnet_will_do(self):
        self.assert_served(network(HERE, THERE), A, B)
        self.assert_served(network(HERE, PRIVATE), A, None)
        self.assert_served(network(PRIVATE), None)

    def test_what_neutron_does_not_tell_does_not_matter(self):
        for asked in (port(UNTOLD), network(UNTOLD), network(), port()):
            self.assert_served(asked, *HOSTS)


class ExplainedTest(unittest.TestCase):

    def test_what_is_where(self):
        self.assertEqual(
            'port p is in zone us-east-1b of EC2; the hosts that could take '
            'the server are in zone us-east-1a of EC2, not on EC2',
            port_zones.explained([A, None, A], [network(HERE), port(THERE)]))

    def test_each_is_served_but_not_by_the_same_host(self):
        words = port_zones.explained([A, B], [port(HERE), port(THERE)])
        self.assertIn('us-east-1a of EC2; port p is in zone us-east-1b',
                      words)


class SubnetTest(unittest.TestCase):

    def test_a_cidr_that_is_a_hosts_address(self):
        subnet = NeutronSubnet('a-subnet', '192.168.1.1/24')
        self.assertEqual(4, subnet.version)
        self.assertTrue(subnet.holds('192.168.1.77'))
        self.assertFalse(subnet.holds('192.168.2.1'))
