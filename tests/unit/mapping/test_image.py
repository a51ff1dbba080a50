# SPDX-License-Identifier: Apache-2.0
"""Which AMI an image means, and which may be booted."""

import unittest

from nova import utils

from nova_ec2 import exceptions
from nova_ec2.mapping import image
from nova_ec2.models import tags
from tests.unit.mapping import builders

OTHER = '11111111-2222-3333-4444-555555555555'


class AmiIdTest(unittest.TestCase):
    def ami(self, value, **changes):
        found = {} if value is None else {'image_ec2_ami_id': value}
        return image.ami_id(builders.instance(system_metadata=found,
                                              **changes))

    def test_as_nova_api_stores_it(self):
        """The whole way: Glance's record, nova-api's copy, the AMI."""
        glance = {'id': builders.IMAGE_ID, 'min_disk': 1,
                  'properties': {'ec2_ami_id': builders.AMI,
                                 'os_distro': 'debian'}}
        copied = utils.get_system_metadata_from_image(
            glance, builders.flavor())
        server = builders.instance(system_metadata=copied)
        self.assertEqual(builders.AMI, image.ami_id(server))

    def test_not_in_image_meta(self):
        """Why image_meta cannot be asked: Nova drops unknown properties."""
        meta = builders.image_meta(properties={'ec2_ami_id': builders.AMI})
        self.assertNotIn('ec2_ami_id', meta.properties.fields)

    def test_old_and_new_ids(self):
        for value in ('ami-0a1b2c3d', 'ami-0123456789abcdef0'):
            self.assertEqual(value, self.ami(value))
        self.assertEqual('ami-0a1b2c3d', self.ami(' ami-0a1b2c3d\n'))

    def test_missing(self):
        for value in (None, '', '  '):
            with self.assertRaisesRegex(
                    exceptions.ImageRefused,
                    rf'image {builders.IMAGE_ID} has no property '
                    r'ec2_ami_id'):
                self.ami(value)

    def test_malformed(self):
        for value in ('ami-XYZ', 'ami-0a1b2c', 'i-0a1b2c3d', 'ami-0a1b2c3d;',
                      'ami-0a1b2c3d\nami-0a1b2c3e', 'ami-' + '0' * 18):
            with self.assertRaisesRegex(exceptions.ImageRefused,
                                        'which is no AMI id'):
                self.ami(value)

    def test_unshelving_needs_glance(self):
        """The copy is of the original image: booting it loses the data."""
        server = builders.instance(
            image_ref=OTHER,
            system_metadata={'image_ec2_ami_id': builders.AMI,
                             'shelved_image_id': OTHER})
        self.assertTrue(image.needs_glance(server, OTHER))
        with self.assertRaisesRegex(exceptions.ImageRefused, OTHER):
            image.ami_id(server)
        self.assertEqual('ami-0a1b2c3d', image.ami_id(
            server, {'ec2_ami_id': 'ami-0a1b2c3d'}))

    def test_rescue_needs_glance(self):
        server = builders.instance()
        self.assertFalse(image.needs_glance(server, builders.IMAGE_ID))
        self.assertTrue(image.needs_glance(server, OTHER))
        with self.assertRaisesRegex(exceptions.ImageRefused, OTHER):
            image.ami_id(server, image_id=OTHER)
        with self.assertRaisesRegex(exceptions.ImageRefused,
                                    f'{OTHER} has no property'):
            image.ami_id(server, {}, OTHER)


class CheckImageTest(unittest.TestCase):
    def check(self, image_id=builders.IMAGE_ID, **changes):
        image.check_image(builders.image(**changes), image_id, 'cloud-1')

    def refused(self, words, **changes):
        with self.assertRaisesRegex(exceptions.ImageRefused, words):
            self.check(**changes)

    def test_foreign_ami(self):
        self.check(tags={'Name': 'debian-12', 'team': 'x'})

    def test_kinds(self):
        self.refused('is pending, not available', state='pending')
        self.refused('is failed.*: no space', state='failed',
                     reason='no space')
        self.refused('paravirtual', virtualization='paravirtual')
        self.refused('instance-store', root_device_type='instance-store')

    def test_snapshot_through_its_own_image(self):
        self.check(tags={tags.CLOUD: 'cloud-1',
                         tags.IMAGE: builders.IMAGE_ID})

    def test_snapshot_through_another_image(self):
        """A tenant who learns an AMI's id cannot boot it."""
        self.refused(f'its own Glance image only, not.*{OTHER}',
                     image_id=OTHER,
                     tags={tags.CLOUD: 'cloud-1',
                           tags.IMAGE: builders.IMAGE_ID})

    def test_snapshot_without_an_image(self):
        self.refused('own Glance image only', tags={tags.CLOUD: 'cloud-1'})

    def test_snapshot_of_another_cloud(self):
        for found in ({tags.CLOUD: 'cloud-2', tags.IMAGE: builders.IMAGE_ID},
                      {tags.IMAGE: builders.IMAGE_ID},
                      {tags.SERVER: builders.SERVER}):
            self.refused(r'another cloud than cloud-1 \(\[ec2\] cloud_id\)',
                         tags=found)
