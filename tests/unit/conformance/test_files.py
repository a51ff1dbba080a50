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
        rest = 'reason: EC2 cannot do this at all, tests: [a.b.c, d]'
        good = '- {kind: not-ec2, ' + rest + '}'
        self.assertEqual(['a.b.c', 'd'], list(exclusions.parse(good)))
        for bad in ('- {kind: not-ec2, tests: [a.b.c]}',
                    '- {kind: not-ec2, reason: EC2 cannot do this at all}',
                    '- {' + rest + '}', '- {kind: flaky, ' + rest + '}',
                    '- {kind: not-ec2, reason: short, tests: [a.b.c]}',
                    '- {kind: not-ec2, x: 1, ' + rest + '}', '[a.b.c]'):
            with self.assertRaises(jsonschema.ValidationError, msg=bad):
                exclusions.parse(bad)

    def test_a_test_is_named_once(self):
        one = '- {kind: not-ec2, reason: EC2 cannot do it, tests: [a.b.c]}\n'
        with self.assertRaisesRegex(ValueError, 'a.b.c'):
            exclusions.parse(one * 2)


class TestVerbs(unittest.TestCase):
    """tests.conformance.verbs"""

    def test_no_test_of_a_verb_is_excluded(self):
        for suite in verbs.SUITES:
            excluded = exclusions.load(suite)
            for verb, tests in verbs.load(suite).items():
                self.assertEqual([], [test for test in tests
                                      if test in excluded], verb)
