# SPDX-License-Identifier: Apache-2.0
"""Which AMI's root an existing server can boot from."""

import unittest

from nova_ec2 import exceptions
from nova_ec2.mapping import root_image
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.server import Server, ServerState


def image(**changes):
    return Image(**{'image_id': 'ami-1', 'state': 'available',
                    'architecture': 'x86_64',
                    'root_device_name': '/dev/xvda', **changes})


def kind(*boot_modes):
    return InstanceType(
        name='m5.large', vcpus=2, memory_mib=8192,
        architectures=frozenset({'x86_64'}),
        boot_modes=frozenset(boot_modes or ('legacy-bios', 'uefi')))


def server(**changes):
    return Server(**{
        'instance_id': 'i-1', 'state': ServerState.STOPPED,
        'instance_type': 'm5.large', 'image_id': 'ami-0',
        'zone': 'us-east-1a', **changes})


class CheckBootsTest(unittest.TestCase):

    def refused(self, asked, launched_from, words, **of_server):
        with self.assertRaisesRegex(exceptions.ImageRefused, words):
            root_image.check_boots(asked, server(**of_server), kind(),
                                   launched_from)

    def test_another_architecture(self):
        self.refused(image(architecture='arm64'), image(),
                     'is for arm64, but server i-1 of type m5.large is '
                     'x86_64')

    def test_windows_where_it_was_not_launched(self):
        self.refused(image(platform='windows'), image(), 'its licence')
        root_image.check_boots(image(platform='windows'),
                               server(platform='windows'), kind(), image())

    def test_linux_where_windows_was_launched(self):
        root_image.check_boots(image(), server(platform='windows'), kind(),
                               image(platform='windows'))

    def test_another_firmware(self):
        self.refused(image(boot_mode='uefi'), image(),
                     'boots with legacy-bios')
        self.refused(image(), image(boot_mode='uefi-preferred'),
                     'boots with uefi')

    def test_an_image_for_both_firmwares(self):
        for launched in ('', 'uefi', 'uefi-preferred', 'legacy-bios'):
            root_image.check_boots(image(boot_mode='uefi-preferred'),
                                   server(), kind(),
                                   image(boot_mode=launched))

    def test_what_is_no_longer_known_is_not_held_against_it(self):
        root_image.check_boots(image(boot_mode='uefi'), server(), None,
                               image())
        root_image.check_boots(image(boot_mode='uefi'), server(), kind(),
                               None)
