# SPDX-License-Identifier: Apache-2.0
"""The budget file: what it says, and what is said of its mistakes."""

import os
import pathlib
import tempfile
import textwrap
import unittest
from decimal import Decimal

from nova_ec2 import exceptions as exc
from nova_ec2.costs import budget_file
from nova_ec2.costs.budgets import OnExhausted
from nova_ec2.costs.periods import Period

EXAMPLE = (pathlib.Path(__file__).parents[3] / 'etc' / 'nova-ec2'
           / 'budgets.yaml.example')


def parse(text):
    return budget_file.parse(textwrap.dedent(text), 'b.yaml')


class BudgetFileTest(unittest.TestCase):

    def test_short_and_long_forms(self):
        found = parse('''
            cloud:
              month: {limit: 5000, warn_at: 90%}
            default: {day: 20}
            projects:
              rich:
                hour: 1.5
                day: {limit: 10, warn_at: 0.5, on_exhausted: stop}
              free:
            ''')
        cloud, = found.cloud
        self.assertEqual((Period.MONTH, Decimal(5000), Decimal('0.9')),
                         (cloud.period, cloud.limit, cloud.warn_at))
        hour, day = found.projects['rich']
        self.assertEqual((Decimal('1.5'), OnExhausted.REFUSE),
                         (hour.limit, hour.on_exhausted))
        self.assertEqual((Decimal('0.5'), OnExhausted.STOP),
                         (day.warn_at, day.on_exhausted))
        self.assertEqual((), found.projects['free'])
        self.assertEqual(Decimal(20), found.of('other')[1].limit)

    def test_nothing_is_no_limit(self):
        for text in ('', '# later', 'cloud:', 'projects: {}'):
            self.assertEqual((), parse(text).of('p'))

    def test_the_example_is_right(self):
        self.assertTrue(budget_file.read(str(EXAMPLE)).cloud)

    def test_a_mistake_is_named_with_file_line_and_field(self):
        for text, words in {
                'cloud: [1]': 'line 1: cloud: must be a mapping',
                'clouds: {}': 'line 1: clouds: is unknown; known are cloud',
                'cloud:\n  week: 3': 'line 2: cloud.week: is unknown',
                'cloud:\n  day: x': "line 2: cloud.day: 'x' is no amount",
                'cloud: {day: -1}': "line 1: cloud.day: '-1' is no amount",
                'cloud: {day: .nan}': "line 1: cloud.day: '.nan'",
                'cloud: {day: {warn_at: 1}}':
                    'line 1: cloud.day: lacks limit',
                'cloud: {day: {limit: 1, warn_at: 80}}':
                    "line 1: cloud.day.warn_at: '80' is no share",
                'projects:\n  p:\n    day: {limit: 1, on_exhausted: die}':
                    "line 3: projects.p.day.on_exhausted: 'die' is none of "
                    'refuse, stop',
                'cloud: {day: 1, day: 2}':
                    'line 1: cloud.day: occurs a second time',
                'cloud: {day: [}': 'line 1: ',
                'cloud: 7': 'line 1: cloud: must be a mapping',
        }.items():
            with self.subTest(text), self.assertRaises(
                    exc.ConfigurationError) as caught:
                parse(text)
            self.assertIn(f'[ec2_costs] budget_file: b.yaml {words}',
                          str(caught.exception))

    def test_a_change_is_followed_and_a_bad_one_is_not(self):
        with tempfile.TemporaryDirectory() as home:
            path = pathlib.Path(home, 'b.yaml')
            path.write_text('cloud: {day: 1}')
            now = budget_file.watch(str(path)).now
            self.assertEqual(Decimal(1), now().cloud[0].limit)
            self._change(path, 'cloud: {day: 2}', 1)
            self.assertEqual(Decimal(2), now().cloud[0].limit)
            self._change(path, 'cloud: {day: nothing}', 2)
            with self.assertLogs(level='ERROR') as logs:
                self.assertEqual(Decimal(2), now().cloud[0].limit)
            self.assertIn('line 1: cloud.day', logs.output[0])
            path.unlink()
            with self.assertLogs(level='ERROR'):
                self.assertEqual(Decimal(2), now().cloud[0].limit)

    def _change(self, path, text, later):
        path.write_text(text)
        os.utime(path, (later, later))

    def test_a_file_that_is_not_there_is_a_mistake_at_the_start(self):
        with self.assertRaisesRegex(exc.ConfigurationError,
                                    'cannot be read'):
            budget_file.watch('/nowhere/b.yaml')
