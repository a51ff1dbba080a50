# SPDX-License-Identifier: Apache-2.0
"""Flavors against the real catalogue and the shipped prices."""

import functools
import unittest
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions
from nova_ec2.costs import prices
from nova_ec2.mapping import flavor
from nova_ec2.models.instance_type import InstanceType
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_type, real_types

X86 = frozenset({'x86_64'})


def kind(name, vcpus=2, memory_mib=4096, **changes):
    return InstanceType(name, vcpus, memory_mib,
                        **{'architectures': X86, **changes})


def fixed(**usd):
    """A price function of some names; dots are written as _."""
    table = {name.replace('_', '.'): Decimal(amount)
             for name, amount in usd.items()}
    return table.get


UNPRICED = fixed()


class RealCatalogueTest(unittest.TestCase):
    """What operators get for common flavors in us-east-1."""

    def setUp(self):
        super().setUp()
        self.price = functools.partial(prices.load().rank, 'us-east-1')

    def choose(self, vcpus, memory_mb, architecture='x86_64', **specs):
        return flavor.choose_types(
            builders.flavor(vcpus=vcpus, memory_mb=memory_mb,
                            extra_specs={f'ec2:{key}': value
                                         for key, value in specs.items()}),
            builders.image(architecture=architecture), real_types(),
            self.price)

    def test_common_flavors(self):
        for vcpus, memory_mb, architecture, expected in (
                (1, 512, 'x86_64', 't3a.nano'),
                (1, 2048, 'x86_64', 't3a.small'),
                (2, 4096, 'x86_64', 't3a.medium'),
                (4, 8192, 'x86_64', 't3a.xlarge'),
                (16, 65536, 'x86_64', 'm5a.4xlarge'),
                (1, 2048, 'arm64', 't4g.small'),
                (64, 262144, 'arm64', 'm6g.16xlarge')):
            with self.subTest(vcpus=vcpus, memory_mb=memory_mb):
                self.assertEqual(
                    expected,
                    self.choose(vcpus, memory_mb, architecture)[0])

    def test_fallbacks_cost_no_less(self):
        chosen = self.choose(2, 4096)
        self.assertEqual(flavor.MOST, len(chosen))
        usd = [self.price(name) for name in chosen]
        self.assertEqual(sorted(usd), usd)

    def test_nothing_special_unasked(self):
        # More than any ordinary x86 type but the largest can give.
        for vcpus, memory_mb in ((1, 512), (96, 393216), (448, 12582912)):
            for name in self.choose(vcpus, memory_mb):
                found = real_type(name)
                self.assertTrue(found.current_generation)
                self.assertFalse(found.bare_metal or found.accelerated
                                 or found.is_mac)

    def test_accelerated_when_asked(self):
        chosen = self.choose(4, 16384, accelerated='true')
        self.assertTrue(all(real_type(name).accelerated
                            and not real_type(name).bare_metal
                            for name in chosen))

    def test_bare_metal_when_asked(self):
        chosen = self.choose(4, 16384, bare_metal='True')
        self.assertTrue(all(real_type(name).bare_metal
                            and not real_type(name).accelerated
                            for name in chosen))

    def test_mac_when_asked(self):
        chosen = self.choose(4, 8192, 'arm64_mac', mac='yes')
        self.assertTrue(all(name.startswith('mac') for name in chosen))

    def test_too_large_names_the_nearest(self):
        with self.assertRaisesRegex(
                exceptions.FlavorRefused,
                r'm1\.small \(1000 vCPUs, 1024 MiB, x86_64\); the nearest '
                r'is u7i-\S+ \(896 vCPUs'):
            self.choose(1000, 1024)

    def test_named_type(self):
        self.assertEqual(('m4.large',),
                         self.choose(64, 1, instance_type='m4.large'))

    def test_unknown_type_names_the_nearest(self):
        with self.assertRaisesRegex(
                exceptions.FlavorRefused,
                r'm1\.small asks for ec2:instance_type=m5\.largee.*'
                r'm5\.large \(2 vCPUs, 8192 MiB\)'):
            self.choose(1, 1, instance_type='m5.largee')

    def test_unknown_type_like_no_other_names_one_of_the_size(self):
        with self.assertRaisesRegex(
                exceptions.FlavorRefused,
                r'the nearest is \S+ \(2 vCPUs, 4096 MiB\)'):
            self.choose(2, 4096, instance_type='???')

    def test_named_type_of_another_architecture(self):
        with self.assertRaisesRegex(
                exceptions.ImageRefused,
                rf'{builders.AMI} is x86_64.*t4g\.small is arm64'):
            self.choose(1, 1, instance_type='t4g.small')


class ChooseTest(unittest.TestCase):
    def choose(self, types, price=UNPRICED, image=None, interfaces=1, **specs):
        return flavor.choose_types(
            builders.flavor(vcpus=2, memory_mb=4096,
                            extra_specs={f'ec2:{key}': value
                                         for key, value in specs.items()}),
            image or builders.image(), types, price, interfaces)

    def test_unpriced_come_last_and_are_not_free(self):
        types = [kind('a.free'), kind('b.dear'), kind('c.cheap')]
        self.assertEqual(
            ('c.cheap', 'b.dear', 'a.free'),
            self.choose(types, fixed(b_dear='9', c_cheap='1')))

    def test_equal_prices_prefer_the_smaller_then_the_name(self):
        types = [kind('d.x'), kind('b.x'), kind('a.x', vcpus=4)]
        price = fixed(d_x='1', b_x='1', a_x='1')
        self.assertEqual(('b.x', 'd.x', 'a.x'), self.choose(types, price))

    def test_too_small_is_never_chosen(self):
        types = [kind('a.x', vcpus=1), kind('b.x', memory_mib=4095),
                 kind('c.x')]
        self.assertEqual(('c.x',), self.choose(types))

    def test_previous_generation_only_by_name(self):
        types = [kind('old.x', current_generation=False), kind('new.x')]
        self.assertEqual(('new.x',), self.choose(types))
        self.assertEqual(('old.x',),
                         self.choose(types, instance_type='old.x'))

    def test_boot_mode(self):
        types = [kind('a.bios', boot_modes=frozenset({'legacy-bios'})),
                 kind('b.both')]
        for boot_mode, expected in (('uefi', ('b.both',)),
                                    ('legacy-bios', ('a.bios', 'b.both')),
                                    ('uefi-preferred', ('a.bios', 'b.both')),
                                    ('', ('a.bios', 'b.both'))):
            self.assertEqual(expected, self.choose(
                types, image=builders.image(boot_mode=boot_mode)))

    def test_named_type_with_another_boot_mode(self):
        types = [kind('a.bios', boot_modes=frozenset({'legacy-bios'}))]
        with self.assertRaisesRegex(exceptions.ImageRefused,
                                    'boot mode uefi.*a.bios.*legacy-bios'):
            self.choose(types, image=builders.image(boot_mode='uefi'),
                        instance_type='a.bios')

    def test_virtualization(self):
        types = [kind('a.pv', virtualization=frozenset({'paravirtual'})),
                 kind('b.hvm')]
        self.assertEqual(('b.hvm',), self.choose(types))

    def test_as_many_interfaces_as_ports(self):
        types = [kind('a.two'), kind('b.four', interfaces_max=4)]
        self.assertEqual(('b.four',), self.choose(types, interfaces=3))

    def test_too_many_ports(self):
        with self.assertRaisesRegex(exceptions.FlavorRefused,
                                    '9 network interfaces'):
            self.choose([kind('a.two')], interfaces=9)

    def test_too_many_ports_for_a_named_type(self):
        with self.assertRaisesRegex(
                exceptions.NetworkRefused,
                r'3 ports asked for, but a\.two .*at most 2'):
            self.choose([kind('a.two')], interfaces=3, instance_type='a.two')

    def test_nothing_of_the_kind(self):
        with self.assertRaisesRegex(exceptions.FlavorRefused,
                                    'Mac.*the zone has none of that kind'):
            self.choose([kind('a.x')], mac='true')

    def test_empty_catalogue(self):
        with self.assertRaisesRegex(exceptions.FlavorRefused,
                                    'a.x, which is not offered in this '
                                    'zone$'):
            self.choose([], instance_type='a.x')

    def test_architecture_spec_against_the_image(self):
        self.assertEqual(('a.x',),
                         self.choose([kind('a.x')], architecture='x86_64'))
        with self.assertRaisesRegex(exceptions.ImageRefused,
                                    'architecture=arm64.*is x86_64'):
            self.choose([kind('a.x')], architecture='arm64')

    def test_misspelt_extra_spec(self):
        with self.assertRaisesRegex(exceptions.FlavorRefused,
                                    'ec2:instance-type; known are.*'
                                    'ec2:instance_type'):
            self.choose([kind('a.x')], **{'instance-type': 'a.x'})

    def test_flag_that_is_none(self):
        with self.assertRaisesRegex(exceptions.FlavorRefused,
                                    "ec2:mac is 'maybe'"):
            self.choose([kind('a.x')], mac='maybe')

    def test_other_scopes_are_left_alone(self):
        chosen = flavor.choose_types(
            builders.flavor(extra_specs={'hw:cpu_policy': 'shared',
                                         'trait:CUSTOM_EC2': 'required'}),
            builders.image(), [kind('a.x')], fixed())
        self.assertEqual(('a.x',), chosen)

    def test_flavor_without_loaded_extra_specs(self):
        bare = builders.flavor()
        del bare.extra_specs
        self.assertEqual(('a.x',), flavor.choose_types(
            bare, builders.image(), [kind('a.x')], fixed()))


class OrderTest(unittest.TestCase):
    """The order is total and independent of the catalogue's."""

    _types = st.lists(
        st.builds(kind, name=st.text('abc.', min_size=1, max_size=4),
                  vcpus=st.integers(1, 4),
                  memory_mib=st.sampled_from([2048, 4096, 8192])),
        unique_by=lambda one: one.name, max_size=8)
    _prices = st.dictionaries(
        st.text('abc.', min_size=1, max_size=4),
        st.sampled_from([Decimal('0.1'), Decimal('0.2'), Decimal('3')]))

    @hypothesis.given(_types, _prices, st.randoms(use_true_random=False))
    def test_order(self, types, table, random):
        shuffled = list(types)
        random.shuffle(shuffled)
        ordered = flavor.cheapest_first(types, table.get)
        self.assertEqual(ordered,
                         flavor.cheapest_first(shuffled, table.get))
        usd = [table.get(one.name) for one in ordered]
        priced = [amount for amount in usd if amount is not None]
        self.assertEqual(usd[:len(priced)], sorted(priced))

    @hypothesis.given(_types, _prices)
    def test_the_choice_fits_and_no_priced_one_is_cheaper(self, types,
                                                          table):
        fitting = [one for one in types
                   if one.vcpus >= 2 and one.memory_mib >= 4096]
        asked = builders.flavor(vcpus=2, memory_mb=4096)
        try:
            chosen = flavor.choose_types(asked, builders.image(), types,
                                         table.get)
        except exceptions.FlavorRefused:
            self.assertEqual([], fitting)
            return
        self.assertIn(chosen[0], [one.name for one in fitting])
        known = [table[one.name] for one in fitting if one.name in table]
        if known:
            self.assertEqual(min(known), table[chosen[0]])
