# SPDX-License-Identifier: Apache-2.0
"""Many calls of one kind become one, and nobody gets another's answer."""

import threading
import unittest

from hypothesis import given, settings, strategies

from nova_ec2 import exceptions as exc
from nova_ec2.aws.gathering import Gatherer, Window

_PATIENT = Window(idle=5, longest=5)


class _Callers:
    """Submits items from a thread each and keeps what each was told."""

    def __init__(self, gatherer):
        self.gatherer = gatherer
        self.told = {}

    def submit(self, *items, like=lambda item: None, window=_PATIENT):
        threads = [threading.Thread(target=self._one,
                                    args=(item, like(item), window))
                   for item in items]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return self.told

    def _one(self, item, like, window):
        try:
            self.told[item] = self.gatherer.submit(item, like, window)
        except Exception as error:
            self.told[item] = error


class GathererTest(unittest.TestCase):

    def test_calls_that_come_together_go_out_as_one(self):
        sent = []

        def send(items):
            sent.append(list(items))
            return [item * 2 for item in items]

        told = _Callers(Gatherer(send, most=8)).submit(*range(8))
        self.assertEqual([sorted(range(8))], [sorted(one) for one in sent])
        self.assertEqual({item: item * 2 for item in range(8)}, told)

    def test_only_what_is_alike_shares_a_call(self):
        sent = []

        def send(items):
            sent.append(sorted(items))
            return list(items)

        window = Window(idle=0.2, longest=0.2)
        _Callers(Gatherer(send, most=4)).submit(
            *range(8), like=lambda item: item % 2, window=window)
        for batch in sent:
            self.assertEqual(1, len({item % 2 for item in batch}))

    def test_an_error_of_one_is_not_the_others(self):
        def send(items):
            return [exc.NotFound('no', code='X') if item == 3 else item
                    for item in items]

        told = _Callers(Gatherer(send, most=6)).submit(*range(6))
        self.assertIsInstance(told.pop(3), exc.NotFound)
        self.assertEqual({item: item for item in (0, 1, 2, 4, 5)}, told)

    def test_an_error_of_the_call_reaches_each_as_its_own(self):
        def send(items):
            raise exc.Throttled('slow', code='RequestLimitExceeded')

        told = _Callers(Gatherer(send, most=5)).submit(*range(5))
        self.assertEqual(5, len({id(error) for error in told.values()}))
        for error in told.values():
            self.assertIsInstance(error, exc.Throttled)
            self.assertEqual('RequestLimitExceeded', error.code)

    def test_an_answer_of_the_wrong_length_answers_nobody(self):
        told = _Callers(Gatherer(lambda items: [1], most=3)).submit(*range(3))
        for error in told.values():
            self.assertIsInstance(error, RuntimeError)

    def test_nothing_is_left_behind(self):
        gatherer = Gatherer(lambda items: items, most=100)
        gatherer.submit(1, window=Window(0.001, 0.001))
        self.assertEqual({}, gatherer._open)

    @settings(max_examples=30, deadline=None)
    @given(strategies.lists(strategies.integers(0, 3), min_size=1,
                            max_size=24),
           strategies.integers(1, 10))
    def test_every_item_is_sent_once_in_calls_of_at_most_so_many(
            self, kinds, most):
        sent = []

        def send(items):
            sent.append(list(items))
            return list(items)

        items = list(enumerate(kinds))
        told = _Callers(Gatherer(send, most)).submit(
            *items, like=lambda item: item[1], window=Window(0.01, 0.05))
        self.assertEqual(sorted(items),
                         sorted(item for batch in sent for item in batch))
        self.assertTrue(all(len(batch) <= most for batch in sent))
        self.assertEqual({item: item for item in items}, told)
