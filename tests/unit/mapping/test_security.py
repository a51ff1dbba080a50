# SPDX-License-Identifier: Apache-2.0
"""What flavor and image ask of firmware, TPM and memory."""

import unittest

from nova_ec2 import exceptions
from nova_ec2.mapping import boot_mode, flavor, needs, security
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_type, real_types

UEFI = {'hw_firmware_type': 'uefi'}
SNP = {**UEFI, 'hw_firmware_stateless': 'true', 'hw_mem_encryption': 'true',
       'hw_mem_encryption_model': 'amd-sev-snp'}
TPM = {'hw_tpm_version': '2.0', 'hw_tpm_model': 'tpm-crb'}


class BootModeTest(unittest.TestCase):
    """The table of EC2's documentation, row by row."""

    def test_every_row(self):
        for mode, kind, expected in (
                ('uefi', 'm7i.large', 'uefi'),
                ('legacy-bios', 'm7i.large', 'legacy-bios'),
                ('uefi-preferred', 'm7i.large', 'uefi'),
                ('uefi-preferred', 't2.micro', 'legacy-bios'),
                ('', 'm7i.large', 'legacy-bios')):
            with self.subTest(mode=mode, kind=kind):
                self.assertEqual(expected, boot_mode.of(
                    builders.image(boot_mode=mode), real_type(kind)))
        self.assertEqual('uefi', boot_mode.of(
            builders.image(architecture='arm64'), real_type('m7g.large')))


class SecurityTest(unittest.TestCase):

    def needs(self, properties=None, image=None, specs=None):
        return security.needs(
            builders.flavor(extra_specs=specs or {}),
            builders.image_meta(name='linux', properties=properties or {}),
            image or builders.image(boot_mode='uefi-preferred'))

    def kinds(self, *args, **kwargs):
        """Names of the real types that meet them."""
        asked = self.needs(*args, **kwargs)
        return {kind.name for kind in real_types()
                if not needs.unmet(asked, kind)}

    def refusal(self, kind, *args, **kwargs):
        with self.assertRaises(kind) as raised:
            self.needs(*args, **kwargs)
        return str(raised.exception)

    def test_nothing_asked_nothing_needed(self):
        self.assertEqual([], self.needs())

    def test_firmware(self):
        self.assertIn('m7i.large', self.kinds(UEFI))
        self.assertNotIn('t2.micro', self.kinds(UEFI))
        self.assertIn('t2.micro', self.kinds({'hw_firmware_type': 'bios'}))
        self.assertIn('has boot mode legacy-bios', self.refusal(
            exceptions.ImageRefused, UEFI,
            builders.image(boot_mode='legacy-bios')))
        self.assertIn('has no boot mode', self.refusal(
            exceptions.ImageRefused, UEFI, builders.image()))

    def test_secure_boot_not_on_bare_metal(self):
        secure = self.kinds({'os_secure_boot': 'required'})
        self.assertIn('m7i.large', secure)
        self.assertFalse([name for name in secure if '.metal' in name])

    def test_optional_secure_boot_is_no_need(self):
        self.assertEqual([], self.needs({'os_secure_boot': 'optional'}))

    def test_a_tpm(self):
        image = builders.image(boot_mode='uefi', tpm_support='v2.0')
        self.assertIn('m7i.large', self.kinds(TPM, image))
        self.assertNotIn('t2.micro', self.kinds(TPM, image))
        # Such an AMI starts nowhere else, asked for or not.
        self.assertEqual(self.kinds(TPM, image), self.kinds({}, image))
        self.assertIn('TpmSupport', self.refusal(
            exceptions.ImageRefused, TPM))
        for other in ({'hw_tpm_version': '2.0'},
                      {'hw_tpm_version': '1.2', 'hw_tpm_model': 'tpm-tis'}):
            self.assertIn('tpm-crb', self.refusal(
                exceptions.FlavorRefused, other, image))

    def test_encrypted_memory(self):
        kinds = self.kinds(SNP)
        self.assertIn('m6a.large', kinds)
        self.assertTrue(all(name[1:4] == '6a.' for name in kinds), kinds)
        self.assertTrue(security.encrypts_memory(
            builders.flavor(), builders.image_meta(properties=SNP)))
        self.assertFalse(security.encrypts_memory(
            builders.flavor(), builders.image_meta()))

    def test_other_encryption_is_refused(self):
        self.assertIn('amd-sev-snp only', self.refusal(
            exceptions.FlavorRefused,
            {**UEFI, 'hw_mem_encryption': 'true'}))

    def test_flavor_and_image_that_contradict_each_other(self):
        self.refusal(exceptions.FlavorRefused, TPM,
                     specs={'hw:tpm_version': '1.2'})

    def test_needs_stand_in_the_refusal(self):
        with self.assertRaises(exceptions.FlavorRefused) as raised:
            flavor.choose_types(
                builders.flavor(vcpus=96, memory_mb=700000),
                builders.image(boot_mode='uefi'), real_types(),
                lambda name: None, needs=self.needs(SNP))
        self.assertIn('AMD SEV-SNP (hw:mem_encryption)',
                      str(raised.exception))
