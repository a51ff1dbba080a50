# SPDX-License-Identifier: Apache-2.0
"""nova-compute dies while it attaches or detaches: all agree afterwards."""

import functools
from unittest import mock

from nova_ec2.fleet.waits import Reader
from tests.functional.nova.test_crash import CrashTestCase
from tests.functional.nova.test_volumes import VolumeTestCase


class VolumeCrashTest(VolumeTestCase, CrashTestCase):

    def setUp(self):
        super().setUp()
        self.server, self.volume = self.boot(), self.cinder.add()
        self.ebs = self.cinder.ebs[self.volume]

    def assert_attached(self):
        """Nova, Cinder and EC2 have the volume on the server."""
        self.assertEqual({self.volume: '/dev/xvdf'}, self.shown(self.server))
        self.assertEqual([self.server['id']],
                         self.cinder.attached_to(self.volume))
        self.assertEqual('in-use', self.cinder.volumes[self.volume]['status'])
        self.assertEqual({self.ebs: '/dev/xvdf'},
                         self.volumes_of(self.server))

    def die_attaching(self, method, after=False):
        self.die_at(method, after)
        self.ask(self.server, self.volume)
        self.come_back()

    def test_before_the_volume_is_attached(self):
        self.die_attaching('attach_volume')
        self.assert_apart(self.server, self.volume)
        self.attach(self.server, self.volume)
        self.assert_attached()

    def test_after_the_volume_was_attached(self):
        self.die_attaching('attach_volume', after=True)
        self.assert_attached()
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_while_it_looks_at_the_volume(self):
        # A process that dies takes along who waits for its read.
        self.enterContext(mock.patch.object(
            Reader, 'fresh', functools.partialmethod(Reader.fresh,
                                                     timeout=5)))
        self.die_attaching('describe_volumes')
        self.assert_apart(self.server, self.volume)

    def die_detaching(self, method, after=False):
        self.attach(self.server, self.volume)
        self.die_at(method, after)
        self.api.delete_server_volume(self.server['id'], self.volume)
        self.come_back()

    def test_before_the_volume_is_detached(self):
        self.die_detaching('detach_volume')
        self.assert_attached()
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_after_the_volume_was_detached(self):
        self.die_detaching('detach_volume', after=True)
        self.assert_apart(self.server, self.volume)

    def test_a_volume_that_was_detached_outside_of_nova_is_left_to_the_user(
            self):
        self.attach(self.server, self.volume)
        self.ec2.detach_volume(VolumeId=self.ebs)
        self.restart()
        self.assertEqual({self.volume: '/dev/xvdf'}, self.shown(self.server))
        self.detach(self.server, self.volume)
        self.assert_apart(self.server, self.volume)

    def test_a_build_with_volumes(self):
        self.die_at('attach_volume', after=True)
        server = self.create(block_device_mapping_v2=[
            {'boot_index': 0, 'uuid': self.image, 'source_type': 'image',
             'destination_type': 'local', 'delete_on_termination': True},
            {'boot_index': -1, 'uuid': self.volume, 'source_type': 'volume',
             'destination_type': 'volume'}])
        self.come_back()
        self.until(server, 'ERROR', fault=False)
        self.assertEqual('available',
                         self.cinder.described(self.volume)['State'])
        self.delete(server)
        self.assertEqual([], self.cinder.attached_to(self.volume))
