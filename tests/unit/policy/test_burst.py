# SPDX-License-Identifier: Apache-2.0
"""Which policy holds, what it says, and when a threshold is passed."""

import dataclasses
import re
import unittest

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nova_ec2.models import extra_specs
from nova_ec2.policy import burst
from nova_ec2.policy.burst import NEVER, Kind, Policy, Sources
from nova_ec2.policy.room import Room

# However slow the machine is.
STEADY = settings(deadline=None,
                  suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from([Policy(kind) for kind in Kind
                         if kind is not Kind.ABOVE])


@st.composite
def above(draw):
    begins = draw(st.integers(1, 100))
    ends = draw(st.one_of(st.none(), st.integers(0, begins - 1)))
    return Policy(Kind.ABOVE, begins, ends)


POLICIES = st.one_of(WORDS, above())
MAYBE = st.one_of(st.none(), POLICIES)
SOURCES = st.builds(Sources, default=POLICIES, project=MAYBE, image=MAYBE,
                    flavor=MAYBE, hint=MAYBE)

# By the default where nobody else says a word, else whoever says it.
NEVERS = st.one_of(st.just(Sources(NEVER)), st.builds(
    lambda sources, who: dataclasses.replace(
        sources, hint=None, **{who: NEVER}),
    SOURCES, st.sampled_from(['project', 'image', 'flavor'])))


class ParseTest(unittest.TestCase):

    @STEADY
    @given(POLICIES)
    def test_what_is_written_is_read(self, policy):
        self.assertEqual(policy, burst.parse(str(policy)))
        self.assertEqual(policy, burst.parse(f' {policy} '))

    @STEADY
    @given(POLICIES)
    def test_nova_api_takes_it_in_a_flavor(self, policy):
        pattern = extra_specs.BY_NAME['burst'].pattern
        self.assertTrue(re.fullmatch(pattern, str(policy)))

    def test_what_is_none(self):
        for text, why in (
                ('', 'no policy'), ('Never', 'no policy'),
                ('above', 'no policy'), ('above:80', 'no policy'),
                ('above:-1%', 'no policy'), ('above:80%-', 'no policy'),
                ('never,spill', 'no policy'), ('above:0%', '1% to 100%'),
                ('above:101%', '1% to 100%'),
                ('above:80%-80%', 'below the first'),
                ('above:80%-90%', 'below the first')):
            with self.subTest(text), self.assertRaisesRegex(
                    ValueError, f'{text}.*{why}'):
                burst.parse(text)


class OrderTest(unittest.TestCase):

    @STEADY
    @given(SOURCES)
    def test_a_never_of_flavor_image_or_project_always_wins(self, sources):
        ruling = burst.rule(sources)
        if NEVER in (sources.flavor, sources.image, sources.project):
            self.assertEqual(NEVER, ruling.policy)
            self.assertEqual(NEVER, getattr(sources, ruling.source))

    @STEADY
    @given(SOURCES)
    def test_otherwise_the_most_specific_that_says_something(self, sources):
        assume(NEVER not in (sources.flavor, sources.image, sources.project))
        without = next(policy for policy in (
            sources.flavor, sources.image, sources.project, sources.default)
            if policy is not None)
        ruling = burst.rule(sources)
        if without != NEVER and sources.hint is not None:
            self.assertEqual((sources.hint, 'hint'),
                             (ruling.policy, ruling.source))
        else:
            self.assertEqual(without, ruling.policy)

    @STEADY
    @given(NEVERS, POLICIES)
    def test_no_hint_loosens_a_never(self, plain, hint):
        self.assertEqual(NEVER, burst.rule(plain).policy)
        hinted = dataclasses.replace(plain, hint=hint)
        self.assertEqual(burst.rule(plain), burst.rule(hinted))

    @STEADY
    @given(SOURCES)
    def test_a_hint_can_always_keep_a_server_at_home(self, sources):
        hinted = Sources(sources.default, sources.project, sources.image,
                         sources.flavor, NEVER)
        self.assertEqual(NEVER, burst.rule(hinted).policy)

    @STEADY
    @given(SOURCES)
    def test_who_says_it_says_it(self, sources):
        ruling = burst.rule(sources)
        self.assertEqual(getattr(sources, ruling.source), ruling.policy)


@st.composite
def rooms(draw):
    vcpus, memory = draw(st.integers(1, 10000)), draw(st.integers(1, 10000))
    return Room(vcpus, draw(st.integers(0, vcpus)), memory,
                draw(st.integers(0, memory)))


class ThresholdTest(unittest.TestCase):

    @STEADY
    @given(above(), rooms(), st.integers(0, 100), st.booleans())
    def test_it_is_the_larger_of_vcpus_and_memory(
            self, policy, room, margin, before):
        percent = policy.lower(margin) if before else policy.begins
        larger = max(room.vcpus_used / room.vcpus,
                     room.memory_mb_used / room.memory_mb) * 100
        # Where floats can tell.
        assume(abs(larger - percent) > 1e-6)
        self.assertEqual(larger > percent,
                         burst.bursts(policy, room, margin, before))
        self.assertAlmostEqual(larger, room.utilisation)

    @STEADY
    @given(above(), rooms(), st.integers(0, 100))
    def test_who_bursts_goes_on_where_another_would_begin(
            self, policy, room, margin):
        if burst.bursts(policy, room, margin, False):
            self.assertTrue(burst.bursts(policy, room, margin, True))

    def test_begin_and_end(self):
        policy = burst.parse('above:80%-70%')

        def at(percent, before):
            return burst.bursts(policy, Room(100, percent, 100, 0), 5, before)
        self.assertEqual([False, True], [at(79, False), at(80, False)])
        self.assertEqual([False, True], [at(69, True), at(70, True)])

    def test_the_options_margin_where_the_policy_names_no_end(self):
        policy = burst.parse('above:3%')
        self.assertEqual([2, 0], [policy.lower(1), policy.lower(5)])
        self.assertEqual(1, burst.parse('above:3%-1%').lower(5))

    def test_a_cloud_without_hosts_is_full(self):
        self.assertEqual(100.0, Room().utilisation)
        self.assertTrue(Room().reaches(100))

    @STEADY
    @given(rooms(), rooms())
    def test_hosts_add_up(self, one, other):
        both = one + other
        self.assertEqual(one.vcpus + other.vcpus, both.vcpus)
        self.assertLessEqual(
            both.utilisation, max(one.utilisation, other.utilisation) + 1e-9)
