# SPDX-License-Identifier: Apache-2.0
"""What CPUs of instance types can do."""

import unittest

import os_traits

from nova_ec2.mapping import cpu_traits, needs
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_type, real_types

AVX512 = 'HW_CPU_X86_AVX512F'
AMX = 'HW_CPU_X86_AMXTILE'


class CpuTraitsTest(unittest.TestCase):

    def has(self, name, trait):
        return trait in cpu_traits.of_type(real_type(name))

    def test_by_generation_and_maker(self):
        for name, trait, expected in (
                ('m5.large', AVX512, True), ('m5a.large', AVX512, False),
                ('m6a.large', AVX512, False), ('m7a.large', AVX512, True),
                ('m6i.large', AMX, False), ('m7i.large', AMX, True),
                ('m7a.large', AMX, False), ('t3.small', AVX512, True),
                ('t2.small', AVX512, False),
                ('m6a.large', 'HW_CPU_X86_AMD_SEV_SNP', True),
                ('m7a.large', 'HW_CPU_X86_AMD_SEV_SNP', False),
                ('m6g.large', 'HW_CPU_AARCH64_SVE', False),
                ('m7g.large', 'HW_CPU_AARCH64_SVE', True),
                ('m7i.large', 'HW_CPU_HYPERTHREADING', True),
                ('m7a.large', 'HW_CPU_HYPERTHREADING', False),
                ('m7g.large', 'HW_ARCH_X86_64', False)):
            with self.subTest(name=name, trait=trait):
                self.assertEqual(expected, self.has(name, trait))

    def test_no_x86_trait_on_arm_and_the_reverse(self):
        for kind in real_types():
            traits = cpu_traits.of_type(kind)
            foreign = ('HW_CPU_X86' if 'arm64' in kind.architectures
                       else 'HW_CPU_AARCH64')
            if kind.family.startswith('mac'):
                continue
            self.assertFalse([name for name in traits
                              if name.startswith(foreign)], kind.name)

    def test_all_are_standard_traits(self):
        self.assertLessEqual(cpu_traits.MANAGED, set(os_traits.get_traits()))

    def test_ordinary_families_are_known(self):
        unknown = {kind.family for kind in real_types()
                   if kind.current_generation and not kind.accelerated
                   and kind.family[:2] in {
                       f'{letter}{number}' for letter in 'cmr'
                       for number in '56789'}
                   and not cpu_traits.of_type(kind) - set(
                       cpu_traits._ARCHITECTURES.values())
                   - {'HW_CPU_HYPERTHREADING', 'HW_CPU_X86_AMD_SEV_SNP'}}
        self.assertEqual(set(), unknown)

    def test_needs_of_flavor_and_image(self):
        asked = cpu_traits.needs(
            builders.flavor(extra_specs={
                f'trait:{AVX512}': 'required', f'trait:{AMX}': 'forbidden',
                'trait:CUSTOM_EC2': 'required', 'ec2:mac': 'false'}),
            builders.image_meta(properties={
                'trait:HW_CPU_X86_SHA': 'required'}))
        self.assertEqual(3, len(asked))
        self.assertEqual([], needs.unmet(asked, real_type('m6i.large')))
        self.assertEqual(
            [f'no {AMX}'],
            [need.what for need
             in needs.unmet(asked, real_type('m7i.large'))])
        self.assertEqual(
            ['HW_CPU_X86_SHA'],
            [need.what for need
             in needs.unmet(asked, real_type('m5.large'))])
