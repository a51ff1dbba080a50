# SPDX-License-Identifier: Apache-2.0
"""Volumes: attach, detach, extend, tags, several at boot, and the end."""

from nova import objects, utils

from tests.functional.nova import base


class VolumeTestCase(base.NovaTestCase):
    """Servers with Cinder volumes."""

    def attach(self, server, volume_id, **more):
        """Have Nova attach a volume, and see that it is."""
        made = self.ask(server, volume_id, **more)
        self.assert_went_well(self.ended(server, 'attach_volume'))
        return made

    def ask(self, server, volume_id, **more):
        """Ask Nova to attach a volume, and do not wait for it.

        Up to 2.100 the answer tells the device's name, or a refusal.
        """
        with utils.temporary_mutation(self.api, microversion='2.100'):
            return self.api.post_server_volume(server['id'], {
                'volumeAttachment': {'volumeId': volume_id, **more}}
            ).body['volumeAttachment']

    def attach_fails(self, server, volume_id, **more):
        """The words in which Nova fails to attach a volume."""
        self.ask(server, volume_id, **more)
        return self.words(self.ended(server, 'attach_volume'))

    def detach(self, server, volume_id):
        """Have Nova detach a volume, and see that it is."""
        self.api.delete_server_volume(server['id'], volume_id)
        self.assert_went_well(self.ended(server, 'detach_volume'))

    def detach_fails(self, server, volume_id):
        """The words in which Nova fails to detach a volume."""
        self.api.delete_server_volume(server['id'], volume_id)
        return self.words(self.ended(server, 'detach_volume'))

    def ended(self, server, action):
        """The compute's event of the newest such action, once it ended."""
        request = next(
            one['request_id'] for one
            in self.admin_api.get_instance_actions(server['id'])
            if one['action'] == action)

        def found():
            details = self.admin_api.get_instance_action_details(
                server['id'], request)
            return next((one for one in details['events']
                         if one['event'] == f'compute_{action}'
                         and one['result']), None)
        return self.wait_until(found, f'{action} to end')

    def assert_went_well(self, event):
        """An event ended in success."""
        self.assertEqual('Success', event['result'], event)

    def words(self, event):
        """What an event that must have failed says."""
        self.assertEqual('Error', event['result'], event)
        return event['details']

    def error(self):
        """The class of what a verb of the compute manager raised last."""
        return self.wait_until(lambda: [
            one['payload']['nova_object.data']['exception'] for one
            in self.notifier.versioned_notifications
            if one['event_type'] == 'compute.exception'],
            'the notification')[-1]

    def volumes_of(self, server):
        """Device names by EBS id, but the root's, as EC2 has them."""
        instance = self.instance_of(server)
        return {one['volume_id']: one['device_name']
                for one in instance['volumes']
                if one['device_name'] != '/dev/xvda'}

    def shown(self, server):
        """Device names by Cinder id, as Nova shows them."""
        return {one['volumeId']: one['device'] for one
                in self.api.get_server_volumes(server['id'])}

    def assert_apart(self, server, volume_id):
        """Neither Nova, Cinder nor EC2 has the volume on the server."""
        self.assertNotIn(volume_id, self.shown(server))
        self.assertEqual([], self.cinder.attached_to(volume_id))
        self.assertNotIn(self.cinder.ebs[volume_id],
                         self.volumes_of(server))
        described = self.cinder.described(volume_id)
        self.assertEqual('available', described['State'])


class AttachTest(VolumeTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.volume = self.cinder.add(2)
        self.ebs = self.cinder.ebs[self.volume]

    def test_attach_and_detach(self):
        self.control.settings(volume_seconds=0.3)
        made = self.attach(self.server, self.volume)
        self.assertEqual('/dev/xvdf', made['device'])
        self.assertEqual({self.ebs: '/dev/xvdf'},
                         self.volumes_of(self.server))
        self.assertEqual({self.volume: '/dev/xvdf'},
                         self.shown(self.server))
        attachment, = self.cinder.described(self.volume)['Attachments']
        self.assertEqual('attached', attachment['State'])
        self.assertFalse(attachment['DeleteOnTermination'])
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_without_waiting_for_the_name(self):
        self.api.post_server_volume(self.server['id'], {
            'volumeAttachment': {'volumeId': self.volume}})
        self.wait_until(lambda: self.ebs in self.volumes_of(self.server),
                        'the volume on EC2')
        self.assert_went_well(self.ended(self.server, 'attach_volume'))
        self.assertEqual({self.volume: '/dev/xvdf'}, self.shown(self.server))

    def test_the_name_that_the_user_asks_for(self):
        for name in ('/dev/sdh', '/dev/sdb'):
            self.attach(self.server, self.volume, device=name)
            self.assertEqual({self.ebs: name}, self.volumes_of(self.server))
            self.assertEqual({self.volume: name}, self.shown(self.server))
            self.detach(self.server, self.volume)

    def test_a_name_that_ec2_reserves_is_replaced(self):
        for number, name in enumerate(('/dev/vdb', '/dev/xvda', '/dev/sda1')):
            volume = self.cinder.add()
            self.attach(self.server, volume, device=name)
            letter = 'fgh'[number]
            self.assertEqual(f'/dev/xvd{letter}',
                             self.shown(self.server)[volume])
            self.assertEqual(f'/dev/xvd{letter}', self.volumes_of(
                self.server)[self.cinder.ebs[volume]])

    def test_to_a_stopped_server(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        self.attach(self.server, self.volume)
        self.assertIn(self.ebs, self.volumes_of(self.server))
        self.act(self.server, 'os-start')
        self.until(self.server, 'ACTIVE')
        self.assertIn(self.ebs, self.volumes_of(self.server))

    def test_an_encrypted_volume(self):
        volume = self.cinder.add(encrypted=True)
        self.attach(self.server, volume)
        self.assertIn(self.cinder.ebs[volume], self.volumes_of(self.server))

    def test_a_volume_that_is_still_being_made(self):
        self.control.settings(volume_seconds=0.5)
        volume = self.cinder.add()
        self.attach(self.server, volume)
        self.assertIn(self.cinder.ebs[volume], self.volumes_of(self.server))

    def test_a_tag_finds_the_disk(self):
        self.attach(self.server, self.volume, tag='database')
        disk, = self.record(self.server).device_metadata.devices
        self.assertEqual(['database'], disk.tags)
        self.assertEqual('/dev/xvdf', disk.path)
        self.assertEqual(self.volume, disk.serial)
        self.detach(self.server, self.volume)
        self.assertEqual([],
                         self.record(self.server).device_metadata.devices)
        self.assert_apart(self.server, self.volume)

    def test_a_lost_reply_is_settled_by_the_volume(self):
        for kind in ('reset_after', 'reset_before'):
            self.control.fault(kind, 'AttachVolume')
            self.control.fault(kind, 'DetachVolume')
            self.attach(self.server, self.volume)
            self.assertIn(self.ebs, self.volumes_of(self.server))
            self.detach(self.server, self.volume)
            self.assert_apart(self.server, self.volume)

    def test_extend(self):
        self.attach(self.server, self.volume)
        self.cinder.extend(self.volume, 5)
        self.assert_went_well(self.extended(self.volume))
        self.assertEqual(5, self.cinder.described(self.volume)['Size'])
        bdm, = [one for one in self.bdms(self.server) if one.volume_id]
        self.assertEqual(5, bdm.volume_size)

    def test_extend_grows_what_cinder_only_noted(self):
        self.attach(self.server, self.volume)
        self.cinder.volumes[self.volume]['size'] = 7
        self.assert_went_well(self.extended(self.volume))
        self.assertEqual(7, self.cinder.described(self.volume)['Size'])

    def bdms(self, server):
        """Nova's own records of a server's disks."""
        return objects.BlockDeviceMappingList.get_by_instance_uuid(
            self.admin_context(), server['id'])

    def extended(self, volume_id):
        self.admin_api.create_server_external_events([
            {'name': 'volume-extended', 'tag': volume_id,
             'server_uuid': self.server['id']}])
        return self.ended(self.server, 'extend_volume')

    def test_swap_volume_is_refused_and_changes_nothing(self):
        other = self.cinder.add(2)
        self.attach(self.server, self.volume)
        self.cinder.volumes[self.volume]['migration_status'] = 'migrating'
        self.admin_api.put_server_volume(self.server['id'], self.volume,
                                         other)
        self.words(self.ended(self.server, 'swap_volume'))
        self.assertEqual({self.volume: '/dev/xvdf'},
                         self.shown(self.server))
        self.assertEqual({self.ebs: '/dev/xvdf'},
                         self.volumes_of(self.server))
        self.assertEqual([], self.cinder.attached_to(other))


class EndTest(VolumeTestCase):

    def test_a_deleted_server_leaves_its_volumes(self):
        server, volume = self.boot(), self.cinder.add()
        self.attach(server, volume)
        self.control.settings(volume_seconds=0.3)
        self.delete(server)
        self.assertEqual([], self.emulator.living())
        described = self.cinder.described(volume)
        self.assertEqual('available', described['State'])
        self.assertEqual([], self.cinder.attached_to(volume))

    def test_even_where_somebody_changed_that_on_ec2(self):
        server, volume = self.boot(), self.cinder.add()
        self.attach(server, volume)
        self.ec2.modify_instance_attribute(
            InstanceId=self.instance_of(server)['instance_id'],
            BlockDeviceMappings=[{'DeviceName': '/dev/xvdf',
                                  'Ebs': {'DeleteOnTermination': True}}])
        self.delete(server)
        self.assertEqual('available', self.cinder.described(volume)['State'])

    def test_unless_the_user_wants_them_to_go(self):
        server, volume = self.boot(), self.cinder.add()
        self.attach(server, volume, delete_on_termination=True)
        self.delete(server)
        self.assertIn(volume, self.cinder.deleted)
        self.assert_nothing_left()


class BootTest(VolumeTestCase):

    def with_volumes(self, *volumes, **changes):
        return {'block_device_mapping_v2': [
            {'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
             'destination_type': 'local', 'delete_on_termination': True},
            *({'boot_index': -1, 'uuid': volume, 'source_type': 'volume',
               'destination_type': 'volume', **more}
              for volume, more in volumes)], **changes}

    def test_several_volumes(self):
        first, second = self.cinder.add(1), self.cinder.add(2)
        blank = {'boot_index': -1, 'source_type': 'blank',
                 'destination_type': 'volume', 'volume_size': 3,
                 'delete_on_termination': True}
        request = self.with_volumes(
            (first, {'device_name': '/dev/sdk', 'tag': 'logs'}),
            (second, {'device_name': '/dev/vdb'}))
        request['block_device_mapping_v2'].append(blank)
        self.control.settings(volume_seconds=0.2)
        server = self.boot(**request)
        shown = self.shown(server)
        self.assertEqual('/dev/sdk', shown[first])
        third, = set(shown) - {first, second}
        self.assertEqual(3, self.cinder.described(third)['Size'])
        self.assertEqual(
            {self.cinder.ebs[volume]: name for volume, name in shown.items()},
            self.volumes_of(server))
        disk, = self.record(server).device_metadata.devices
        self.assertEqual((['logs'], '/dev/sdk'), (disk.tags, disk.path))
        self.delete(server)
        self.assertEqual({third}, self.cinder.deleted)
        for volume in (first, second):
            self.assertEqual('available',
                             self.cinder.described(volume)['State'])

    def test_beside_ephemeral_disks_and_swap(self):
        volume = self.cinder.add()
        server = self.boot(**self.with_volumes(
            (volume, {}), flavorRef=self.flavor(ephemeral=10, swap=512)))
        self.assertEqual(3, len(self.volumes_of(server)))
        self.assertEqual(self.shown(server)[volume],
                         self.volumes_of(server)[self.cinder.ebs[volume]])

    def test_one_that_fails_takes_all_back(self):
        first, second = self.cinder.add(), self.cinder.add()
        self.control.fault('error', 'AttachVolume', nth=2, status=400,
                           code='InvalidParameterValue',
                           message='Not this one.')
        words = self.refused(**self.with_volumes((first, {}), (second, {})))
        self.assertIn('Not this one.', words)
        self.assertEqual([], self.emulator.living())
        for volume in (first, second):
            self.assertEqual('available',
                             self.cinder.described(volume)['State'])
            self.assertEqual([], self.cinder.attached_to(volume))

    def test_one_that_ec2_does_not_have_is_refused_before_the_launch(self):
        volume = self.cinder.add()
        self.ec2.delete_volume(VolumeId=self.cinder.ebs[volume])
        words = self.refused(**self.with_volumes((volume, {})))
        self.assertIn(self.cinder.ebs[volume], words)
        self.assertEqual([], self.launches())


class ConnectorTest(base.NovaTestCase):

    def test_it_says_where_the_server_is(self):
        server = self.boot()
        connector = self.driver.get_volume_connector(self.record(server))
        self.assertEqual(
            {'host': base.HOST, 'instance': server['id'],
             'account': 'default', 'region': 'us-east-1',
             'zone': base.ZONE}, connector)
