# SPDX-License-Identifier: Apache-2.0
"""A verb asked for twice, or of an instance that is gone.

One effect, or the answer that Nova's users know; the server as it was.
Verbs with files of their own have more of it there.
"""

import concurrent.futures

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base, images
from tests.functional.nova.test_interfaces import InterfaceTestCase
from tests.functional.nova.test_password import PasswordTestCase
from tests.functional.nova.test_rescue import RescueTestCase
from tests.functional.nova.test_server_groups import ServerGroupTestCase
from tests.functional.nova.test_suspend import SuspendTestCase
from tests.functional.nova.test_volumes import VolumeTestCase


class RepeatedCase(base.NovaTestCase):

    def assert_conflict(self, ask, *args, status=409, **kwargs):
        """Nova's API refuses it."""
        error = self.assertRaises(api_client.OpenStackApiException, ask,
                                  *args, **kwargs)
        self.assertEqual(status, error.response.status_code,
                         error.response.text)

    def terminate(self, server):
        """Take the instance away behind Nova's back."""
        instance_id = self.instance_of(server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')


class ImageTest(RepeatedCase, images.ImageTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()

    def save(self):
        return self.act(self.server, 'createImage', {'name': 'saved'})

    def backup(self):
        return self.act(self.server, 'createBackup', {
            'name': 'saved', 'backup_type': 'daily', 'rotation': 2})

    def test_a_snapshot_meanwhile(self):
        self.control.settings(image_seconds=1)
        image_id = self.save()['image_id']
        self.assert_conflict(self.save)
        self.assert_conflict(self.backup)
        self.until_saved(self.server, image_id)
        self.assert_saved(image_id)

    def test_a_backup_meanwhile(self):
        self.control.settings(image_seconds=1)
        image_id = self.backup()['image_id']
        self.assert_conflict(self.backup)
        self.assert_conflict(self.save)
        self.until_saved(self.server, image_id)
        self.assert_saved(image_id)

    def test_a_snapshot_of_an_instance_that_is_gone(self):
        self.terminate(self.server)
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.until_dropped(self.server, self.save()['image_id'])
        self.assert_saved()

    def test_a_backup_of_an_instance_that_is_gone(self):
        self.terminate(self.server)
        self.sync_power()
        self.until(self.server, 'SHUTOFF')
        self.until_dropped(self.server, self.backup()['image_id'])
        self.assert_saved()


class UnrescueTest(RepeatedCase, RescueTestCase):

    def setUp(self):
        super().setUp()
        self.boot_one()
        self.rescue()
        self.until(self.server, 'RESCUE')

    def test_a_rescue_of_a_rescued_server(self):
        self.assert_conflict(self.rescue)
        self.assert_rescued()

    def test_only_once_at_a_time(self):
        self.control.settings(stopping_seconds=1)
        self.unrescue()
        self.assert_conflict(self.unrescue)
        self.until(self.server, 'ACTIVE')
        self.assert_as_before()
        self.assert_conflict(self.unrescue)

    def test_of_an_instance_that_is_gone(self):
        self.terminate(self.server)
        self.unrescue()
        # Nova writes no fault then.
        self.until(self.server, 'ERROR', fault=False)
        self.delete(self.server)
        self.assert_nothing_left()


class ResumeTest(RepeatedCase, SuspendTestCase):

    def test_only_once_at_a_time(self):
        server = self.sleeper()
        self.suspend(server)
        self.control.settings(starting_seconds=1)
        self.act(server, 'resume')
        self.assert_conflict(self.act, server, 'resume')
        self.until(server, 'ACTIVE')
        self.assertEqual(1, self.count('StartInstances'))

    def test_a_suspended_server_is_not_suspended_again(self):
        server = self.sleeper()
        self.suspend(server)
        self.assert_conflict(self.act, server, 'suspend')
        self.assertEqual(['true'], self.stops())


class PasswordTest(RepeatedCase, PasswordTestCase):

    def test_only_once_at_a_time(self):
        server = self.with_agent()
        self.control.settings(command_seconds=1)
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            first = beside.submit(self.change, server)
            self.wait_until(self.control.commands, 'the command')
            self.assert_conflict(self.change, server)
            first.result()
        self.until(server, 'ACTIVE')
        self.assertEqual(1, len(self.control.commands()))

    def test_of_an_instance_that_is_gone(self):
        server = self.with_agent()
        self.terminate(server)
        self.assert_conflict(self.change, server)
        self.assertEqual([], self.control.commands())
        self.assertEqual([], self.parameters())


class DiagnosticsTest(RepeatedCase):

    def test_of_an_instance_that_is_gone(self):
        server = self.boot()
        self.terminate(server)
        self.assert_conflict(
            self.admin_api.api_get, f'/servers/{server["id"]}/diagnostics')
        self.sync_power()
        self.until(server, 'SHUTOFF')


class InterfaceTest(RepeatedCase, InterfaceTestCase):

    def test_a_detachment_meanwhile_and_afterwards(self):
        port_id = self.attach()
        self.control.settings(interface_seconds=1)
        self.api.detach_interface(self.server['id'], port_id)
        self.again(port_id)
        self.wait_until(lambda: port_id not in self.known(), 'its end')
        self.wait_until(lambda: len(self.nics()) == 1, 'EC2 to follow')
        self.again(port_id)
        self.assert_agreed()
        self.assertEqual(1, self.count('DeleteNetworkInterface'))
        self.until(self.server, 'ACTIVE')

    def again(self, port_id):
        """Nova's API takes it or not, as far as the first is."""
        try:
            self.api.detach_interface(self.server['id'], port_id)
        except api_client.OpenStackApiException as error:
            self.assertIn(error.response.status_code, (404, 409))


class VolumeTest(RepeatedCase, VolumeTestCase):

    def test_an_attachment_meanwhile_and_afterwards(self):
        server, volume = self.boot(), self.cinder.add()
        self.control.settings(volume_seconds=1)
        self.ask(server, volume)
        self.wait_until(lambda: self.count('AttachVolume'), 'the call')
        self.assert_conflict(self.ask, server, volume, status=400)
        self.assert_went_well(self.ended(server, 'attach_volume'))
        self.assert_conflict(self.ask, server, volume, status=400)
        self.assertEqual(1, self.count('AttachVolume'))
        self.assertEqual([self.cinder.ebs[volume]],
                         list(self.volumes_of(server)))


class GroupTest(RepeatedCase, ServerGroupTestCase):

    def test_several_at_once_make_one_group(self):
        group = self.group('affinity')
        made = [self.create_in(group) for _ in range(3)]
        for server in made:
            self.until(server, 'ACTIVE')
        self.assertEqual([self.name(group)], list(self.on_ec2()))
        self.assertEqual(
            3, sum(bool(self.placed(server)) for server in made))
