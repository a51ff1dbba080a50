# SPDX-License-Identifier: Apache-2.0
"""Boot modes, NitroTPM, AMD SEV-SNP.

Instance launch behavior with Amazon EC2 boot modes; NitroTPM for Amazon EC2
instances; AMD SEV-SNP for Amazon EC2 instances.
"""

from tests.functional.emulator import base

SNP = {'CpuOptions': {'AmdSevSnp': 'enabled'}}


class TestFirmware(base.TestCase):

    def boot(self, key, kind, **changes):
        """The instance of a launch, as EC2 shows it."""
        instance_id = self.launch(
            ImageId=self.control.images()[key], InstanceType=kind, **changes)
        answer = self.ec2.describe_instances(InstanceIds=[instance_id])
        return answer['Reservations'][0]['Instances'][0]

    def refused(self, key, kind, code='InvalidParameterValue', **changes):
        return self.assertRefused(
            code, self.launch, ImageId=self.control.images()[key],
            InstanceType=kind, **changes)

    def modes(self, key, kind):
        shown = self.boot(key, kind)
        return shown.get('BootMode'), shown['CurrentInstanceBootMode']

    def test_uefi_preferred_is_uefi_where_the_type_supports_it(self):
        self.assertEqual(('uefi-preferred', 'uefi'),
                         self.modes('x86_64', 't3.small'))
        self.assertEqual(('uefi-preferred', 'legacy-bios'),
                         self.modes('x86_64', 't2.small'))

    def test_without_a_boot_mode_intel_and_amd_types_are_legacy_bios(self):
        self.assertEqual((None, 'legacy-bios'),
                         self.modes('bios', 'm7a.large'))

    def test_a_type_that_does_not_support_the_boot_mode_is_refused(self):
        self.assertIn('boot mode of UEFI', self.refused('tpm', 't2.small'))

    def test_an_instance_keeps_its_boot_mode_through_create_image(self):
        instance = self.boot('tpm', 't3.small')
        self.step()
        made = self.ec2.create_image(InstanceId=instance['InstanceId'],
                                     Name='copy of a tpm image')['ImageId']
        shown, = self.ec2.describe_images(ImageIds=[made])['Images']
        self.assertEqual(('uefi', 'v2.0'),
                         (shown['BootMode'], shown['TpmSupport']))

    def test_an_ami_with_tpm_support_needs_a_type_with_nitro_tpm(self):
        self.assertEqual('v2.0', self.boot('tpm', 't3.small')['TpmSupport'])
        # A type that boots with UEFI and has no NitroTPM.
        self.ec2 = self.client('ec2', region_name='us-east-2')
        self.assertIn('NitroTPM', self.refused('tpm', 'hpc7a.12xlarge'))

    def test_the_new_type_must_support_the_boot_mode_too(self):
        instance = self.boot('tpm', 't3.small')['InstanceId']
        self.step()
        self.ec2.stop_instances(InstanceIds=[instance])
        self.step()
        self.assertRefused(
            'InvalidParameterValue', self.ec2.modify_instance_attribute,
            InstanceId=instance, InstanceType={'Value': 't2.small'})

    def test_amd_sev_snp_is_enabled_at_launch(self):
        shown = self.boot('x86_64', 'm6a.large', **SNP)
        self.assertEqual('enabled', shown['CpuOptions']['AmdSevSnp'])
        self.assertNotIn('AmdSevSnp',
                         self.boot('x86_64', 'm6a.large')['CpuOptions'])

    def test_amd_sev_snp_needs_a_type_with_the_feature(self):
        self.assertIn('m7i.large', self.refused('x86_64', 'm7i.large', **SNP))

    def test_amd_sev_snp_needs_uefi(self):
        self.assertIn('UEFI', self.refused('bios', 'm6a.large', **SNP))
