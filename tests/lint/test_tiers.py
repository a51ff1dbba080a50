# SPDX-License-Identifier: Apache-2.0
"""What is left to ``make test-long``, and what never is."""

import re
import unittest

from tests import tiers
from tests.lint.test_support_matrix import classes


def ids(part):
    """An id of each class of tests of a part."""
    for path in sorted((tiers.HERE / part).rglob('test_*.py')):
        module = '.'.join(
            path.relative_to(tiers.HERE.parent).with_suffix('').parts)
        for name in classes(module):
            yield f'{module}.{name}.test_anything'


class TiersTest(unittest.TestCase):

    PARTS = ('functional', 'neutron')

    def test_they_are_all_of_the_parts_that_have_a_list(self):
        self.assertEqual(sorted(self.PARTS), sorted(
            path.parent.name for path in tiers.HERE.glob('*/long.txt')))

    def test_what_proves_the_support_matrix_is_never_left_out(self):
        patterns = tiers.long('functional')
        self.assertTrue(tiers.proofs())
        self.assertEqual([], [test for test in tiers.proofs()
                              if any(re.search(one, test)
                                     for one in patterns)])

    def test_each_line_names_tests_that_exist(self):
        for part in self.PARTS:
            known = list(ids(part))
            for one in tiers.long(part):
                self.assertTrue(any(re.search(one, test) for test in known),
                                one)
