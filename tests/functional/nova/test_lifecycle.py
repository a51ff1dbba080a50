# SPDX-License-Identifier: Apache-2.0
"""Boot and delete: the shortest life of a server."""

from tests.functional.nova import base


class LifecycleTest(base.NovaTestCase):

    def test_a_server_runs_and_is_deleted(self):
        server = self.boot()
        self.assertEqual(base.HOST, server['OS-EXT-SRV-ATTR:host'])
        self.assertEqual(1, server['OS-EXT-STS:power_state'])
        instance = self.instance_of(server)
        self.assertEqual('running', instance['state'])
        self.assertEqual(self.emulator.ami, instance['image_id'])
        self.delete(server)
        self.assert_nothing_left()
