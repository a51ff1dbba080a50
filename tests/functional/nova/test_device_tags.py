# SPDX-License-Identifier: Apache-2.0
"""Devices that are tagged at boot: the guest is told which is which."""

import json

from nova.api.metadata import base as metadata

from tests.functional.nova.test_config_drive import DriveTestCase


class DeviceTagsTest(DriveTestCase):

    def network(self, *tags):
        return [{'uuid': self.neutron.network_1['id'], 'tag': tag}
                for tag in tags]

    def told(self, server):
        """What the metadata service would tell the guest of its devices."""
        told = metadata.InstanceMetadata(self.record(server))
        return json.loads(
            told.lookup('/openstack/latest/meta_data.json'))['devices']

    def test_interfaces_by_their_macs_in_the_drive_and_the_service(self):
        server = self.boot(config_drive=True, networks=self.network('front'))
        nic, = self.instance_of(server)['interfaces']
        device, = self.meta(server)['devices']
        self.assertEqual(('nic', nic['mac_address'], ['front']), (
            device['type'], device['mac'], device['tags']))
        self.assertEqual([device], self.told(server))

    def test_without_a_drive_the_service_tells_them(self):
        server = self.boot(networks=self.network('front'))
        nic, = self.instance_of(server)['interfaces']
        device, = self.told(server)
        self.assertEqual((nic['mac_address'], ['front']),
                         (device['mac'], device['tags']))

    def test_two_interfaces_keep_their_own(self):
        server = self.boot(config_drive=True, networks=self.network(
            'front', 'back'))
        nics = {nic['device_index']: nic['mac_address'] for nic
                in self.instance_of(server)['interfaces']}
        self.assertEqual(
            {nics[0]: ['front'], nics[1]: ['back']},
            {device['mac']: device['tags']
             for device in self.meta(server)['devices']})

    def test_disks_by_their_device_names(self):
        server = self.boot(
            config_drive=True, flavorRef=self.flavor(ephemeral=1),
            block_device_mapping_v2=[
                {'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
                 'destination_type': 'local', 'tag': 'system'},
                {'boot_index': -1, 'source_type': 'blank', 'volume_size': 1,
                 'destination_type': 'local', 'tag': 'scratch'}])
        names = {one['size_gib']: one['device_name'] for one
                 in self.instance_of(server)['volumes']
                 if one['device_name'] != '/dev/xvdz'}
        self.assertEqual(
            {'system': names[20], 'scratch': names[1]},
            {device['tags'][0]: device['path']
             for device in self.meta(server)['devices']})

    def test_a_server_without_tags_tells_of_none(self):
        server = self.boot(config_drive=True)
        self.assertEqual([], self.meta(server)['devices'])
