# SPDX-License-Identifier: Apache-2.0
"""A volume that several servers share."""

from nova import objects

from tests.functional.nova.test_volumes import VolumeTestCase


class MultiattachTest(VolumeTestCase):

    def setUp(self):
        super().setUp()
        self.volume = self.cinder.add(4, multiattach=True)
        self.ebs = self.cinder.ebs[self.volume]
        self.servers = [self.until(self.create(), 'ACTIVE')
                        for _ in range(2)]

    def on(self):
        """The instances that EC2 has the volume attached to."""
        return {one['InstanceId'] for one
                in self.cinder.described(self.volume)['Attachments']
                if one['State'] == 'attached'}

    def test_the_same_volume_on_two_servers(self):
        ids = [self.instance_of(one)['instance_id'] for one in self.servers]
        for server in self.servers:
            self.attach(server, self.volume)
        self.assertEqual(set(ids), self.on())
        self.assertEqual(sorted(one['id'] for one in self.servers),
                         self.cinder.attached_to(self.volume))
        self.detach(self.servers[0], self.volume)
        self.assertEqual({ids[1]}, self.on())
        self.assertEqual({}, self.shown(self.servers[0]))
        self.assertEqual([self.servers[1]['id']],
                         self.cinder.attached_to(self.volume))
        self.delete(self.servers[1])
        self.assertEqual('available',
                         self.cinder.described(self.volume)['State'])

    def test_from_the_boot_on(self):
        first = self.servers[0]
        self.attach(first, self.volume)
        second = self.boot(block_device_mapping_v2=[
            {'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
             'destination_type': 'local', 'delete_on_termination': True},
            {'boot_index': -1, 'uuid': self.volume, 'source_type': 'volume',
             'destination_type': 'volume'}])
        self.assertEqual({self.instance_of(one)['instance_id']
                          for one in (first, second)}, self.on())

    def test_an_ordinary_volume_is_not_shared(self):
        volume = self.cinder.add()
        first, second = self.servers
        self.attach(first, volume)
        # As if Cinder did not know of the first.
        self.cinder.volume_to_attachment[volume].clear()
        self.cinder.volumes[volume].pop('attachments', None)
        objects.BlockDeviceMapping.get_by_volume_and_instance(
            self.admin_context(), volume, first['id']).destroy()
        words = self.attach_fails(second, volume)
        self.assertIn(self.instance_of(first)['instance_id'], words)
        self.assertEqual('InvalidVolume', self.error())
        self.assertEqual({}, self.volumes_of(second))
        self.assertEqual({}, self.shown(second))
        self.assertIn(self.cinder.ebs[volume], self.volumes_of(first))

    def test_a_type_on_xen_does_not_take_it(self):
        flavor = self.flavor(extra_specs={'ec2:instance_type': 't2.small'})
        server = self.boot(flavorRef=flavor)
        self.assertIn('Nitro', self.attach_fails(server, self.volume))
        self.assert_apart(server, self.volume)
