# SPDX-License-Identifier: Apache-2.0
"""What a connection info says, and which volumes a server may have."""

import unittest

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import volumes
from nova_ec2.models.connection import Connection, connection_info
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.volume import Volume

EBS = 'vol-0123456789abcdef0'
WANTED = Connection(ebs_id=EBS, zone='us-east-1a',
                            region='us-east-1', cinder_id='c1')


def kind(**changes):
    return InstanceType(**{
        'name': 'm5.large', 'vcpus': 2, 'memory_mib': 8192,
        'architectures': frozenset({'x86_64'}), **changes})


def volume(**changes):
    return Volume(**{'volume_id': EBS, 'state': 'available', 'size_gib': 1,
                     'zone': 'us-east-1a', **changes})


class ConnectionTest(unittest.TestCase):

    def test_there_and_back(self):
        self.assertEqual(WANTED, volumes.connection(
            connection_info(WANTED)))

    def test_what_cinder_and_nova_add_does_no_harm(self):
        info = connection_info(WANTED)
        info['data'] |= {'access_mode': 'rw', 'encrypted': False,
                         'qos_specs': None}
        info |= {'serial': 'c1', 'multiattach': True}
        self.assertEqual(WANTED, volumes.connection(info))

    def test_other_kinds_are_named(self):
        for name in ('iscsi', 'fibre_channel', 'rbd', None):
            with self.assertRaisesRegex(exc.VolumeKindRefused, str(name)):
                volumes.connection({'driver_volume_type': name, 'data': {}})
        with self.assertRaises(exc.VolumeKindRefused):
            volumes.connection({})

    def test_what_is_no_ebs_id_is_refused(self):
        for wrong in ('', 'c1', 'i-0123456789abcdef0', f'{EBS} or another',
                      'vol-'):
            info = connection_info(WANTED)
            info['data']['ebs_volume_id'] = wrong
            with self.assertRaises(exc.VolumeRefused):
                volumes.connection(info)

    def test_read_only_is_refused(self):
        info = connection_info(WANTED)
        info['data']['access_mode'] = 'ro'
        with self.assertRaisesRegex(exc.VolumeRefused, 'read-only'):
            volumes.connection(info)


class CheckTest(unittest.TestCase):

    def check(self, found, wanted=WANTED):
        return volumes.check(wanted, found, 'ours', 'us-east-1a')

    def test_ours_and_nobodys_are_taken(self):
        for tags in ({}, {'nova-ec2:cloud': 'ours'}):
            found = volume(tags=tags)
            self.assertIs(found, self.check(found))

    def test_what_is_refused(self):
        for found in (None, volume(zone='us-east-1b'),
                      volume(tags={'nova-ec2:cloud': 'theirs'}),
                      volume(state='deleting'), volume(state='error')):
            with self.assertRaisesRegex(exc.VolumeRefused, EBS):
                self.check(found)

    def test_the_connections_zone_and_region_count_too(self):
        with self.assertRaises(exc.VolumeRefused):
            self.check(volume(), Connection(EBS, 'us-east-1b'))
        with self.assertRaises(exc.VolumeRefused):
            volumes.check_place(WANTED, 'us-east-1a', 'eu-west-1')
        volumes.check_place(Connection(EBS, ''), 'us-east-1a', 'x')


class RoomTest(unittest.TestCase):

    def test_further_interfaces_cost_places_where_they_share(self):
        self.assertEqual(27, volumes.volumes_most(kind(), 1))
        self.assertEqual(25, volumes.volumes_most(kind(), 3))
        self.assertEqual(32, volumes.volumes_most(
            kind(volumes_max=32, volumes_apart=True), 3))

    def test_a_type_that_is_no_longer_offered_has_the_usual_number(self):
        self.assertEqual(27, volumes.volumes_most(None, 2))

    def test_one_too_many(self):
        volumes.check_room(kind(), 1, 27)
        with self.assertRaisesRegex(exc.TooManyVolumes, 'm5.large.* 27'):
            volumes.check_room(kind(), 1, 28)

    def test_xen_does_not_share(self):
        shared = volume(multi_attach=True)
        volumes.check_sharing(kind(), shared)
        volumes.check_sharing(kind(hypervisor='xen'), volume())
        with self.assertRaisesRegex(exc.VolumeRefused, 'Nitro'):
            volumes.check_sharing(kind(hypervisor='xen'), shared)


class RequestTest(unittest.TestCase):

    def test_the_root_apart_from_the_others(self):
        root = {'boot_index': 0, 'connection_info':
                connection_info(WANTED)}
        data = {'boot_index': None, 'connection_info': {
            'driver_volume_type': 'iscsi', 'data': {}}}
        new = {'boot_index': -1, 'connection_info': None}
        asked = {'block_device_mapping': [data, root, new]}
        self.assertEqual([data, new], volumes.data_volumes(asked))
        self.assertIs(root, volumes.root_volume(asked))
        self.assertEqual({EBS}, volumes.ebs_ids(asked))
        self.assertEqual([], volumes.data_volumes(None))
        self.assertIsNone(volumes.root_volume({}))
        self.assertEqual(frozenset(), volumes.ebs_ids(None))
