# SPDX-License-Identifier: Apache-2.0
"""The volume and the instance always meet in one zone.

[cinder] cross_az_attach = False, and zones of the same names in Nova and
Cinder: each EC2 host in an aggregate of its zone, a back end a zone.
"""

import fixtures
from nova.tests.functional.api import client

from tests.functional.nova import base
from tests.functional.nova.zones import HOST_B, ZONE_B, ZonesCase


class VolumeZonesCase(ZonesCase):
    EMULATOR = {'volume_seconds': 0.1}

    def setUp(self):
        super().setUp()
        self.flags(group='cinder', cross_az_attach=False)
        self.flags(group='ec2', placeholder_images={
            'x86_64': self.emulator.ami})
        self.start_b()
        self.cinder.zones = {base.ZONE: base.ZONE, ZONE_B: ZONE_B}
        self.cinder.az = base.ZONE
        for host, zone in ((base.HOST, base.ZONE), (HOST_B, ZONE_B)):
            made = self.admin_api.post_aggregate({'aggregate': {
                'name': zone, 'availability_zone': zone}})
            self.admin_api.add_host_to_aggregate(made['id'], host)

    def disk(self, source, uuid=None, **more):
        """A block device of a request that becomes a volume of Cinder."""
        disk = {'source_type': source, 'destination_type': 'volume',
                'boot_index': -1, **more}
        return disk | ({'uuid': uuid} if uuid else {})

    def root(self, source, uuid):
        return self.disk(source, uuid, boot_index=0, volume_size=10)

    def local(self):
        """The image on a disk of EC2's, beside volumes of Cinder's."""
        return {'source_type': 'image', 'destination_type': 'local',
                'uuid': self.image, 'boot_index': 0,
                'delete_on_termination': True}

    def with_disks(self, *disks, **more):
        """What to ask for to get a server with disks."""
        own = not any(disk['boot_index'] == 0 for disk in disks)
        if not own:
            more['imageRef'] = ''
        return {'block_device_mapping_v2': [
            *([self.local()] if own else []), *disks], **more}

    def assert_met(self, server, zone):
        """Server and volumes are in a zone, by everybody's account."""
        self.assertEqual(zone, self.instance_of(server)['zone'])
        shown = self.admin_api.get_server(server['id'])
        self.assertEqual(zone, shown['OS-EXT-AZ:availability_zone'])
        volumes = [one['id'] for one in
                   shown['os-extended-volumes:volumes_attached']]
        self.assertTrue(volumes)
        for volume_id in volumes:
            seen = self.cinder.described(volume_id)
            self.assertEqual((zone, 'in-use'), (
                seen['AvailabilityZone'], seen['State']))
            self.assertEqual(self.instance_of(server)['instance_id'],
                             seen['Attachments'][0]['InstanceId'])


class MeetTest(VolumeZonesCase):

    def test_a_server_goes_to_the_zone_of_the_volume_it_boots_from(self):
        for zone in (ZONE_B, base.ZONE):
            volume_id = self.cinder.add(10, image_id=self.image, zone=zone)
            server = self.boot(**self.with_disks(
                self.root('volume', volume_id)))
            self.assert_met(server, zone)

    def test_and_to_the_zone_of_a_further_volume(self):
        volume_id = self.cinder.add(10, zone=ZONE_B)
        server = self.boot(**self.with_disks(
            self.disk('volume', volume_id)))
        self.assert_met(server, ZONE_B)

    def test_volumes_that_nova_makes_are_made_where_the_server_is_asked(self):
        snapshot_id = self.cinder.add_snapshot(
            self.cinder.add(10, zone=ZONE_B))
        for disk in (self.disk('blank', volume_size=10),
                     self.disk('snapshot', snapshot_id, volume_size=10),
                     self.root('image', self.image)):
            with self.subTest(disk['source_type']):
                server = self.boot(**self.with_disks(
                    disk, availability_zone=ZONE_B))
                self.assert_met(server, ZONE_B)

    def test_and_where_the_scheduler_put_it(self):
        for disk in (self.disk('blank', volume_size=10),
                     self.root('image', self.image)):
            with self.subTest(disk['source_type']):
                server = self.boot(**self.with_disks(disk))
                self.assert_met(server, self.instance_of(server)['zone'])

    def test_a_volume_attached_later(self):
        server = self.boot(availability_zone=ZONE_B)
        volume_id = self.cinder.add(10, zone=ZONE_B)
        self.api.post_server_volume(server['id'], {
            'volumeAttachment': {'volumeId': volume_id}})
        self.wait_until(
            lambda: self.cinder.described(volume_id)['State'] == 'in-use',
            'the volume to be attached')
        self.assert_met(server, ZONE_B)

    def test_of_volume_and_port_of_one_zone(self):
        port = self.port_in(self.in_b)
        volume_id = self.cinder.add(10, image_id=self.image, zone=ZONE_B)
        server = self.boot(**self.with_disks(
            self.root('volume', volume_id),
            networks=[{'port': port['id']}]))
        self.assert_met(server, ZONE_B)

    def test_a_volume_and_a_port_of_two_zones_find_no_host(self):
        port = self.port_in(self.in_a)
        volume_id = self.cinder.add(10, image_id=self.image, zone=ZONE_B)
        words = self.refused(**self.with_disks(
            self.root('volume', volume_id),
            networks=[{'port': port['id']}]))
        self.assertIn(f'port {port["id"]} is in zone {base.ZONE}', words)
        self.assertEqual([], self.launches())


class RefusedTest(VolumeZonesCase):
    """At the API: nothing is scheduled, nothing asked of EC2."""

    def refused_at_once(self, words, call, *args, status=400, **kwargs):
        error = self.assertRaises(client.OpenStackApiException, call,
                                  *args, **kwargs)
        self.assertEqual(status, error.response.status_code)
        for word in words:
            self.assertIn(word, error.response.text)

    def test_another_zone_than_the_volumes(self):
        volume_id = self.cinder.add(10, image_id=self.image, zone=ZONE_B)
        for disk in (self.root('volume', volume_id),
                     self.disk('volume', volume_id)):
            self.refused_at_once(
                (base.ZONE, ZONE_B), self.create, **self.with_disks(
                    disk, availability_zone=base.ZONE))
        self.assertEqual([], self.launches())

    def test_volumes_of_two_zones(self):
        volumes = [self.cinder.add(10, zone=zone)
                   for zone in (base.ZONE, ZONE_B)]
        self.refused_at_once(
            (base.ZONE, ZONE_B), self.create, **self.with_disks(
                *(self.disk('volume', one) for one in volumes)))
        self.assertEqual([], self.launches())

    def test_a_snapshot_of_another_zone_ends_the_build_with_cinders_words(
            self):
        snapshot_id = self.cinder.add_snapshot(
            self.cinder.add(10, zone=ZONE_B))
        words = self.refused(**self.with_disks(
            self.disk('snapshot', snapshot_id, volume_size=10),
            availability_zone=base.ZONE))
        self.assertIn('same availability zone as the snapshot', words)
        self.assertEqual([], self.launches())

    def test_to_attach_one_of_another_zone(self):
        server = self.boot(availability_zone=base.ZONE)
        volume_id = self.cinder.add(10, zone=ZONE_B)
        wanted = {'volumeAttachment': {'volumeId': volume_id}}
        # From 2.101 on Nova answers before it has looked.
        self.api.microversion = '2.100'
        self.refused_at_once((base.ZONE, ZONE_B), self.api.post_server_volume,
                             server['id'], wanted)
        self.api.microversion = 'latest'
        self.api.post_server_volume(server['id'], wanted)
        self.wait_until(lambda: not self.api.get_server_volumes(
            server['id']), 'Nova to drop it')
        self.assertEqual(0, self.count('AttachVolume'))
        self.assertEqual([], self.cinder.attached_to(volume_id))

    def test_to_unshelve_away_from_its_volume(self):
        self.flags(shelved_offload_time=0)
        volume_id = self.cinder.add(10, image_id=self.image, zone=ZONE_B)
        server = self.boot(**self.with_disks(self.root('volume', volume_id)))
        self.act(server, 'shelve')
        self.until(server, 'SHELVED_OFFLOADED')
        self.refused_at_once(
            (base.ZONE, ZONE_B), self.act, server, 'unshelve',
            {'availability_zone': base.ZONE}, status=409)
        self.act(server, 'unshelve')
        self.until(server, 'ACTIVE')
        self.assertEqual(HOST_B, self.host_of(server))


class WarningTest(base.NovaTestCase):
    START = False

    def test_the_start_warns_where_nova_would_let_zones_differ(self):
        for crossing in (True, False):
            self.flags(group='cinder', cross_az_attach=crossing)
            logs = self.useFixture(fixtures.FakeLogger('nova_ec2.ops'))
            self.start_ec2(f'ec2-{crossing}')
            self.assertEqual(crossing, 'cross_az_attach' in logs.output)
