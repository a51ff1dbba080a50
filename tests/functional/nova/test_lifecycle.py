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

    def test_a_server_without_network_has_an_interface_all_the_same(self):
        server = self.boot(networks='none')
        self.assertEqual({}, server['addresses'])
        self.assertEqual(1, len(self.instance_of(server)['interfaces']))
        self.delete(server)
        self.assert_nothing_left()

    def test_many_in_one_request_are_each_an_instance(self):
        self.create(min_count=4, max_count=4)
        servers = self.api.get_servers()
        self.assertEqual(4, len(servers))
        for server in servers:
            self.until(server, 'ACTIVE')
        ids = {self.instance_of(server)['instance_id'] for server in servers}
        self.assertEqual(4, len(ids))
        self.assertEqual(4, len(self.control.instances()))
        for server in servers:
            self.delete(server)
        self.assert_nothing_left()

    def test_what_a_failing_ec2_says_of_the_deletion_is_retried(self):
        server = self.boot()
        self.control.fault('error', 'TerminateInstances')
        self.delete(server)
        self.assert_nothing_left()

    def test_a_lost_reply_to_the_termination_does_no_harm(self):
        server = self.boot()
        self.control.fault('reset_after', 'TerminateInstances')
        self.delete(server)
        self.assert_nothing_left()

    def test_a_deletion_that_fails_says_so_and_can_be_repeated(self):
        server = self.boot()
        fault = self.control.fault(
            'error', 'TerminateInstances', times=0, status=403,
            code='UnauthorizedOperation', message='You are not authorized.')
        self.api.delete_server(server['id'])
        server = self.until(server, 'ERROR')
        self.assertIn('UnauthorizedOperation', server['fault']['message'])
        self.assertEqual('running', self.instance_of(server)['state'])
        self.control.clear_faults(fault)
        self.delete(server)
        self.assert_nothing_left()


class DeleteWhileBuildingTest(base.NovaTestCase):
    # The build would never end by itself within a test.
    EMULATOR = {'pending_seconds': 3600}

    def test_a_server_deleted_while_it_builds_is_gone(self):
        server = self.create()
        self.wait_until(self.emulator.living, 'the launch')
        self.delete(server)
        self.assert_nothing_left()
        self.assertEqual(1, self.count('RunInstances'))

    def test_its_neighbour_builds_on(self):
        gone, stays = self.create(), self.create()
        self.wait_until(lambda: len(self.emulator.living()) == 2,
                        'both launches')
        self.delete(gone)
        self.assertEqual('pending', self.instance_of(stays)['state'])
        self.control.advance(3600)
        self.until(stays, 'ACTIVE')
