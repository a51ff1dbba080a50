# SPDX-License-Identifier: Apache-2.0
"""What EC2 has not: refused in Nova's own way, with nothing sent to EC2.

Pausing is in test_suspend, the swap of volumes and volumes of other kinds
than EBS are in test_volumes and test_volume_refusals.
"""

import base64

from nova.tests.functional.api import client as api_client
from oslo_utils import uuidutils

from tests.functional.nova import base

READING = ('Describe', 'Get')


class UnsupportedTestCase(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.before = self.instance_of(self.server)
        self.calls = self.changes()

    def changes(self):
        """How often EC2 was asked to change something, by action."""
        return {action: count for action, count in
                self.control.counts().items()
                if not action.startswith(READING)}

    def refusal(self, call, *args, **kwargs):
        """Status and words of what Nova's API refuses."""
        error = self.assertRaises(api_client.OpenStackApiException, call,
                                  *args, **kwargs)
        return error.response.status_code, error.response.text

    def assert_untouched(self):
        """The server is active and at rest, and EC2 changed nothing."""
        self.until(self.server, 'ACTIVE')
        self.assertEqual(self.before, self.instance_of(self.server))
        self.assertEqual(self.calls, self.changes())


class VerbTest(UnsupportedTestCase):

    def test_live_migration(self):
        self.start_ec2('ec2-second')
        self.calls = self.changes()
        self.act(self.server, 'os-migrateLive', {
            'host': None, 'block_migration': 'auto'}, api=self.admin_api)

        def ended():
            found = self.admin_api.api_get(
                f'/os-migrations?instance_uuid={self.server["id"]}').body[
                    'migrations']
            return found and found[0]['status'] in ('error', 'failed')
        self.wait_until(ended, 'the migration to fail')
        self.assert_untouched()
        self.assertEqual(base.HOST, self.admin_api.get_server(
            self.server['id'])['OS-EXT-SRV-ATTR:host'])

    def test_live_migration_to_a_private_host(self):
        self.start_private()
        self.calls = self.changes()
        self.act(self.server, 'os-migrateLive', {
            'host': None, 'block_migration': 'auto'}, api=self.admin_api)
        self._wait_for_action_fail_completion(
            self.server, 'live-migration', 'conductor_live_migrate_instance')
        self.assert_untouched()
        self.assertEqual(base.HOST, self.admin_api.get_server(
            self.server['id'])['OS-EXT-SRV-ATTR:host'])

    def test_reset_of_the_network(self):
        self.admin_api.microversion = '2.1'
        self.addCleanup(setattr, self.admin_api, 'microversion', 'latest')
        self.assertEqual(410, self.refusal(
            self.act, self.server, 'resetNetwork', api=self.admin_api)[0])
        # This one goes to the driver, where it comes to nothing.
        self.act(self.server, 'injectNetworkInfo', api=self.admin_api)
        self.admin_api.microversion = 'latest'
        self.assert_untouched()


class ConsoleTest(UnsupportedTestCase):

    def refused(self, protocol, kind):
        return self.refusal(
            self.api.api_post,
            f'/servers/{self.server["id"]}/remote-consoles',
            {'remote_console': {'protocol': protocol, 'type': kind}})

    def test_vnc(self):
        self.flags(group='vnc', enabled=True)
        self.assertEqual(501, self.refused('vnc', 'novnc')[0])
        self.assert_untouched()

    def test_spice(self):
        self.flags(group='spice', enabled=True)
        self.assertEqual(501, self.refused('spice', 'spice-html5')[0])
        self.assert_untouched()

    def test_mks(self):
        self.flags(group='mks', enabled=True)
        self.assertEqual(501, self.refused('mks', 'webmks')[0])
        self.assert_untouched()

    def test_rdp(self):
        self.assertEqual(400, self.refused('rdp', 'rdp-html5')[0])
        self.assert_untouched()


class HostTest(UnsupportedTestCase):
    """Verbs on the host, which Nova's API had until 2.42."""

    def setUp(self):
        super().setUp()
        self.admin_api.microversion = '2.42'
        self.addCleanup(setattr, self.admin_api, 'microversion', 'latest')

    def refused(self, call, *args):
        status, _ = self.refusal(call, *args)
        self.admin_api.microversion = 'latest'
        self.assertEqual(501, status)
        self.assert_untouched()

    def test_power(self):
        for action in ('startup', 'shutdown', 'reboot'):
            self.assertEqual(501, self.refusal(
                self.admin_api.api_get,
                f'/os-hosts/{base.HOST}/{action}')[0])
        self.admin_api.microversion = 'latest'
        self.assert_untouched()

    def test_maintenance_mode(self):
        self.refused(self.admin_api.api_put, f'/os-hosts/{base.HOST}',
                     {'maintenance_mode': 'enable'})


class BuildTest(UnsupportedTestCase):

    FILES = [{'path': '/etc/motd',
              'contents': base64.b64encode(b'hello').decode()}]

    def setUp(self):
        super().setUp()
        self.api.microversion = '2.56'
        self.addCleanup(setattr, self.api, 'microversion', 'latest')

    def assert_no_launch(self):
        self.assertEqual(self.calls, self.changes())
        self.assertEqual(1, len(self.emulator.living()))

    def test_files_to_inject(self):
        words = self.refused(personality=self.FILES)
        for word in ('/etc/motd', 'config drive', 'user_data'):
            self.assertIn(word, words)
        self.assert_no_launch()

    def test_files_to_inject_at_a_rebuild(self):
        self.act(self.server, 'rebuild', {
            'imageRef': self.image, 'personality': self.FILES})
        self._wait_for_action_fail_completion(
            self.server, 'rebuild', 'compute_rebuild_instance')
        self.assert_untouched()

    def test_files_are_on_the_config_drive(self):
        server = self.boot(personality=self.FILES, config_drive=True)
        self.assertEqual(
            2, len(self.instance_of(server)['volumes']))

    def test_trusted_certificates(self):
        self.api.microversion = 'latest'
        words = self.refused(
            trusted_image_certificates=[uuidutils.generate_uuid()])
        self.assertIn('trusted', words.lower())
        self.assert_no_launch()
