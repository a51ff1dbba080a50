# SPDX-License-Identifier: Apache-2.0
"""Whatever call nova-compute dies at: nothing is lost, nothing is left."""

import fixtures

from tests.functional.fixtures.crash import CrashAt
from tests.functional.nova import base
from tests.functional.nova.test_mapping import ED25519


class CrashTestCase(base.NovaTestCase):

    def die_at(self, method='', after=False):
        """Have the next such call be the last."""
        self.crash = self.useFixture(CrashAt(method, after))

    def come_back(self):
        """Wait for the death, and start the service anew."""
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        self.crash.over()
        self.restart()

    def die_in(self, server, action, method, after):
        """Die at a call that a server's action makes, and come back."""
        self.die_at(method, after)
        self.act(server, action)
        self.come_back()


class SpawnCrashTest(CrashTestCase):
    EMULATOR = {'pending_seconds': 0.5}

    def die_in_spawn(self, method, after=False):
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ED25519}})
        self.die_at(method, after)
        self.assert_undone(self.create(key_name='mine'))

    def assert_undone(self, server):
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        manager = self.compute.manager
        self.wait_until(lambda: not manager._in_progress_tasks,
                        'the build of the dead process to end')
        self.come_back()
        # Nova itself puts interrupted builds into ERROR, without a fault.
        self.until(server, 'ERROR', fault=False)
        self.assert_nothing_left()
        self.delete(server)
        self.assertEqual([], self.neutron.ports_of(server['id']))

    def test_before_the_image_is_read(self):
        self.die_in_spawn('describe_images')

    def test_after_the_key_was_imported(self):
        self.die_in_spawn('import_key_pair', after=True)

    def test_before_the_launch(self):
        self.die_in_spawn('run_instances')

    def test_after_the_launch(self):
        self.die_in_spawn('run_instances', after=True)

    def test_while_it_waits(self):
        self.die_in_spawn('describe_instances')

    def test_when_the_port_is_bound(self):
        self.die_at()
        really = self.neutron.update_port

        def update_port(port_id, body=None):
            answer = really(port_id, body)
            if body['port'].get('mac_address'):
                self.crash.die()
            return answer
        self.neutron.update_port = update_port
        self.assert_undone(self.create())


class DestroyCrashTest(CrashTestCase):

    def die_in_destroy(self, after):
        server = self.boot()
        self.die_at('terminate_instances', after)
        self.api.delete_server(server['id'])
        self.come_back()
        self.until_deleted(server)
        self.assert_nothing_left()

    def test_before_the_termination(self):
        self.die_in_destroy(after=False)

    def test_after_the_termination(self):
        self.die_in_destroy(after=True)


class SnapshotCrashTest(CrashTestCase):

    def die_in_snapshot(self, method, after=False):
        server = self.boot()
        self.die_at(method, after)
        self.act(server, 'createImage', {'name': 'saved'})
        self.come_back()
        self.until(server, 'ACTIVE')
        self.assertEqual(
            [], self.ec2.describe_images(Owners=['self'])['Images'])
        self.assertNotIn('snapshots', self.emulator.left())
        self.assertEqual('running', self.instance_of(server)['state'])

    def test_before_the_ami(self):
        self.die_in_snapshot('create_image')

    def test_after_the_ami(self):
        self.die_in_snapshot('create_image', after=True)

    def test_a_shelving_that_died_leaves_no_ami_and_no_busy_server(self):
        server = self.boot()
        self.die_at('create_image', after=True)
        self.act(server, 'shelve')
        self.come_back()
        self.assertEqual(
            [], self.ec2.describe_images(Owners=['self'])['Images'])
        # Nova had it stopped for the snapshot.
        self.sync_power()
        self.until(server, 'SHUTOFF')
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.delete(server)

    def test_a_finished_snapshot_survives(self):
        server = self.boot()
        image_id = self.act(server, 'createImage', {'name': 'saved'})[
            'image_id']
        self.wait_until(
            lambda: self.glance.images[image_id]['status'] == 'active',
            'the image')
        self.until(server, 'ACTIVE')
        self.restart()
        ami, = self.ec2.describe_images(Owners=['self'])['Images']
        self.assertEqual(
            ami['ImageId'],
            self.glance.images[image_id]['properties']['ec2_ami_id'])


class RestartTest(base.NovaTestCase):

    def test_running_and_stopped_servers_are_kept(self):
        runs, rests = self.boot(), self.boot()
        self.act(rests, 'os-stop')
        self.until(rests, 'SHUTOFF')
        before = [self.instance_of(one) for one in (runs, rests)]
        self.restart()
        self.sync_power()
        self.until(runs, 'ACTIVE')
        self.until(rests, 'SHUTOFF')
        self.assertEqual(before,
                         [self.instance_of(one) for one in (runs, rests)])

    def test_a_listing_that_fails_at_the_start_stops_no_server(self):
        server = self.boot()
        self.flags(group='ec2', attempts=1)
        self.control.fault('omit', 'DescribeInstances', times=0,
                           ids=[self.instance_of(server)['instance_id']],
                           match={'Filter.*.Name': 'instance-state-name'})
        self.restart()
        self.sync_power()
        self.until(server, 'ACTIVE')
        self.assertEqual(
            (0, 0), (self.count('StopInstances'),
                     self.count('TerminateInstances')))

    def test_the_host_stays_the_same_for_nova_and_placement(self):
        before = self._get_all_providers()
        node = self.admin_api.api_get('/os-hypervisors').body
        self.restart()
        self.assertEqual(before, self._get_all_providers())
        self.assertEqual(node, self.admin_api.api_get(
            '/os-hypervisors').body)


class OrphanTest(base.NovaTestCase):
    """An instance whose server has no host any more."""

    def setUp(self):
        super().setUp()
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.recovery._TOO_YOUNG', 0))

    def leave_one_behind(self):
        """A build that failed and could not clean up."""
        self.control.settings(pending_seconds=3600)
        self.flags(group='ec2', launch_timeout=1, attempts=1)
        self.restart()
        fault = self.control.fault('error', 'TerminateInstances', times=0)
        server = self.until(self.create(), 'ERROR')
        self.assertEqual(1, len(self.emulator.living()))
        self.control.clear_faults(fault)
        return server

    def test_it_goes_with_the_next_sync(self):
        server = self.leave_one_behind()
        self.sync_power()
        self.wait_until(lambda: not self.emulator.living(), 'the removal')
        self.delete(server)
        self.assert_nothing_left()

    def test_it_goes_when_the_server_was_deleted_without_its_host(self):
        self.delete(self.leave_one_behind())
        self.sync_power()
        self.wait_until(lambda: not self.emulator.living(), 'the removal')
