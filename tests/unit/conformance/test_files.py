# SPDX-License-Identifier: Apache-2.0
"""The files of exclusions and verbs are as they must be."""

import unittest

import jsonschema

from tests.conformance import exclusions, verbs


class TestExclusions(unittest.TestCase):
    """tests.conformance.exclusions"""

    def test_the_files_are_valid(self):
        for suite in verbs.SUITES:
            for test_id, exclusion in exclusions.load(suite).items():
                self.assertEqual(test_id, exclusion.test_id)

    def test_kind_and_reason_are_needed(self):
        good = 'a.b.c: {kind: not-ec2, reason: EC2 cannot do this at all}'
        self.assertEqual(['a.b.c'], list(exclusions.parse(good)))
        for bad in ('a.b.c: {kind: not-ec2}',
                    'a.b.c: {reason: EC2 cannot do this at all}',
                    'a.b.c: {kind: flaky, reason: it fails now and then}',
                    'a.b.c: {kind: not-ec2, reason: short}',
                    'a.b.c: {kind: not-ec2, reason: long enough it is, x: 1}',
                    '[a.b.c]'):
            with self.assertRaises(jsonschema.ValidationError, msg=bad):
                exclusions.parse(bad)


class TestVerbs(unittest.TestCase):
    """tests.conformance.verbs"""

    def test_no_test_of_a_verb_is_excluded(self):
        for suite in verbs.SUITES:
            excluded = exclusions.load(suite)
            for verb, tests in verbs.load(suite).items():
                self.assertEqual([], [test for test in tests
                                      if test in excluded], verb)
