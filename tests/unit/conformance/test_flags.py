# SPDX-License-Identifier: Apache-2.0
"""Tempest is told what the support matrix says."""

import unittest

from tests.conformance.tempest import flags


def matrix(**statuses):
    """A matrix in which all rows are complete but some."""
    rows = {row for rows in flags.ROWS.values() for row in rows}
    return ''.join(
        f'[{row}]\ntitle=100 % of it\ndriver.ec2='
        f'{statuses.get(row.rpartition(".")[2], "complete")}\n'
        for row in sorted(rows))


class TestFlags(unittest.TestCase):
    """tests.conformance.tempest.flags"""

    def test_what_is_complete_or_partial_is_tested(self):
        self.assertEqual({True}, set(flags.flags(matrix()).values()))
        self.assertTrue(flags.flags(matrix(rescue='partial'))['rescue'])

    def test_what_is_missing_is_not(self):
        seen = flags.flags(matrix(rescue='missing'))
        self.assertFalse(seen['rescue'])
        self.assertTrue(seen['resize'])

    def test_files_by_config_drive_only_are_not_enough(self):
        self.assertFalse(flags.flags(matrix(file='partial'))['personality'])
        self.assertTrue(flags.flags(matrix())['personality'])

    def test_a_flag_of_two_rows_needs_both(self):
        self.assertFalse(flags.flags(matrix(resume='missing'))['suspend'])

    def test_a_row_that_is_not_there_is_no_answer(self):
        with self.assertRaises(KeyError):
            flags.flags('[operation.rescue]\ndriver.ec2=complete\n')
