# SPDX-License-Identifier: Apache-2.0
"""A config drive as an ISO 9660 image."""

import io
import unittest

import pycdlib

from nova_ec2.mapping import config_drive
from nova_ec2.models.launch import Disk


class IsoTest(unittest.TestCase):

    FILES = {'openstack/2012-08-10/meta_data.json': b'{"uuid": "1"}',
             'openstack/latest/meta_data.json': b'{}',
             'openstack/latest/user_data': b'\0\xff' * 5000,
             'ec2/latest/meta-data.json': b'', 'top': b'of all'}

    def read(self, path, **how):
        image = pycdlib.PyCdlib()
        image.open_fp(io.BytesIO(config_drive.iso(self.FILES.items())))
        self.addCleanup(image.close)
        found = io.BytesIO()
        image.get_file_from_iso_fp(found, **{how['by']: f'/{path}'})
        return found.getvalue()

    def test_every_file_under_its_own_name_for_unix_and_windows(self):
        for path, content in self.FILES.items():
            self.assertEqual(content, self.read(path, by='rr_path'), path)
            self.assertEqual(content, self.read(path, by='joliet_path'))

    def test_the_label(self):
        data = config_drive.iso(self.FILES.items())
        # The volume identifier of the primary descriptor, ECMA-119 8.4.7.
        self.assertEqual(b'config-2', data[32768 + 40:32768 + 72].strip())

    def test_text_is_written_as_utf_8(self):
        self.assertIn('grün'.encode(),
                      config_drive.iso([('openstack/name', 'grün')]))

    def test_more_files_than_letters(self):
        config_drive.iso((f'a/{number}/file', b'x') for number in range(300))


class DiskTest(unittest.TestCase):

    ROOT = Disk('/dev/xvda', 20, encrypted=True, kms_key_id='key')

    def disk(self, *others, volumes=()):
        return config_drive.disk(
            'snap-1', (self.ROOT, *others),
            {'block_device_mapping': [{'mount_device': name}
                                      for name in volumes]})

    def test_like_the_root_small_and_last(self):
        self.assertEqual(
            Disk('/dev/xvdz', 1, snapshot_id='snap-1', encrypted=True,
                 kms_key_id='key'), self.disk())

    def test_another_name_where_the_last_is_taken(self):
        self.assertEqual('/dev/xvdf', self.disk(
            Disk('/dev/sdz', 1)).device_name)
        self.assertEqual('/dev/xvdf', self.disk(
            volumes=['/dev/xvdz']).device_name)

    def test_in_the_roots_style(self):
        self.assertEqual('/dev/sdz', config_drive.disk(
            'snap-1', [Disk('/dev/sda1', 8)], None).device_name)
