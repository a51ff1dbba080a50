# SPDX-License-Identifier: Apache-2.0
"""Snapshots are live, unless the server's image asks for a reboot."""

from nova import exception as nova_exc

from tests.functional.nova import images


class SnapshotRebootTest(images.ImageTestCase):

    def boot_from(self, **properties):
        return self.boot(imageRef=self.glance.add(
            ec2_ami_id=self.emulator.ami, **properties))

    def boots(self, server):
        return self.instance_of(server)['boots']

    def test_without_the_property_the_guest_runs_on(self):
        server = self.boot_from()
        self.assert_saved(self.snapshot(server))
        self.assertEqual(1, self.boots(server))

    def test_false_is_as_without(self):
        server = self.boot_from(ec2_snapshot_reboot='false')
        self.assert_saved(self.snapshot(server))
        self.assertEqual(1, self.boots(server))

    def test_true_reboots_the_guest(self):
        server = self.boot_from(ec2_snapshot_reboot='true')
        self.assert_saved(self.snapshot(server))
        self.assertEqual(2, self.boots(server))
        self.assertEqual('running', self.instance_of(server)['state'])
        self.assertEqual('ACTIVE',
                         self.api.get_server(server['id'])['status'])

    def test_a_server_built_from_the_snapshot_asks_for_it_too(self):
        saved = self.snapshot(self.boot_from(ec2_snapshot_reboot='true'))
        copy = self.boot(imageRef=saved)
        self.snapshot(copy, 'again')
        self.assertEqual(2, self.boots(copy))

    def test_a_stopped_server_stays_stopped(self):
        server = self.boot_from(ec2_snapshot_reboot='true')
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.assert_saved(self.snapshot(server))
        self.assertEqual('stopped', self.instance_of(server)['state'])

    def test_a_word_that_is_neither_is_named_and_nothing_is_made(self):
        server = self.boot_from(ec2_snapshot_reboot='sometimes')
        image_id = self.act(server, 'createImage', {'name': 'saved'})[
            'image_id']
        self.until_dropped(server, image_id)
        self.assert_saved()
        self.assertEqual(1, self.boots(server))
        error = self.assertRaises(
            nova_exc.ImageUnacceptable, self.driver.snapshot,
            self.admin_context(), self.record(server), image_id,
            lambda **state: None)
        self.assertIn("ec2_snapshot_reboot='sometimes'", str(error))
