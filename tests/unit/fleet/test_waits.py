# SPDX-License-Identifier: Apache-2.0
"""Many wait, one asks; every wait ends and leaves nothing."""

import collections
import threading
import time
import unittest
from unittest import mock

from nova_ec2 import exceptions as exc
from nova_ec2.fleet import waits

LONG = 60


class Things:
    """What is read, and how often."""

    def __init__(self):
        self.values = {}
        self.calls = []
        self.failing = 0
        self.gate = None
        self.entered = threading.Event()

    def describe(self, ids):
        self.calls.append(list(ids))
        answer = {one: self.values[one] for one in ids if one in self.values}
        if self.gate:
            self.entered.set()
            self.gate.wait(LONG)
        if self.failing:
            self.failing -= 1
            raise exc.ServiceFault('out of order')
        return answer


class ReaderTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        patch = mock.patch.object(waits, '_IDLE', 0.05)
        patch.start()
        self.addCleanup(patch.stop)
        self.things = Things()
        self.reader = waits.Reader('thing', self.things.describe, 0.02)
        self.addCleanup(self.assert_nothing_left)

    def assert_nothing_left(self):
        """No entry, and soon no thread."""
        self.assertEqual(set(), self.reader._watches)
        thread = self.reader._thread
        if thread:
            thread.join(LONG)
            self.assertFalse(thread.is_alive())

    def in_threads(self, count, work):
        """Run ``work(number)`` in threads and return their results."""
        results = collections.deque()
        threads = [threading.Thread(
            target=lambda number=number: results.append(work(number)))
            for number in range(count)]
        for thread in threads:
            thread.start()
        return threads, results

    def until(self, condition):
        deadline = time.monotonic() + LONG
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)

    def test_the_pace_follows_what_comes(self):
        """Long streams are read less often, the last of them more often."""
        reader = waits.Reader('thing', self.things.describe, 2.0)
        clock = self.enterContext(mock.patch.object(waits, 'time'))

        def rounds(now):
            clock.monotonic.return_value = now
            return reader._round()

        self.assertEqual(2.0, rounds(0.0))
        for second in range(100, 131):
            reader._count_wait(float(second))
        self.assertEqual(5.0, rounds(130.5))
        self.assertEqual(1.0, rounds(134.0))
        self.assertEqual(1.0, rounds(149.0))
        self.assertEqual(2.0, rounds(151.0))
        reader._count_wait(200.0)
        self.assertEqual(2.0, rounds(201.0))

    def test_a_fresh_read_does_not_read_what_others_wait_for(self):
        """A hundred builds that wait are read once an interval only."""
        reader = waits.Reader('thing', self.things.describe, LONG)
        stop = threading.Event()

        def check():
            if stop.is_set():
                raise exc.BuildCancelled('enough')

        def wait(number):
            with self.assertRaises(exc.BuildCancelled):
                reader.wait(f'waited-{number}', bool, LONG, check)
        threads, _ = self.in_threads(3, wait)
        self.until(lambda: len(reader._watches) == 3 and self.things.calls)
        rounds = len(self.things.calls)
        reader._last_read = float('-inf')
        reader.fresh('asked')
        self.assertEqual([['asked']], self.things.calls[rounds:])
        stop.set()
        for thread in threads:
            thread.join(LONG)

    def test_fresh_reads_of_one_burst_share_calls(self):
        self.reader.fresh('first')
        self.reader._last_read = time.monotonic() + LONG
        threads, _ = self.in_threads(
            20, lambda number: self.reader.fresh(f'id-{number}'))
        self.until(lambda: len(self.reader._watches) == 20)
        with self.reader._changed:
            self.reader._last_read = float('-inf')
            self.reader._changed.notify()
        for thread in threads:
            thread.join(LONG)
        self.assertEqual(2, len(self.things.calls))
        self.assertEqual(20, len(self.things.calls[1]))

    def test_many_waiters_share_one_call_an_interval(self):
        threads, results = self.in_threads(50, lambda number: (
            self.reader.wait(f'id-{number % 5}', bool, LONG)))
        self.until(lambda: len(self.reader._watches) == 50)
        begun = len(self.things.calls)
        self.until(lambda: len(self.things.calls) >= begun + 3)
        # Calls that began with all of them there ask for each id once.
        self.assertEqual([f'id-{number}' for number in range(5)],
                         self.things.calls[-1])
        self.things.values = {f'id-{number}': 'x' for number in range(5)}
        for thread in threads:
            thread.join(LONG)
        self.assertEqual(50, len(results))

    def test_a_wait_that_times_out_says_what_was_seen_last(self):
        self.things.values['a'] = mock.Mock(state='pending')
        with self.assertRaisesRegex(exc.WaitTimedOut, 'seen last: pending'):
            self.reader.wait('a', lambda seen: False, 0.2)

    def test_a_wait_for_what_ec2_does_not_know_says_so(self):
        with self.assertRaisesRegex(exc.WaitTimedOut, 'does not know'):
            self.reader.wait('a', bool, 0.2)

    def test_an_interrupted_wait_ends(self):
        def check():
            raise exc.BuildCancelled('enough')
        self.assertRaises(exc.BuildCancelled, self.reader.wait, 'a', bool,
                          LONG, check)

    def test_a_wait_is_interrupted_while_nothing_is_read(self):
        self.things.gate = threading.Event()
        self.addCleanup(self.things.gate.set)
        stop = threading.Event()

        def check():
            if stop.is_set():
                raise exc.BuildCancelled('enough')
        threads, results = self.in_threads(
            1, lambda _: self.assertRaises(
                exc.BuildCancelled, self.reader.wait, 'a', bool, LONG,
                check))
        self.assertTrue(self.things.entered.wait(LONG))
        stop.set()
        threads[0].join(LONG)
        self.assertEqual(1, len(results))
        self.things.gate.set()

    def test_failed_reads_are_no_news(self):
        self.things.values['a'] = 'x'
        self.things.failing = 3
        with self.assertLogs('nova_ec2.fleet.waits', 'WARNING'):
            self.assertEqual('x', self.reader.wait('a', bool, LONG))
        self.assertEqual(4, len(self.things.calls))

    def test_a_defect_reaches_the_waiter_and_the_thread_goes_on(self):
        def broken(ids):
            raise KeyError('a defect')
        reader = waits.Reader('thing', broken, 0.02)
        with self.assertLogs('nova_ec2.fleet.waits', 'ERROR'):
            self.assertRaises(exc.FleetUnavailable, reader.fresh, 'a')
            self.assertRaises(exc.FleetUnavailable, reader.fresh, 'a')

    def test_a_fresh_read_that_fails_is_no_absence(self):
        self.things.failing = 1
        with self.assertLogs('nova_ec2.fleet.waits', 'WARNING'):
            self.assertRaises(exc.FleetUnavailable, self.reader.fresh, 'a')
        self.assertIsNone(self.reader.fresh('a'))

    def test_a_fresh_read_is_not_answered_by_one_begun_before(self):
        self.things.gate = threading.Event()
        self.things.values['a'] = 'old'
        first, old = self.in_threads(
            1, lambda _: self.reader.fresh('a', LONG))
        self.assertTrue(self.things.entered.wait(LONG))
        # A call is under way; what it saw is the old value.
        self.things.values['a'] = 'new'
        second, new = self.in_threads(
            1, lambda _: self.reader.fresh('a', LONG))
        self.until(lambda: len(self.reader._watches) == 2)
        self.things.gate.set()
        for thread in first + second:
            thread.join(LONG)
        self.assertEqual((['old'], ['new']), (list(old), list(new)))

    def test_a_fresh_read_that_nobody_answers_ends(self):
        self.things.gate = threading.Event()
        self.assertRaises(exc.FleetUnavailable, self.reader.fresh, 'a', 0.1)
        self.things.gate.set()

    def test_all_that_is_read_is_told(self):
        seen = []
        reader = waits.Reader('thing', self.things.describe, 0.02,
                              seen=seen.append)
        self.things.values['a'] = 'x'
        reader.fresh('a')
        self.assertEqual(['x'], seen)

    def test_more_than_a_thousand_ids_are_read_in_several_calls(self):
        self.things.gate = threading.Event()
        first, _ = self.in_threads(1, lambda _: self.reader.fresh('a', LONG))
        self.assertTrue(self.things.entered.wait(LONG))
        watches = [self.reader._subscribe(f'{number:05}', once=True)
                   for number in range(1500)]
        self.things.gate.set()
        for watch in watches:
            self.assertTrue(watch.news.wait(LONG))
        first[0].join(LONG)
        self.assertEqual([1000, 500],
                         [len(call) for call in self.things.calls[1:]])


class LateSubscriberTest(unittest.TestCase):
    """A wait that begins just after the last read of another ended."""

    def test_is_read_at_the_next_interval_not_after_the_idle_time(self):
        with mock.patch.object(waits, '_IDLE', 10 * LONG):
            reader = waits.Reader(
                'thing', lambda ids: {one: one for one in ids}, interval=0.2)
            reader.wait('a', lambda value: value == 'a', timeout=LONG)
            # The thread is idle now, and the interval is not over yet.
            self.assertEqual('b', reader.wait(
                'b', lambda value: value == 'b', timeout=LONG))
