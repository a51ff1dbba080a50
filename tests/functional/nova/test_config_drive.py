# SPDX-License-Identifier: Apache-2.0
"""The config drive: a volume that the guest finds by its label."""

import io
import json

import pycdlib

from tests.functional.nova import base
from tests.functional.nova.test_crash import CrashTestCase


class DriveTestCase(base.NovaTestCase):

    def drive_of(self, server):
        """The volume that holds a server's drive, as the emulator has it."""
        instance = self.instance_of(server)
        found = [one for one in instance['volumes']
                 if self.control.disk(one['volume_id'])]
        self.assertEqual(1, len(found), instance['volumes'])
        return found[0]

    def files(self, server):
        """Content by path of a server's drive."""
        image = pycdlib.PyCdlib()
        image.open_fp(io.BytesIO(
            self.control.disk(self.drive_of(server)['volume_id'])))
        self.addCleanup(image.close)
        self.assertEqual(b'config-2',
                         image.pvd.volume_identifier.strip())
        found = {}
        for folder, _, names in image.walk(rr_path='/'):
            for name in names:
                path = f'{folder.rstrip("/")}/{name}'
                data = io.BytesIO()
                image.get_file_from_iso_fp(data, rr_path=path)
                found[path.lstrip('/')] = data.getvalue()
        return found

    def meta(self, server):
        return json.loads(
            self.files(server)['openstack/latest/meta_data.json'])

    def assert_only_servers_left(self):
        """No snapshot and no interface is left beside instances."""
        left, = self.control.resources()
        self.assertEqual([], left['snapshots'])
        attached = {nic['interface_id'] for one in self.control.instances()
                    for nic in one['interfaces']}
        self.assertEqual(attached, set(left['interfaces']))


class ConfigDriveTest(DriveTestCase):

    def test_it_holds_nova_s_metadata(self):
        server = self.boot(config_drive=True, metadata={'role': 'web'},
                           user_data=b'#!/bin/sh\ntrue\n')
        self.assertTrue(server['config_drive'])
        files = self.files(server)
        meta = json.loads(files['openstack/latest/meta_data.json'])
        self.assertEqual(
            (server['id'], 'web', 'web.novalocal', {'role': 'web'}),
            (meta['uuid'], meta['name'], meta['hostname'], meta['meta']))
        self.assertEqual(b'#!/bin/sh\ntrue\n',
                         files['openstack/latest/user_data'])
        self.assertIn('ec2/latest/meta-data.json', files)

    def test_it_tells_the_mac_and_address_that_ec2_chose(self):
        server = self.boot(config_drive=True)
        network = json.loads(
            self.files(server)['openstack/latest/network_data.json'])
        nic, = self.instance_of(server)['interfaces']
        self.assertEqual([nic['mac_address']], [
            link['ethernet_mac_address'] for link in network['links']])
        port, = self.neutron.ports_of(server['id'])
        self.assertEqual(nic['mac_address'], port['mac_address'])
        self.assertEqual(nic['private_address'],
                         port['fixed_ips'][0]['ip_address'])

    def test_it_is_small_tagged_and_goes_with_the_server(self):
        server = self.boot(config_drive=True)
        drive = self.drive_of(server)
        self.assertEqual((1, '/dev/xvdz', True), (
            drive['size_gib'], drive['device_name'],
            drive['delete_on_termination']))
        nic, = self.instance_of(server)['interfaces']
        self.assertTrue(nic['delete_on_termination'])
        shown, = self.ec2.describe_volumes(
            VolumeIds=[drive['volume_id']])['Volumes']
        self.assertIn({'Key': 'nova-ec2:server', 'Value': server['id']},
                      shown['Tags'])
        self.assert_only_servers_left()
        self.delete(server)
        self.assert_nothing_left()

    def test_the_password_is_in_the_drive_and_nowhere_else(self):
        server = self.create(config_drive=True)
        password = server['adminPass']
        self.until(server, 'ACTIVE')
        self.assertEqual(password, self.meta(server)['admin_pass'])
        self.assertNotIn(password, json.dumps(
            [call for call in self.control.calls()
             if call['action'] != 'PutSnapshotBlock'], default=str))
        self.assertNotIn(password, self.stdlog.logger.output)

    def test_no_drive_unasked(self):
        server = self.boot()
        self.assertFalse(server['config_drive'])
        self.assertEqual(0, self.count('StartSnapshot'))
        self.assertEqual(1, len(self.instance_of(server)['volumes']))

    def test_the_operator_can_force_it(self):
        self.flags(force_config_drive=True)
        server = self.boot()
        self.assertEqual(server['id'], self.meta(server)['uuid'])
        self.assertTrue(self.admin_api.get_server(
            server['id'])['config_drive'])

    def test_the_image_can_ask_for_it(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                img_config_drive='mandatory')
        server = self.boot(imageRef=image)
        self.assertEqual(server['id'], self.meta(server)['uuid'])

    def test_files_can_be_injected(self):
        self.api.microversion = '2.56'
        server = self.boot(
            config_drive=True, personality=[
                {'path': '/etc/motd', 'contents': 'aGVsbG8='}])
        meta, files = self.meta(server), self.files(server)
        place, = meta['files']
        self.assertEqual('/etc/motd', place['path'])
        self.assertEqual(b'hello',
                         files['openstack' + place['content_path']])

    def test_with_encrypted_volumes_it_is_encrypted(self):
        server = self.boot(config_drive=True, flavorRef=self.flavor(
            extra_specs={'ec2:encrypted': 'true'}))
        self.assertTrue(self.drive_of(server)['encrypted'])
        start, = self.control.calls(action='StartSnapshot')
        self.assertEqual('true', start['params']['Encrypted'])

    def test_a_snapshot_of_the_server_does_not_hold_it(self):
        server = self.boot(config_drive=True)
        self.act(server, 'createImage', {'name': 'copy'})
        made, = self.wait_until(lambda: self.ec2.describe_images(
            Owners=['self'])['Images'], 'the AMI')
        self.assertEqual(['/dev/xvda'], [
            one['DeviceName'] for one in made['BlockDeviceMappings']])

    def test_it_survives_stop_and_start(self):
        server = self.boot(config_drive=True)
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        self.act(server, 'os-start')
        self.until(server, 'ACTIVE')
        self.assertEqual(server['id'], self.meta(server)['uuid'])


class FailedDriveTest(DriveTestCase):

    def fails(self):
        self.until(self.create(config_drive=True), 'ERROR')
        self.assertEqual([], self.emulator.living())
        self.wait_until(lambda: not self.emulator.left(),
                        'snapshots and interfaces to go')

    def test_where_ec2_refuses_the_launch_nothing_is_left(self):
        self.control.fault('error', 'RunInstances', status=400,
                           code='InvalidParameterValue', message='No.')
        self.fails()

    def test_where_the_snapshot_cannot_be_written_nothing_is_left(self):
        self.control.fault('error', 'CompleteSnapshot', status=400,
                           code='ValidationException', message='No.')
        self.fails()
        self.assertEqual([], self.launches())

    def test_lost_replies_cost_nothing(self):
        for action in ('StartSnapshot', 'CreateNetworkInterface',
                       'PutSnapshotBlock', 'RunInstances'):
            self.control.fault('reset_after', action, times=1)
        server = self.boot(config_drive=True)
        self.assertEqual(server['id'], self.meta(server)['uuid'])
        self.assert_only_servers_left()

    def test_no_room_for_the_first_type_takes_the_next(self):
        self.control.fault('error', 'RunInstances', times=1, status=500,
                           code='InsufficientInstanceCapacity',
                           message='No room.')
        server = self.boot(config_drive=True)
        self.assertEqual(server['id'], self.meta(server)['uuid'])
        self.assert_only_servers_left()

    def test_a_deletion_during_the_build_leaves_nothing(self):
        self.control.settings(image_seconds=3600)
        server = self.create(config_drive=True)
        self.wait_until(lambda: self.count('CompleteSnapshot'),
                        'the drive to be written')
        self.delete(server)
        self.wait_until(lambda: not self.emulator.left(),
                        'snapshots and interfaces to go')


class CrashedDriveTest(CrashTestCase):
    """Whatever call the process dies at, the next start tidies up."""

    def dies_at(self, method, after=False):
        self.die_at(method, after)
        server = self.create(config_drive=True)
        self.assertTrue(self.crash.dead.wait(base.PATIENCE))
        manager = self.compute.manager
        self.wait_until(lambda: not manager._in_progress_tasks,
                        'the build of the dead process to end')
        self.come_back()
        self.until(server, 'ERROR', fault=False)
        self.assert_nothing_left()

    def test_after_the_interface_was_made(self):
        self.dies_at('create_network_interface', after=True)

    def test_after_the_snapshot_was_begun(self):
        self.dies_at('start_snapshot', after=True)

    def test_after_the_launch(self):
        self.dies_at('run_instances', after=True)

    def test_before_the_snapshot_is_deleted(self):
        self.dies_at('delete_snapshot')
