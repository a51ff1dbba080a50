# SPDX-License-Identifier: Apache-2.0
"""Root, swap and ephemeral disks, from Nova's own block device info."""

import unittest

from nova.virt import driver

from nova_ec2 import exceptions
from nova_ec2.mapping import disks
from nova_ec2.models.launch import Disk
from tests.unit.mapping import builders


def info(*bdms):
    """Block device info as nova-compute makes it of the database's."""
    return driver.get_block_device_info(builders.instance(
        root_device_name='/dev/xvda'), list(bdms))


def ephemeral(size, **changes):
    return builders.bdm(volume_size=size, **changes)


def swap(mib, **changes):
    return builders.bdm(volume_size=mib, guest_format='swap', **changes)


class DisksTest(unittest.TestCase):
    def disks(self, block_device_info=None, volume_type='gp3', image=None,
              **flavor):
        return disks.disks(builders.flavor(**flavor),
                           image or builders.image(), block_device_info,
                           volume_type)

    def test_root_of_the_flavor(self):
        self.assertEqual((Disk('/dev/xvda', 20, 'gp2'),),
                         self.disks(volume_type='gp2', root_gb=20))

    def test_root_zero_is_the_images_own(self):
        self.assertEqual((Disk('/dev/xvda', 0),), self.disks(root_gb=0))

    def test_root_goes_with_the_server(self):
        self.assertTrue(self.disks()[0].delete_on_termination)

    def test_root_smaller_than_the_snapshot(self):
        with self.assertRaisesRegex(
                exceptions.FlavorRefused,
                rf'm1\.small has a root disk of 7 GiB, but {builders.AMI} '
                r'needs 8 GiB'):
            self.disks(root_gb=7)

    def test_root_as_large_as_the_snapshot(self):
        self.assertEqual(8, self.disks(root_gb=8)[0].size_gib)

    def test_root_on_instance_store(self):
        with self.assertRaisesRegex(exceptions.ImageRefused,
                                    'instance-store'):
            self.disks(image=builders.image(
                root_device_type='instance-store'))

    def test_flavor_disks_without_block_device_info(self):
        self.assertEqual(
            [('/dev/xvda', 20), ('/dev/xvdf', 10), ('/dev/xvdg', 2)],
            [(disk.device_name, disk.size_gib)
             for disk in self.disks(ephemeral_gb=10, swap=1025)])

    def test_names_follow_the_roots_style(self):
        made = self.disks(image=builders.image(root_device_name='/dev/sda1'),
                          swap=1)
        self.assertEqual([('/dev/sda1', 20), ('/dev/sdf', 1)],
                         [(disk.device_name, disk.size_gib)
                          for disk in made])

    def test_swap_is_rounded_up(self):
        for mib, gib in ((1, 1), (1024, 1), (1025, 2), (2048, 2)):
            self.assertEqual(gib, self.disks(swap=mib)[1].size_gib)

    def test_the_request_outweighs_the_flavor(self):
        asked = info(ephemeral(3), ephemeral(4), swap(512))
        self.assertEqual([20, 3, 4, 1],
                         [disk.size_gib for disk in self.disks(
                             asked, ephemeral_gb=10, swap=4096)])

    def test_legal_names_of_the_request_are_kept(self):
        asked = info(ephemeral(3, device_name='/dev/xvdk'),
                     ephemeral(4, device_name='/dev/vdb'),
                     swap(512, device_name='/dev/sdk'))
        self.assertEqual(
            ['/dev/xvda', '/dev/xvdk', '/dev/xvdf', '/dev/xvdg'],
            [disk.device_name for disk in self.disks(asked)])

    def test_image_bdm_adds_nothing(self):
        asked = info(builders.bdm(source_type='image', boot_index=0,
                                  image_id=builders.IMAGE_ID,
                                  device_name='/dev/vda', volume_size=20))
        self.assertEqual((Disk('/dev/xvda', 20),), self.disks(asked))

    def test_a_volume_to_boot_from_takes_the_place_of_a_small_root(self):
        asked = info(builders.bdm(
            source_type='volume', destination_type='volume', boot_index=0,
            volume_id=builders.IMAGE_ID, connection_info='{}', tag=None,
            device_name='/dev/vda', attachment_id=None, volume_type=None,
            snapshot_id=None, image_id=None))
        self.assertEqual((Disk('/dev/xvda', 0),),
                         self.disks(asked, root_gb=1))

    def test_larger_than_ebs_makes_them(self):
        with self.assertRaisesRegex(
                exceptions.FlavorRefused,
                r'1025 GiB.*standard \(\[ec2\] volume_type\).*1024 GiB'):
            self.disks(volume_type='standard', root_gb=1025)
        with self.assertRaises(exceptions.FlavorRefused):
            self.disks(ephemeral_gb=65537)
