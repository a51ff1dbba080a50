# SPDX-License-Identifier: Apache-2.0
"""Between which hosts a server can move."""

import dataclasses
import types
import unittest

from nova_ec2.models import place
from nova_ec2.policy import moves

HERE = place.Place('cloud', '123456789012', 'us-east-1', 'us-east-1a')


class MovesTest(unittest.TestCase):

    def test_private_hosts_among_themselves(self):
        self.assertEqual('', moves.refusal(None, None))

    def test_the_same_place(self):
        self.assertEqual('', moves.refusal(HERE, HERE))

    def test_never_between_ec2_and_others(self):
        for source, destination in ((HERE, None), (None, HERE)):
            self.assertIn('another kind',
                          moves.refusal(source, destination))

    def test_every_difference_refuses_and_is_named(self):
        for name in ('cloud', 'account', 'region', 'zone'):
            there = dataclasses.replace(HERE, **{name: 'else'})
            reason = moves.refusal(HERE, there)
            self.assertIn(f'its {name} ', reason)
            self.assertIn('else', reason)

    def test_a_server_of_another_account_needs_a_host_that_serves_it(self):
        serves = dataclasses.replace(HERE, accounts='2,3')
        self.assertEqual('', moves.account_refusal('3', serves))
        for host in (HERE, None, serves):
            self.assertIn('account 1,', moves.account_refusal('1', host))

    def test_what_is_not_known_is_not_the_same(self):
        nowhere = dataclasses.replace(HERE, account='')
        self.assertIn('account', moves.refusal(nowhere, nowhere))


class PlaceTest(unittest.TestCase):

    def test_there_and_back(self):
        node = types.SimpleNamespace(hypervisor_type='ec2',
                                     stats=place.to_stats(HERE))
        self.assertEqual(HERE, place.of_node(node))
        node.stats = place.to_stats(dataclasses.replace(HERE, accounts='2,3'))
        self.assertEqual({'2', '3'}, place.of_node(node).others)

    def test_another_driver_has_none(self):
        node = types.SimpleNamespace(hypervisor_type='QEMU',
                                     stats=place.to_stats(HERE))
        self.assertIsNone(place.of_node(node))

    def test_a_node_that_reported_nothing_is_nowhere(self):
        node = types.SimpleNamespace(hypervisor_type='ec2', stats=None)
        self.assertEqual(place.Place('', '', '', ''), place.of_node(node))
