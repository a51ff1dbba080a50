# SPDX-License-Identifier: Apache-2.0
"""CPU traits: the host has what some type has, a server only what its own has.
"""

from nova.tests.functional.api import client as api_client

from nova_ec2 import exceptions as exc
from tests.functional.nova import base

AVX512 = 'HW_CPU_X86_AVX512F'
VNNI = 'HW_CPU_X86_AVX512VNNI'
AMX = 'HW_CPU_X86_AMXTILE'


class TraitsTest(base.NovaTestCase):

    def traits(self):
        return set(self._get_provider_traits(
            self._get_provider_uuid_by_name(base.HOST)))

    def boots(self, image=None, **specs):
        """The instance of a server of a flavor with these extra specs."""
        flavor = self.flavor(extra_specs={
            key.replace('__', ':'): value for key, value in specs.items()})
        return self.instance_of(self.boot(
            flavorRef=flavor, imageRef=image or self.image))

    def refusal(self, image=None, **specs):
        flavor = self.flavor(extra_specs={
            key.replace('__', ':'): value for key, value in specs.items()})
        words = self.refused(flavorRef=flavor, imageRef=image or self.image)
        self.assertEqual([], self.launches())
        return words

    def test_the_host_has_what_some_type_of_the_zone_has(self):
        self.assertLessEqual(
            {AVX512, VNNI, AMX, 'HW_CPU_X86_AMD_SEV_SNP', 'HW_ARCH_X86_64',
             'HW_ARCH_AARCH64', 'HW_CPU_AARCH64_SVE',
             'HW_CPU_HYPERTHREADING', 'COMPUTE_SECURITY_TPM_2_0',
             'COMPUTE_SECURITY_UEFI_SECURE_BOOT'}, self.traits())

    def test_and_nothing_that_none_has(self):
        self.assertFalse({
            'HW_CPU_X86_AVX512ER', 'HW_CPU_X86_INTEL_TDX',
            'HW_CPU_X86_AMD_SEV', 'COMPUTE_SECURITY_TPM_1_2',
            'COMPUTE_SECURITY_TPM_TIS', 'HW_ARCH_PPC64LE'} & self.traits())

    def test_a_trait_that_no_type_has_any_more_goes(self):
        provider = self._get_provider_uuid_by_name(base.HOST)
        self._set_provider_traits(provider, [
            *self.traits(), 'COMPUTE_SECURITY_TPM_2_0', 'HW_CPU_X86_AVX'])
        types = [kind for kind in self.driver.compute.site.catalogue.types()
                 if kind.family == 't2']
        self.driver.compute.site.catalogue._types[base.ZONE] = types
        self._run_periodics()
        self.assertFalse({'COMPUTE_SECURITY_TPM_2_0', AVX512,
                          'HW_ARCH_AARCH64'} & self.traits())
        self.assertIn('HW_ARCH_X86_64', self.traits())

    def test_a_server_gets_a_type_that_has_what_its_flavor_requires(self):
        self.assertEqual('t3.small', self.boots(
            **{f'trait__{AVX512}': 'required'})['instance_type'])
        self.assertRegex(self.boots(
            **{f'trait__{AMX}': 'required'})['instance_type'],
            r'^[a-z]+[78]i')

    def test_what_some_type_has_cannot_be_forbidden(self):
        """Placement compares it with the host, which has it."""
        flavor = self.flavor(extra_specs={f'trait:{AVX512}': 'forbidden'})
        server = self.until(self.create(flavorRef=flavor), 'ERROR')
        self.assertIn('No valid host', server['fault']['message'])

    def test_an_image_can_require_a_trait_too(self):
        image = self.glance.add(**{'ec2_ami_id': self.emulator.ami,
                                   f'trait:{AMX}': 'required'})
        self.assertRegex(self.boots(image=image)['instance_type'],
                         r'^[a-z]+[78]i')

    def test_a_named_type_without_it_is_refused_before_the_launch(self):
        words = self.refusal(**{f'trait__{AMX}': 'required',
                                'ec2__instance_type': 't3.small'})
        self.assertIn('t3.small', words)
        self.assertIn(AMX, words)

    def test_what_no_type_of_the_amis_architecture_has_is_refused(self):
        words = self.refusal(trait__HW_CPU_AARCH64_SVE='required')
        self.assertIn('HW_CPU_AARCH64_SVE', words)

    def test_a_trait_that_the_host_has_not_finds_no_host(self):
        flavor = self.flavor(extra_specs={
            'trait:HW_CPU_X86_INTEL_TDX': 'required'})
        server = self.until(self.create(flavorRef=flavor), 'ERROR')
        self.assertIn('No valid host', server['fault']['message'])

    def test_servers_without_such_wishes_are_as_before(self):
        self.assertEqual('t3a.small', self.boots()['instance_type'])

    def test_a_failed_read_of_the_types_leaves_the_traits(self):
        before = self.traits()

        def fail(types, zone):
            raise exc.ServiceFault('no types today')
        self.stub_out('nova_ec2.aws.api.types.Types.offered', fail)
        self.driver.compute.site.catalogue._types.clear()
        self._run_periodics()
        self.assertEqual(before, self.traits())

    def test_only_known_values_of_a_trait_are_taken(self):
        self.assertRaises(
            api_client.OpenStackApiException, self.flavor,
            extra_specs={f'trait:{AMX}': 'perhaps'})
