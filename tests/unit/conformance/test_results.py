# SPDX-License-Identifier: Apache-2.0
"""Results are read from subunit streams."""

import io
import unittest

import subunit

from tests.conformance import results, workers


class TestRead(unittest.TestCase):
    """tests.conformance.results.read"""

    def read(self, *events):
        written = io.BytesIO()
        stream = subunit.StreamResultToBytes(written)
        for event in events:
            stream.status(**event)
        return {one.test_id: one for one in
                results.read(written.getvalue())}

    def test_each_status(self):
        seen = self.read(
            {'test_id': 'a', 'test_status': 'inprogress'},
            {'test_id': 'a', 'test_status': 'success'},
            {'test_id': 'b', 'test_status': 'fail'},
            {'test_id': 'c', 'test_status': 'skip'})
        self.assertEqual(
            {'a': results.PASSED, 'b': results.FAILED, 'c': results.SKIPPED},
            {name: one.status for name, one in seen.items()})

    def test_one_that_did_not_end_has_failed(self):
        seen = self.read({'test_id': 'a', 'test_status': 'inprogress'})
        self.assertEqual(results.FAILED, seen['a'].status)

    def test_what_was_said_is_kept_the_traceback_last(self):
        seen = self.read(
            {'test_id': 'a', 'test_status': 'inprogress'},
            {'test_id': 'a', 'file_name': 'traceback', 'eof': True,
             'file_bytes': b'it broke', 'mime_type': 'text/plain'},
            {'test_id': 'a', 'file_name': 'log', 'eof': True,
             'file_bytes': b'it went on', 'mime_type': 'text/plain'},
            {'test_id': 'a', 'test_status': 'fail'})
        self.assertTrue(seen['a'].text.endswith('it broke'))
        self.assertIn('it went on', seen['a'].text)

    def test_tests_of_a_class_that_is_skipped_are_skipped(self):
        seen = {one.test_id: one for one in results.spread(
            [results.Result('setUpClass (m.T)', results.SKIPPED, 0, 'why'),
             results.Result('m.U.a', results.PASSED)],
            ['m.T.a', 'm.T.b[id-1]', 'm.U.a'])}
        self.assertEqual(
            {'m.T.a': results.SKIPPED, 'm.T.b[id-1]': results.SKIPPED,
             'm.U.a': results.PASSED},
            {name: one.status for name, one in seen.items()})
        self.assertEqual('why', seen['m.T.a'].text)

    def test_a_class_that_does_not_tidy_up_has_failed(self):
        seen = {one.test_id: one.status for one in results.spread(
            [results.Result('m.T.a', results.PASSED),
             results.Result('tearDownClass (m.T)', results.FAILED)],
            ['m.T.a'])}
        self.assertEqual({'m.T.a': results.PASSED,
                          'tearDownClass (m.T)': results.FAILED}, seen)


class TestBatches(unittest.TestCase):
    """tests.conformance.workers.batches"""

    def test_no_test_is_lost_and_classes_stay_together(self):
        ids = [f'm.T{number}.t{test}' for number in range(30)
               for test in range(number % 4 + 1)]
        ids += [f'm.Large.t{test}' for test in range(workers.BATCH + 3)]
        made = workers.batches(ids)
        self.assertEqual(ids, [test for batch in made for test in batch])
        self.assertLessEqual(max(map(len, made)), workers.BATCH)
        for number in range(30):
            homes = [batch for batch in made
                     if any(test.startswith(f'm.T{number}.')
                            for test in batch)]
            self.assertEqual(1, len(homes))
