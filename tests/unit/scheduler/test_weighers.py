# SPDX-License-Identifier: Apache-2.0
"""PrivateFirstWeigher among Nova's own weighers, in Nova's own handler."""

import unittest

import fixtures
import hypothesis
import nova.conf
from hypothesis import strategies as st
from nova import objects
from nova.scheduler import host_manager, weights
from oslo_config import fixture as config_fixture

from nova_ec2.scheduler import weighers

CONF = nova.conf.CONF
INT_MAX = 0x7FFFFFFF

OURS = 'nova_ec2.scheduler.weighers.PrivateFirstWeigher'
DEFAULTS = 'nova.scheduler.weights.all_weighers'


def host(name, hypervisor_type, aggregates=(), **figures):
    """A host as the scheduler knows it."""
    state = host_manager.HostState(name, name, 'cell')
    state.hypervisor_type = hypervisor_type
    state.aggregates = list(aggregates)
    state.cpu_allocation_ratio = 1.0
    state.ram_allocation_ratio = 1.0
    state.disk_allocation_ratio = 1.0
    for figure, value in figures.items():
        setattr(state, figure, value)
    return state


def aggregate(**metadata):
    return objects.Aggregate(metadata=metadata)


FIGURES = {
    'free_ram_mb': st.integers(-4096, INT_MAX),
    'free_disk_mb': st.integers(-4096, INT_MAX),
    'vcpus_total': st.integers(0, INT_MAX),
    'vcpus_used': st.integers(0, INT_MAX),
    'num_instances': st.integers(0, 100000),
    'num_io_ops': st.integers(0, 1000),
    'failed_builds': st.integers(0, 1000),
    'hypervisor_version': st.one_of(st.none(), st.integers(0, INT_MAX)),
}


@st.composite
def host_states(draw, name='host'):
    return host(name, draw(st.sampled_from(['ec2', 'QEMU', 'fake', None])),
                cpu_allocation_ratio=draw(st.sampled_from([1.0, 4.0, 16.0])),
                **{figure: draw(values)
                   for figure, values in FIGURES.items()})


class ConfTestCase(unittest.TestCase):

    def setUp(self):
        super().setUp()
        objects.register_all()
        self.conf = config_fixture.Config(CONF)
        self.conf.setUp()
        self.addCleanup(self.conf.cleanUp)
        self.log = fixtures.FakeLogger()
        self.log.setUp()
        self.addCleanup(self.log.cleanUp)


class WeigherTest(ConfTestCase):

    def order(self, hosts, ours=True):
        """The hosts as Nova's scheduler would try them, best first."""
        handler = weights.HostWeightHandler()
        names = [DEFAULTS, OURS] if ours else [DEFAULTS]
        classes = handler.get_matching_classes(names)
        spec = objects.RequestSpec(instance_group=None, image=None,
                                   requested_destination=None)
        ordered = handler.get_weighed_objects(
            [cls() for cls in classes], hosts, spec)
        return [weighed.obj for weighed in ordered]

    @hypothesis.settings(max_examples=150, deadline=None)
    @hypothesis.given(st.lists(host_states(), min_size=2, max_size=8))
    def test_every_private_host_comes_before_every_ec2_host(self, hosts):
        ranks = [state.hypervisor_type == 'ec2' for state in self.order(hosts)]
        self.assertEqual(sorted(ranks), ranks)

    @hypothesis.settings(max_examples=80, deadline=None)
    @hypothesis.given(st.lists(host_states(), min_size=2, max_size=8))
    def test_hosts_of_one_kind_keep_novas_order(self, hosts):
        for state in hosts:
            state.hypervisor_type = 'QEMU'
        self.assertEqual(self.order(hosts, ours=False), self.order(hosts))

    @hypothesis.settings(max_examples=80, deadline=None)
    @hypothesis.given(st.lists(host_states(), min_size=2, max_size=8))
    def test_the_order_among_private_hosts_is_untouched(self, hosts):
        def private(ordered):
            return [state for state in ordered
                    if state.hypervisor_type != 'ec2']
        self.assertEqual(private(self.order(hosts, ours=False)),
                         private(self.order(hosts)))

    def test_without_it_one_failed_build_sends_servers_to_ec2(self):
        private = host('private', 'QEMU', failed_builds=1, vcpus_total=4)
        ec2 = host('ec2', 'ec2', failed_builds=0, vcpus_total=INT_MAX)
        self.assertEqual([ec2, private],
                         self.order([private, ec2], ours=False))
        self.assertEqual([private, ec2], self.order([private, ec2]))

    def test_the_better_of_two_ec2_hosts_still_wins(self):
        poor = host('poor', 'ec2', free_ram_mb=1024)
        rich = host('rich', 'ec2', free_ram_mb=2048)
        private = host('private', 'QEMU')
        self.assertEqual([private, rich, poor],
                         self.order([poor, rich, private]))

    def test_a_failing_ec2_host_yields_to_another(self):
        failing = host('failing', 'ec2', failed_builds=1,
                       free_ram_mb=INT_MAX)
        good = host('good', 'ec2', free_ram_mb=0)
        self.assertEqual([good, failing], self.order([failing, good]))

    def test_zero_lets_ec2_compete(self):
        weighers.PrivateFirstWeigher()
        self.conf.config(group='ec2_scheduler',
                         private_first_weight_multiplier=0)
        private = host('private', 'QEMU', free_ram_mb=1024)
        ec2 = host('ec2', 'ec2', free_ram_mb=4096)
        self.assertEqual([ec2, private], self.order([private, ec2]))

    def test_an_aggregate_overrides_the_option_for_its_ec2_hosts(self):
        free = aggregate(private_first_weight_multiplier='0')
        private = host('private', 'QEMU', free_ram_mb=1024)
        equal = host('equal', 'ec2', free_ram_mb=4096, aggregates=[free])
        last = host('last', 'ec2', free_ram_mb=8192)
        self.assertEqual([equal, private, last],
                         self.order([last, private, equal]))

    def test_an_unreadable_aggregate_value_keeps_the_option(self):
        bad = aggregate(private_first_weight_multiplier='much')
        private = host('private', 'QEMU')
        ec2 = host('ec2', 'ec2', free_ram_mb=4096, aggregates=[bad])
        self.assertEqual([private, ec2], self.order([ec2, private]))
        self.assertIn('private_first_weight_multiplier', self.log.output)


class WarningTest(ConfTestCase):

    def test_the_default_needs_no_warning(self):
        weighers.PrivateFirstWeigher()
        self.assertNotIn('private hosts will not', self.log.output)

    def test_too_small_a_multiplier_is_told(self):
        weighers.PrivateFirstWeigher()
        self.conf.config(group='ec2_scheduler',
                         private_first_weight_multiplier=1000)
        weighers.PrivateFirstWeigher()
        self.assertIn('private hosts will not always', self.log.output)

    def test_switched_off_is_no_mistake(self):
        weighers.PrivateFirstWeigher()
        self.conf.config(group='ec2_scheduler',
                         private_first_weight_multiplier=0)
        weighers.PrivateFirstWeigher()
        self.assertNotIn('private hosts will not', self.log.output)

    def test_other_weighers_may_be_raised_too_far(self):
        self.conf.config(group='filter_scheduler',
                         ram_weight_multiplier=-2e9)
        weighers.PrivateFirstWeigher()
        self.assertIn('private hosts will not always', self.log.output)
