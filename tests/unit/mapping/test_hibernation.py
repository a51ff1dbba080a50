# SPDX-License-Identifier: Apache-2.0
"""Which types can hibernate, and what their root must be."""

import unittest

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import hibernation
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.launch import Disk
from tests.unit.mapping import builders


def kind(name, memory_gib, **changes):
    return InstanceType(name=name, vcpus=2, memory_mib=memory_gib * 1024,
                        architectures=frozenset({'x86_64'}),
                        **{'hibernation': True, **changes})


TYPES = (kind('small', 2), kind('twin', 20), kind('large', 150),
         kind('huge', 151), kind('awake', 2, hibernation=False),
         kind('metal', 2, bare_metal=True))


class HibernationTest(unittest.TestCase):

    def able(self, image=None, **flavor):
        return [one.name for one in hibernation.able(
            TYPES, builders.flavor(**flavor), image or builders.image())]

    def test_the_root_disk_must_be_larger_than_the_memory(self):
        self.assertEqual(['small'], self.able(root_gb=20))
        self.assertEqual(['small', 'twin'], self.able(root_gb=21))
        with self.assertRaisesRegex(exc.FlavorRefused, 'root disk of 2 GiB'):
            self.able(root_gb=2)

    def test_ec2s_limit_of_memory(self):
        self.assertEqual(['small', 'twin', 'large'], self.able(root_gb=0))
        with self.assertRaisesRegex(exc.FlavorRefused, '150 GiB'):
            self.able(root_gb=0, memory_mb=150 * 1024 + 1)

    def test_windows_has_a_lower_one(self):
        windows = builders.image(platform='windows')
        self.assertEqual(['small'], self.able(windows, root_gb=0))
        with self.assertRaisesRegex(exc.FlavorRefused, '16 GiB'):
            self.able(windows, root_gb=0, memory_mb=17 * 1024)

    def test_a_named_type_that_cannot_is_refused_by_name(self):
        for name in ('awake', 'metal', 'huge'):
            with self.subTest(name), self.assertRaisesRegex(
                    exc.FlavorRefused, name):
                self.able(root_gb=500,
                          extra_specs={'ec2:instance_type': name})

    def test_the_root_is_encrypted_and_others_stay_as_they_are(self):
        made = (Disk('/dev/xvda', 20), Disk('/dev/sdb', 5))
        root, other = hibernation.disks(made, builders.image(), 2048)
        self.assertEqual((20, True), (root.size_gib, root.encrypted))
        self.assertEqual(made[1], other)

    def test_a_root_of_no_size_grows_by_the_memory(self):
        root, = hibernation.disks((Disk('/dev/xvda', 0),),
                                  builders.image(root_gib=8), 2049)
        self.assertEqual(8 + 3, root.size_gib)

    def test_a_root_that_cannot_hold_it_is_refused(self):
        for disk, said in ((Disk('/dev/xvda', 20, 'standard'), 'standard'),
                           (Disk('/dev/sdf', 20), 'boots from a volume')):
            with self.assertRaisesRegex(exc.RequestRefused, said):
                hibernation.disks((disk,), builders.image(), 2048)

    def test_who_asks_for_it(self):
        asking = builders.flavor(extra_specs={'ec2:hibernation': 'true'})
        self.assertTrue(hibernation.wanted(asking, {}))
        self.assertTrue(hibernation.wanted(
            builders.flavor(), {'ec2_hibernation': 'True'}))
        self.assertFalse(hibernation.wanted(builders.flavor(), {}))
        with self.assertRaises(exc.ImageRefused):
            hibernation.wanted(builders.flavor(), {'ec2_hibernation': 'ja'})
