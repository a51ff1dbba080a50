# SPDX-License-Identifier: Apache-2.0
"""Pacing: never faster than the bucket, in order, and always to an end."""

import threading
import unittest
from unittest import mock

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.aws.pacing import buckets, lane, level, standing
from nova_ec2.aws.pacing.buckets import Bucket, Limits
from nova_ec2.aws.pacing.lane import Demand
from nova_ec2.aws.pacing.standing import Standing

# A slow machine is no failure.
at_leisure = hypothesis.settings(deadline=None)

# Floating point adds up.
CRUMB = 1e-6


class SoloLane(lane.Lane):
    """A lane for one thread, in which time passes only by waiting."""

    def __init__(self, bucket, share=1.0, resources=None):
        self.time = 0.0
        self.granted = []
        super().__init__('RunInstances', Limits(bucket, resources), share,
                         lambda: self.time)

    def _sleep(self, me, pause):
        self.time += pause
        return pause

    def _take(self, demand):
        super()._take(demand)
        self.granted.append((self.time, demand))

    def go(self, resources=0, timeout=1e9):
        return self.wait(Demand(1, resources), Standing(), timeout)


schedules = st.lists(
    st.tuples(st.floats(0, 120),        # seconds before the call
              st.integers(1, 40),       # instances that it asks for
              st.booleans()),           # whether EC2 throttles it
    max_size=60)
some_buckets = st.builds(Bucket, st.integers(1, 50), st.floats(0.1, 50))


class NeverTooFastTest(unittest.TestCase):

    def assert_within(self, taken, capacity, refill):
        """In any window: what is taken is at most the bucket's."""
        for first in range(len(taken)):
            total = 0
            for last in range(first, len(taken)):
                total += taken[last][1]
                seconds = taken[last][0] - taken[first][0]
                self.assertLessEqual(total,
                                     capacity + refill * seconds + CRUMB)

    @at_leisure
    @hypothesis.given(some_buckets, schedules, st.floats(0.2, 1))
    def test_no_window_of_any_schedule_has_more_than_the_bucket(
            self, bucket, schedule, share):
        one = SoloLane(bucket, share, resources=Bucket(40 / share, 3))
        for gap, instances, throttled in schedule:
            one.time += gap
            one.go(instances)
            if throttled:
                one.throttled()
        self.assertEqual(len(schedule), len(one.granted))
        self.assert_within([(when, 1) for when, _ in one.granted],
                           max(1, bucket.capacity * share),
                           bucket.refill * share)
        self.assert_within(
            [(when, demand.resources) for when, demand in one.granted],
            40, 3 * share)

    @at_leisure
    @hypothesis.given(some_buckets, st.lists(st.floats(-1e6, 1e6),
                                             max_size=40))
    def test_a_clock_that_jumps_neither_stalls_nor_bursts(self, bucket,
                                                          jumps):
        one = SoloLane(bucket)
        for jump in jumps:
            one.time += jump
            before = len(one.granted)
            waited = sum(one.go() for _ in range(int(bucket.capacity) + 5))
            # Beyond a full bucket each has its token's worth of waiting.
            self.assertGreaterEqual(waited, 5 / bucket.refill - CRUMB)
            self.assertLessEqual(
                waited, (bucket.capacity + 5) / bucket.refill + 0.001)
            self.assertEqual(bucket.capacity + 5,
                             len(one.granted) - before)

    def test_more_than_the_bucket_holds_goes_when_it_is_full(self):
        one = SoloLane(Bucket(100, 100), share=0.5,
                       resources=Bucket(1000, 2))
        self.assertEqual(0, one.go(1000))
        # 500 of debt at one a second, and then the one token asked for.
        self.assertAlmostEqual(501, one.go(1), places=3)

    def test_a_small_share_still_lets_calls_go(self):
        one = SoloLane(Bucket(5, 2), share=0.01)
        self.assertEqual(0, one.go())
        self.assertAlmostEqual(50, one.go())


class ThrottleTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.lane = SoloLane(Bucket(100, 20))

    def test_a_throttle_empties_the_bucket_and_halves_the_rate(self):
        self.lane.throttled()
        self.assertEqual(10, self.lane.usage().rate)
        # Half the rate, a little more as it recovers at once.
        self.assertAlmostEqual(0.1, self.lane.go(), places=3)
        self.assertEqual(1, self.lane.usage().throttles)

    def test_throttles_of_calls_sent_together_halve_once(self):
        for _ in range(10):
            self.lane.throttled()
        self.assertEqual(10, self.lane.usage().rate)
        self.assertEqual(10, self.lane.usage().throttles)

    def test_the_rate_recovers_as_documented_and_never_beyond(self):
        for _ in range(2):
            self.lane.throttled()
            self.lane.time += 1.0
        self.lane.time -= 1.0
        slow = self.lane.usage().rate
        self.lane.time += level.RECOVERY
        self.assertAlmostEqual(2 * slow, self.lane.usage().rate)
        self.lane.time += 10 * level.RECOVERY
        self.assertEqual(20, self.lane.usage().rate)

    def test_there_is_a_slowest_rate(self):
        for _ in range(50):
            self.lane.throttled()
            self.lane.time += 1.0
        self.assertGreaterEqual(self.lane.usage().rate, 20 * level.SLOWEST)

    def test_the_resource_bucket_loses_half(self):
        one = SoloLane(Bucket(1000, 1000), resources=Bucket(1000, 2))
        one.throttled()
        one.time += 1.0
        self.assertEqual(0, one.go(500))

    @at_leisure
    @hypothesis.given(st.integers(0, 6), st.floats(0.01, 400),
                      st.integers(1, 100))
    def test_the_time_foretold_for_a_token_is_the_time_it_takes(
            self, throttles, seconds, tokens):
        one = level.Level(Bucket(100, 20), 1.0)
        for _ in range(throttles):
            one.halve()
        one.drain()
        one.advance(seconds)
        until = one.seconds_until(tokens)
        if until > 0:
            almost = 0.999 * until
            one.advance(almost)
            self.assertGreater(one.seconds_until(tokens), 0)
            one.advance(until - almost)
        self.assertAlmostEqual(0, one.seconds_until(tokens))


class OrderTest(unittest.TestCase):
    """Threads arrive one after the other while nothing is let through."""

    def setUp(self):
        super().setUp()
        self.time = 0.0
        self.order = []
        test = self

        class Recorded(lane.Lane):
            def _take(self, demand):
                super()._take(demand)
                test.order.append(demand.resources)

        self.lane = Recorded('DescribeImages', Limits(Bucket(100, 1000)),
                             1.0, lambda: self.time)
        self.lane.wait(Demand(100, 0), Standing(), 1)
        self.order.clear()
        self.threads = []
        self.errors = []

    def arrive(self, label, wanted=pacing.Priority.VERB, check=None,
               timeout=1e6):
        def run():
            try:
                self.lane.wait(Demand(1, label), Standing(wanted, check),
                               timeout)
            except Exception as error:
                self.errors.append(error)
        before = self.lane.usage().waiting
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.threads.append(thread)
        while self.lane.usage().waiting == before and thread.is_alive():
            thread.join(0.001)

    def let_go(self):
        self.time += 3600
        for thread in self.threads:
            thread.join(60)
            self.assertFalse(thread.is_alive())
        self.assertEqual(0, self.lane.usage().waiting)

    def test_first_come_is_first_served(self):
        for label in range(20):
            self.arrive(label)
        self.let_go()
        self.assertEqual(list(range(20)), self.order)

    def test_builds_go_before_verbs_before_housekeeping(self):
        wanted = [pacing.Priority.HOUSEKEEPING, pacing.Priority.VERB,
                  pacing.Priority.BUILD] * 3
        for label, each in enumerate(wanted):
            self.arrive(label, each)
        self.let_go()
        self.assertEqual([2, 5, 8, 1, 4, 7, 0, 3, 6], self.order)

    @hypothesis.settings(deadline=None, max_examples=20)
    @hypothesis.given(st.lists(st.sampled_from(list(pacing.Priority)),
                               max_size=12))
    def test_within_a_priority_first_come_is_first_served(self, wanted):
        self.setUp()
        for label, each in enumerate(wanted):
            self.arrive(label, each)
        self.let_go()
        for each in pacing.Priority:
            served = [label for label in self.order if wanted[label] is each]
            self.assertEqual(sorted(served), served)

    def test_housekeeping_is_not_overtaken_for_ever(self):
        self.arrive(0, pacing.Priority.HOUSEKEEPING)
        with mock.patch.object(self.lane, '_pause', return_value=0.001):
            self.time += pacing.Priority.HOUSEKEEPING.value + 0.1
            for label in range(1, 4):
                self.arrive(label, pacing.Priority.BUILD)
        self.let_go()
        self.assertEqual([0, 1, 2, 3], self.order)

    def test_a_cancelled_call_leaves_the_queue_and_the_next_goes(self):
        wanted = threading.Event()

        def check():
            if wanted.is_set():
                raise exc.BuildCancelled('no longer')

        self.arrive(0, check=check)
        self.arrive(1)
        wanted.set()
        self.threads[0].join(60)
        self.assertEqual(1, self.lane.usage().waiting)
        self.let_go()
        self.assertIsInstance(self.errors[0], exc.BuildCancelled)
        self.assertEqual([1], self.order)

    def test_a_call_that_had_its_turn_does_not_wait_for_another(self):
        self.arrive(0)
        calls = self.lane.usage().calls
        self.assertEqual(0, self.lane.wait(Demand(0, 7), Standing(), 1))
        self.assertEqual([7], self.order)
        self.assertEqual(calls, self.lane.usage().calls)
        self.let_go()
        self.assertEqual([7, 0], self.order)

    def test_a_call_without_a_turn_in_time_says_why(self):
        with mock.patch.object(self.lane, '_pause', return_value=0.01):
            self.arrive(0, timeout=0.05)
            self.threads[0].join(60)
        (error,) = self.errors
        self.assertIsInstance(error, exc.Throttled)
        self.assertEqual(('LocalPacing', 'DescribeImages'),
                         (error.code, error.action))
        for part in ('1 calls wait', '1e+03 calls/s', 'api_share',
                     'pacing_timeout'):
            self.assertIn(part, str(error))
        self.assertEqual(0, self.lane.usage().waiting)


class PacerTest(unittest.TestCase):

    def test_actions_do_not_wait_for_each_other(self):
        pacer = pacing.Pacer(limits=lambda action, bare: Limits(
            Bucket(1, 0.001)))
        for action in ('RunInstances', 'StopInstances'):
            self.assertEqual(0, pacer.wait(action))
        self.assertEqual(0, pacer.wait('DescribeVolumes'))
        self.assertEqual(0, pacer.wait('DescribeVolumes', bare=True))

    def test_what_was_waited_and_throttled_can_be_read(self):
        pacer = pacing.Pacer(limits=lambda action, bare: Limits(
            Bucket(1, 50)))
        for _ in range(3):
            pacer.wait('RunInstances')
        pacer.throttled('RunInstances')
        usage = pacer.snapshot()['RunInstances']
        self.assertEqual((3, 1, 0),
                         (usage.calls, usage.throttles, usage.waiting))
        self.assertGreater(usage.waited_seconds, 0.01)

    def test_many_threads_get_each_their_turn(self):
        pacer = pacing.Pacer(limits=lambda action, bare: Limits(
            Bucket(5, 2000)))
        threads = [threading.Thread(
            target=lambda: [pacer.wait('RunInstances') for _ in range(50)])
            for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        usage = pacer.snapshot()['RunInstances']
        self.assertEqual((400, 0), (usage.calls, usage.waiting))

    def test_no_share_is_a_mistake(self):
        self.assertRaises(ValueError, pacing.Pacer, share=0)

    def test_the_priority_holds_inside_and_no_longer(self):
        with pacing.priority(pacing.Priority.BUILD, check=self.fail):
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                self.assertEqual(
                    Standing(pacing.Priority.HOUSEKEEPING, None),
                    standing.current())
            self.assertEqual(Standing(pacing.Priority.BUILD, self.fail),
                             standing.current())
        self.assertEqual(Standing(), standing.current())


class TableTest(unittest.TestCase):

    def test_the_published_figures(self):
        for action, bare, requests, resources in (
                ('RunInstances', False, (5, 2), (1000, 2)),
                ('StartInstances', False, (5, 2), (1000, 2)),
                ('TerminateInstances', False, (100, 5), (1000, 20)),
                ('StopInstances', False, (50, 5), (1000, 20)),
                ('RebootInstances', False, (50, 5), None),
                ('CreateTags', False, (100, 10), None),
                ('CopyImage', False, (100, 1), None),
                ('DescribeInstances', False, (100, 20), None),
                ('DescribeInstances', True, (50, 10), None),
                ('DescribeImages', True, (100, 20), None),
                ('GetConsoleOutput', False, (100, 20), None)):
            found = buckets.limits(action, bare=bare)
            self.assertEqual(Bucket(*requests), found.requests, action)
            self.assertEqual(resources and Bucket(*resources),
                             found.resources, action)

    def test_what_a_call_takes_is_read_from_its_parameters(self):
        ids = {'InstanceIds': ['i-1', 'i-2', 'i-3']}
        for action in ('StartInstances', 'StopInstances',
                       'TerminateInstances'):
            self.assertEqual(3, buckets.resources(action, ids))
        self.assertEqual(7, buckets.resources(
            'RunInstances', {'MinCount': 1, 'MaxCount': 7}))
        self.assertEqual(0, buckets.resources('RebootInstances', ids))

    def test_a_bare_call_neither_names_nor_filters_nor_pages(self):
        self.assertTrue(buckets.is_bare('DescribeInstances', {}))
        self.assertTrue(buckets.is_bare('DescribeInstances',
                                        {'Filters': []}))
        self.assertFalse(buckets.is_bare('DescribeImages', {}))
        for parameters in ({'InstanceIds': ['i-1']}, {'MaxResults': 5},
                           {'NextToken': 'x'}, {'Filters': [{}]}):
            self.assertFalse(buckets.is_bare('DescribeInstances',
                                             parameters))
