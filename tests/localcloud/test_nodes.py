# SPDX-License-Identifier: Apache-2.0

import unittest
from pathlib import Path

from nova.virt import fake

from localcloud import cloud, nodes
from localcloud.services import compute_private
from localcloud.steps import flavors


class NodesTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        here = cloud.Cloud(home=Path('/nowhere'), cache=Path('/nowhere'),
                           port_base=1024)
        self.nodes = nodes.nodes(here, Path('/nowhere'), Path('/nowhere'))

    def test_names_are_unique_and_every_need_is_there(self):
        names = [node.name for node in self.nodes]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual({need for node in self.nodes
                              for need in node.needs}, set(names))

    def test_the_needs_have_no_circle(self):
        waiting = {node.name: set(node.needs) for node in self.nodes}
        while waiting:
            startable = {name for name, needs in waiting.items()
                         if not needs & set(waiting)}
            self.assertTrue(startable, waiting)
            for name in startable:
                del waiting[name]

    def test_no_two_services_share_a_port(self):
        taken = [port for node in self.nodes
                 for port in getattr(node, 'ports', ())]
        self.assertEqual(len(taken), len(set(taken)))


class PrivateHostTest(unittest.TestCase):

    def test_the_memory_is_that_of_novas_fake_driver(self):
        self.assertEqual(fake.FakeDriverWithoutFakeNodes.memory_mb,
                         compute_private.FAKE_DRIVER_MEMORY_MB)

    def test_the_flavor_is_that_of_the_demonstration(self):
        sizes = {name: memory for name, _, memory, _ in flavors.FLAVORS}
        self.assertEqual(sizes['m1.small'],
                         compute_private.FLAVOR_MEMORY_MB)
