# SPDX-License-Identifier: Apache-2.0
"""What makes a conformance run a success."""

import unittest

from tests.conformance import verdict
from tests.conformance.exclusions import Exclusion
from tests.conformance.results import FAILED, PASSED, SKIPPED, Result

EXCLUDED = {'m.T.c': Exclusion('m.T.c', 'not-ec2', 'there is none on EC2')}


def judged(statuses, excluded=EXCLUDED, verbs=None, wanted=None):
    return verdict.judge(
        [Result(test, status) for test, status in statuses.items()],
        wanted if wanted is not None else set(statuses),
        {'m.T.a', 'm.T.b', 'm.T.c'}, excluded, verbs or {})


class TestVerdict(unittest.TestCase):
    """tests.conformance.verdict.judge"""

    def test_an_excluded_test_that_fails_is_no_failure(self):
        seen = judged({'m.T.a': PASSED, 'm.T.b': SKIPPED, 'm.T.c': FAILED})
        self.assertTrue(seen.good)
        self.assertEqual((1, 1, 1), (seen.passed, seen.skipped,
                                     seen.excluded))

    def test_attributes_are_no_part_of_an_id(self):
        seen = verdict.judge(
            [Result('m.T.c[id-1,smoke]', FAILED)], {'m.T.c[id-1,smoke]'},
            {'m.T.c[id-1,smoke]'}, EXCLUDED, {})
        self.assertTrue(seen.good)
        self.assertEqual(1, seen.excluded)

    def test_another_that_fails_is_one(self):
        seen = judged({'m.T.a': FAILED, 'm.T.c': FAILED})
        self.assertEqual(('m.T.a',), seen.failed)
        self.assertFalse(seen.good)

    def test_an_excluded_test_that_passes_or_is_skipped_fails_the_run(self):
        for status in (PASSED, SKIPPED):
            seen = judged({'m.T.c': status})
            self.assertEqual(('m.T.c',), seen.surprises)
            self.assertFalse(seen.good)

    def test_an_exclusion_of_no_test_fails_the_run(self):
        seen = judged({'m.T.a': PASSED}, {'m.T.x': Exclusion(
            'm.T.x', 'not-ec2', 'there is none on EC2')})
        self.assertEqual(('m.T.x',), seen.unknown)
        self.assertFalse(seen.good)

    def test_a_test_without_a_result_fails_the_run(self):
        seen = judged({'m.T.a': PASSED}, wanted={'m.T.a', 'm.T.b'})
        self.assertEqual(('m.T.b',), seen.missing)
        self.assertFalse(seen.good)

    def test_a_verb_needs_one_test_that_passes(self):
        verbs = {'resize': ['m.T.a', 'm.T.b']}
        self.assertTrue(judged({'m.T.a': SKIPPED, 'm.T.b': PASSED},
                               verbs=verbs).good)
        seen = judged({'m.T.a': SKIPPED, 'm.T.b': SKIPPED}, verbs=verbs)
        self.assertEqual(('resize',), seen.unproven)
        self.assertFalse(seen.good)

    def test_a_verb_is_not_judged_by_tests_that_were_not_chosen(self):
        self.assertTrue(judged({'m.T.a': SKIPPED},
                               verbs={'resize': ['m.T.a', 'm.T.b']}).good)
