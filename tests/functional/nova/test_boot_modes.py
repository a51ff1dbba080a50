# SPDX-License-Identifier: Apache-2.0
"""UEFI, Secure Boot, NitroTPM and encrypted memory: asked for and had."""

from tests.functional.nova import base

SNP = {'hw:mem_encryption': 'true', 'hw:mem_encryption_model': 'amd-sev-snp'}
STATELESS = {'hw_firmware_type': 'uefi', 'hw_firmware_stateless': 'true'}
TPM = {'hw:tpm_version': '2.0', 'hw:tpm_model': 'tpm-crb',
       'hw:tpm_secret_security': 'host'}


class BootModesTest(base.NovaTestCase):

    def image_of(self, key, **properties):
        """A Glance image of one of the emulator's AMIs."""
        return self.glance.add(ec2_ami_id=self.control.images()[key],
                               **properties)

    def boots(self, image, specs=None, **sizes):
        """The instance of a server."""
        return self.instance_of(self.boot(
            imageRef=image,
            flavorRef=self.flavor(extra_specs=specs or {}, **sizes)))

    def refusal(self, image, specs=None):
        """The fault of a server that EC2 must never have heard of."""
        words = self.refused(
            imageRef=image, flavorRef=self.flavor(extra_specs=specs or {}))
        self.assertEqual([], self.launches())
        return words

    # Firmware

    def test_uefi_is_booted_where_the_image_asks_for_it(self):
        found = self.boots(self.image_of('x86_64', hw_firmware_type='uefi'))
        self.assertEqual('uefi', found['boot_mode'])

    def test_bios_is_booted_where_the_image_asks_for_it(self):
        """By a type without UEFI, for the AMI boots with it where it can."""
        found = self.boots(self.image_of('x86_64', hw_firmware_type='bios'))
        self.assertEqual('legacy-bios', found['boot_mode'])
        self.assertEqual('t2.small', found['instance_type'])

    def test_an_ami_without_uefi_is_refused_where_it_is_asked_for(self):
        words = self.refusal(self.image_of('bios', hw_firmware_type='uefi'))
        self.assertIn('hw_firmware_type is uefi', words)
        self.assertIn('legacy-bios', words)

    def test_a_named_type_without_uefi_is_refused(self):
        words = self.refusal(self.image_of('x86_64', hw_firmware_type='uefi'),
                             {'ec2:instance_type': 't2.small'})
        self.assertIn('t2.small', words)
        self.assertIn('boot mode uefi', words)

    # Secure Boot

    def test_secure_boot_is_uefi_and_an_image_that_says_it_has_keys(self):
        found = self.boots(self.image_of('x86_64',
                                         os_secure_boot='required'))
        self.assertEqual('uefi', found['boot_mode'])

    def test_secure_boot_by_the_flavor_alone_is_refused(self):
        words = self.refusal(self.image_of('x86_64'),
                             {'os:secure_boot': 'required'})
        self.assertIn('os_secure_boot=required', words)

    def test_secure_boot_without_uefi_is_refused(self):
        words = self.refusal(self.image_of('bios',
                                           os_secure_boot='required'))
        self.assertIn('needs UEFI', words)

    # TPM

    def test_a_tpm_comes_with_an_ami_that_supports_it(self):
        found = self.boots(self.image_of('tpm'), TPM)
        self.assertEqual('v2.0', found['tpm_support'])
        self.assertEqual('uefi', found['boot_mode'])

    def test_an_image_can_ask_for_a_tpm_too(self):
        found = self.boots(
            self.image_of('tpm', hw_tpm_version='2.0',
                          hw_tpm_model='tpm-crb'),
            {'hw:tpm_secret_security': 'deployment'})
        self.assertEqual('v2.0', found['tpm_support'])

    def test_a_tpm_that_the_ami_has_not_is_refused(self):
        self.assertIn('TpmSupport',
                      self.refusal(self.image_of('x86_64'), TPM))

    def test_a_tpm_of_another_model_or_version_finds_no_host(self):
        for specs in (TPM | {'hw:tpm_model': 'tpm-tis'},
                      TPM | {'hw:tpm_version': '1.2',
                             'hw:tpm_model': 'tpm-tis'}):
            self.assertIn('No valid host',
                          self.refusal(self.image_of('tpm'), specs))

    # Encrypted memory

    def test_memory_is_encrypted_on_a_type_that_can(self):
        image = self.image_of('x86_64', **STATELESS)
        found = self.boots(image, SNP)
        self.assertTrue(found['sev_snp'])
        self.assertEqual('uefi', found['boot_mode'])
        self.assertRegex(found['instance_type'], '^[cmr]6a[.]')

    def test_memory_is_not_encrypted_unasked(self):
        found = self.boots(self.image_of('x86_64'),
                           {'ec2:instance_type': 'm6a.large'})
        self.assertFalse(found['sev_snp'])
        launch, = self.launches()
        self.assertNotIn('CpuOptions.AmdSevSnp', launch)

    def test_a_named_type_that_cannot_encrypt_is_refused(self):
        words = self.refusal(self.image_of('x86_64', **STATELESS),
                             SNP | {'ec2:instance_type': 'm7i.large'})
        self.assertIn('m7i.large', words)
        self.assertIn('AMD SEV-SNP', words)

    def test_another_way_of_encryption_finds_no_host(self):
        words = self.refusal(
            self.image_of('x86_64', **STATELESS),
            SNP | {'hw:mem_encryption_model': 'amd-sev'})
        self.assertIn('No valid host', words)

    def test_stateless_firmware_alone_is_refused(self):
        self.assertIn('hw_firmware_stateless', self.refusal(
            self.image_of('x86_64', **STATELESS)))
