# SPDX-License-Identifier: Apache-2.0

import configparser
import tempfile
import unittest
from pathlib import Path

from localcloud import cloud, ec2, secretfile
from localcloud.config import cinder, nova
from localcloud.services import cinder_volume
from localcloud.steps import volume_types


class CinderTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)

    def here(self, **more):
        return cloud.Cloud(
            home=Path(self.home.name), cache=Path('/nowhere'),
            port_base=1024, passwords=secretfile.make(cloud.PASSWORDS),
            **more)

    def read(self, path):
        # Nova's has options that are given twice.
        conf = configparser.ConfigParser(interpolation=None, strict=False)
        conf.read(path)
        return conf

    def test_each_type_has_the_zone_of_its_back_end(self):
        conf = self.read(cinder.write(self.here()))
        self.assertEqual(volume_types.ZONES, {
            name: conf[name]['backend_availability_zone']
            for name in cinder.backends(self.here())})

    def test_ebs_is_in_the_zone_of_the_ec2_host(self):
        ebs = self.read(cinder.write(self.here()))[cinder.EBS]
        self.assertEqual({ec2.ZONE}, {ebs['ebs_availability_zone'],
                                      ebs['backend_availability_zone']})

    def test_nova_refuses_volumes_of_other_zones(self):
        conf = self.read(nova.write(self.here()))
        self.assertFalse(conf['cinder'].getboolean('cross_az_attach'))

    def test_a_cloud_of_ec2_only(self):
        here = self.here(cinder={'DEFAULT': {'enabled_backends': 'ebs'}})
        self.assertEqual(1, cinder_volume.CinderVolume(here).processes())
        self.assertEqual('ebs', self.read(cinder.write(here))['DEFAULT'][
            'enabled_backends'])
