# SPDX-License-Identifier: Apache-2.0
import unittest

from nova_ec2.neutron import hosts


class ServesTest(unittest.TestCase):

    def test_names_and_patterns(self):
        for host, patterns, expected in (
                ('ec2-a', ['ec2-a'], True),
                ('ec2-ab', ['ec2-a'], False),
                ('ec2-eu-1', ['ec2-us-*', 'ec2-eu-*'], True),
                ('ec2-1', ['ec2-?'], True),
                ('ec2-12', ['ec2-?'], False),
                ('EC2-a', ['ec2-*'], False),
                ('xec2-a', ['ec2-*'], False),
                ('', ['ec2-*'], False),
                ('ec2-a', [], False)):
            self.assertEqual(expected, hosts.serves(host, patterns),
                             (host, patterns))

    def test_an_unbound_port_is_not_ours_under_any_pattern(self):
        self.assertFalse(hosts.serves('', ['*']))
