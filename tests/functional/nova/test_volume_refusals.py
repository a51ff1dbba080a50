# SPDX-License-Identifier: Apache-2.0
"""Volumes that cannot be attached or detached: all is as it was before."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova.test_volumes import VolumeTestCase


class RefusedTest(VolumeTestCase):
    """A volume that is not attached, and why."""

    def setUp(self):
        super().setUp()
        self.server = self.boot()

    def refuse(self, volume, error, *words):
        """Attaching fails by Nova's ``error``, and says these words."""
        details = self.attach_fails(self.server, volume)
        for word in words:
            self.assertIn(word, details)
        self.assertEqual(error, self.error())
        seen = self.api.get_server(self.server['id'])
        self.assertEqual(('ACTIVE', None), (
            seen['status'], seen['OS-EXT-STS:task_state']))
        self.assertEqual({}, self.shown(self.server))
        self.assertEqual({}, self.volumes_of(self.server))
        self.assertEqual([], self.cinder.attached_to(volume))
        self.assertEqual(0, self.count('AttachVolume'))

    def test_what_is_not_ebs(self):
        for kind in ('iscsi', 'fibre_channel', 'rbd', 'nfs'):
            volume = self.cinder.add(kind=kind)
            self.refuse(volume, 'VolumeDriverNotFound', kind, 'EBS')

    def test_a_volume_of_another_zone(self):
        volume = self.cinder.add(zone='us-east-1b')
        self.refuse(volume, 'InvalidVolume', 'us-east-1b', 'us-east-1a')

    def test_even_where_cinder_says_otherwise(self):
        volume = self.cinder.add(zone='us-east-1b')
        self.cinder.connection_extras[volume] = {'zone': 'us-east-1a'}
        self.refuse(volume, 'InvalidVolume', 'us-east-1b', 'us-east-1a')

    def test_a_volume_of_another_region(self):
        volume = self.cinder.add()
        self.cinder.connection_extras[volume] = {'region': 'eu-west-1'}
        self.refuse(volume, 'InvalidVolume', 'eu-west-1', 'us-east-1')

    def test_a_volume_of_another_cloud(self):
        volume = self.cinder.add()
        self.ec2.create_tags(Resources=[self.cinder.ebs[volume]], Tags=[
            {'Key': 'nova-ec2:cloud', 'Value': 'somebody-else'}])
        self.refuse(volume, 'InvalidVolume', 'somebody-else')

    def test_a_volume_that_ec2_does_not_have(self):
        volume = self.cinder.add()
        self.ec2.delete_volume(VolumeId=self.cinder.ebs[volume])
        self.refuse(volume, 'InvalidVolume', self.cinder.ebs[volume])

    def test_a_volume_that_is_to_be_read_only(self):
        volume = self.cinder.add()
        self.cinder.connection_extras[volume] = {'access_mode': 'ro'}
        self.refuse(volume, 'InvalidVolume', 'read-only')

    def test_a_volume_that_the_host_is_to_encrypt(self):
        volume = self.cinder.add()
        self.cinder.connection_extras[volume] = {'encrypted': True}
        self.cinder.encryption[volume] = {
            'control_location': 'front-end', 'provider': 'luks',
            'encryption_key_id': '5c2d8e2e-0f0f-4a1c-9d9d-1f0d2c3b4a59'}
        self.refuse(volume, 'InvalidVolume', 'EBS encryption')

    def test_a_connection_that_names_no_volume(self):
        volume = self.cinder.add()
        self.cinder.connection_extras[volume] = {
            'ebs_volume_id': 'i-0123456789abcdef0'}
        self.refuse(volume, 'InvalidVolume', 'i-0123456789abcdef0')

    def test_an_instance_that_is_gone(self):
        volume = self.cinder.add()
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.assertIn(self.server['id'],
                      self.attach_fails(self.server, volume))
        self.assertEqual('InstanceNotFound', self.error())
        self.assertEqual([], self.cinder.attached_to(volume))
        self.assertEqual('available', self.cinder.described(volume)['State'])
        self.assertEqual(0, self.count('AttachVolume'))


class FailedTest(VolumeTestCase):
    """A volume that EC2 does not attach."""

    def setUp(self):
        super().setUp()
        self.server, self.volume = self.boot(), self.cinder.add()

    def test_ec2_refuses(self):
        self.control.fault('error', 'AttachVolume', status=400,
                           code='UnauthorizedOperation', message='Not you.')
        self.assertIn('Not you.',
                      self.attach_fails(self.server, self.volume))
        self.assertEqual('Forbidden', self.error())
        self.assert_apart(self.server, self.volume)
        self.attach(self.server, self.volume)

    def test_ec2_fails(self):
        self.control.fault('error', 'AttachVolume', times=0)
        self.attach_fails(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_it_takes_too_long(self):
        self.control.settings(volume_seconds=3)
        self.short_timeout()
        self.attach_fails(self.server, self.volume)
        self.control.settings(volume_seconds=0)
        self.wait_until(lambda: self.cinder.described(
            self.volume)['State'] == 'available', 'the volume to be free')
        self.assert_apart(self.server, self.volume)

    def short_timeout(self):
        self.flags(group='ec2', volume_timeout=1)
        self.restart()


class HeldTest(VolumeTestCase):
    """A volume that the guest does not let go of."""

    def test_it_stays_attached_and_can_be_detached_later(self):
        self.flags(group='ec2', volume_timeout=1)
        self.restart()
        server, volume = self.boot(), self.cinder.add()
        self.attach(server, volume)
        self.control.settings(guests_hold_volumes=True)
        for _ in range(2):
            words = self.detach_fails(server, volume)
            self.assertIn('busy', words)
            self.assertIn('volume_timeout', words)
            self.assertEqual('DeviceDetachFailed', self.error())
            self.assertEqual('in-use', self.cinder.volumes[volume]['status'])
            self.assertEqual({volume: '/dev/xvdf'}, self.shown(server))
            self.assertIn(self.cinder.ebs[volume], self.volumes_of(server))
        self.assertEqual(1, self.count('DetachVolume'))
        self.control.settings(guests_hold_volumes=False)
        self.detach(server, volume)
        self.assert_apart(server, volume)

    def test_a_server_that_is_deleted_lets_go(self):
        server, volume = self.boot(), self.cinder.add()
        self.attach(server, volume)
        self.control.settings(guests_hold_volumes=True)
        self.delete(server)
        self.assertEqual('available', self.cinder.described(volume)['State'])


class ApartTest(VolumeTestCase):
    """Detaching what is apart already is success."""

    def setUp(self):
        super().setUp()
        self.server, self.volume = self.boot(), self.cinder.add()
        self.ebs = self.cinder.ebs[self.volume]
        self.attach(self.server, self.volume)

    def test_detached_on_ec2(self):
        self.ec2.detach_volume(VolumeId=self.ebs)
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_the_volume_is_gone(self):
        self.ec2.detach_volume(VolumeId=self.ebs)
        self.ec2.delete_volume(VolumeId=self.ebs)
        self.detach(self.server, self.volume)
        self.assertEqual({}, self.shown(self.server))
        self.assertEqual([], self.cinder.attached_to(self.volume))

    def test_the_instance_is_gone(self):
        instance_id = self.instance_of(self.server)['instance_id']
        self.control.act('terminate', instance_id)
        self.until_state(instance_id, 'terminated')
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_a_second_request_meanwhile(self):
        self.control.settings(volume_seconds=1)
        self.api.delete_server_volume(self.server['id'], self.volume)
        error = self.assertRaises(
            api_client.OpenStackApiException, self.attach, self.server,
            self.volume)
        self.assertIn(error.response.status_code, (400, 409))
        self.assert_went_well(self.ended(self.server, 'detach_volume'))
        self.assertEqual(1, self.count('DetachVolume'))
        self.assert_apart(self.server, self.volume)


class FullTest(VolumeTestCase):
    """The instance type takes no further volume."""

    def disks(self, count):
        """A request with the root and so many blank volumes of Cinder."""
        return {'block_device_mapping_v2': [
            {'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
             'destination_type': 'local', 'delete_on_termination': True},
            *({'boot_index': -1, 'source_type': 'blank', 'volume_size': 1,
               'destination_type': 'volume', 'delete_on_termination': True}
              for _ in range(count))]}

    def test_attaching_one_more_is_refused_before_ec2_is_asked(self):
        # t3.small: 27 volumes with one interface.
        flavor = self.flavor(extra_specs={'ec2:instance_type': 't3.small'})
        server = self.boot(flavorRef=flavor, **self.disks(26))
        self.assertEqual(27, len(self.instance_of(server)['volumes']))
        asked = self.count('AttachVolume')
        volume = self.cinder.add()
        error = self.assertRaises(
            api_client.OpenStackApiException, self.ask, server, volume)
        self.assertEqual(403, error.response.status_code)
        self.assertIn('27', str(error))
        self.assertEqual(asked, self.count('AttachVolume'))
        self.assertNotIn(volume, self.shown(server))
        self.assertEqual([], self.cinder.attached_to(volume))

    def test_a_build_with_too_many_is_refused_before_the_launch(self):
        flavor = self.flavor(extra_specs={'ec2:instance_type': 't3.small'})
        words = self.refused(flavorRef=flavor, **self.disks(27))
        self.assertIn('takes 27', words)
        self.assertEqual([], self.launches())


class ExtendTest(VolumeTestCase):

    def test_ec2_does_not_grow_it_twice_within_six_hours(self):
        server, volume = self.boot(), self.cinder.add(2)
        self.attach(server, volume)
        self.cinder.extend(volume, 3)
        self.cinder.volumes[volume]['size'] = 4
        self.admin_api.create_server_external_events([
            {'name': 'volume-extended', 'tag': volume,
             'server_uuid': server['id']}])
        words = self.words(self.ended(server, 'extend_volume'))
        self.assertIn('Invalid volume', words)
        self.assertIn('6 hours', words)
        self.assertEqual(3, self.cinder.described(volume)['Size'])
        self.assertIn(self.cinder.ebs[volume], self.volumes_of(server))
