# SPDX-License-Identifier: Apache-2.0
"""The price table of the package, and an operator's."""

import pathlib
import tempfile
import unittest
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions
from nova_ec2.costs import prices

HEADER = 'region,instance_type,usd_per_hour\n'


class ShippedTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.table = prices.load()

    def test_figures(self):
        for name, usd in (('t3.small', '0.0208'), ('m5.large', '0.096'),
                          ('a1.medium', '0.0255'), ('z1d.xlarge', '0.372')):
            self.assertEqual(Decimal(usd),
                             self.table.price('us-east-1', name))

    def test_unknown_is_none_and_not_free(self):
        self.assertIsNone(self.table.price('us-east-1', 'x9.huge'))
        self.assertIsNone(self.table.price('eu-west-1', 't3.small'))

    def test_a_region_without_figures_is_ranked_by_us_east_1(self):
        self.assertEqual(Decimal('0.0208'),
                         self.table.rank('eu-west-1', 't3.small'))
        self.assertIsNone(self.table.rank('eu-west-1', 'x9.huge'))

    def test_source(self):
        self.assertEqual('on-demand-2026-07-20.csv', self.table.source)


class OperatorsTest(unittest.TestCase):
    def load(self, content):
        with tempfile.TemporaryDirectory() as directory:
            self.path = str(pathlib.Path(directory, 'prices.csv'))
            pathlib.Path(self.path).write_bytes(
                content if isinstance(content, bytes) else content.encode())
            return prices.load(self.path)

    def refused(self, content, words):
        with self.assertRaisesRegex(exceptions.ConfigurationError,
                                    words) as raised:
            self.load(content)
        self.assertEqual('[ec2] price_file', raised.exception.option)
        self.assertIn(self.path, str(raised.exception))

    def test_replaces_the_shipped_one_altogether(self):
        table = self.load(HEADER + 'eu-west-1,t3.small,9.5\n')
        self.assertEqual(Decimal('9.5'),
                         table.price('eu-west-1', 't3.small'))
        self.assertIsNone(table.rank('us-east-1', 't3.small'))
        self.assertEqual(self.path, table.source)

    def test_a_region_with_figures_is_ranked_by_its_own(self):
        table = self.load(HEADER + 'us-east-1,a.x,1\nus-east-1,b.x,2\n'
                          'eu-west-1,a.x,5\n')
        self.assertEqual(Decimal(5), table.rank('eu-west-1', 'a.x'))
        self.assertIsNone(table.rank('eu-west-1', 'b.x'))

    def test_written_by_a_spreadsheet(self):
        rows = HEADER + '\n"r1", a.x ,1.50\n'
        table = self.load('\ufeff' + rows.replace('\n', '\r\n'))
        self.assertEqual(Decimal('1.5'), table.price('r1', 'a.x'))

    def test_mistakes_are_named_by_line_and_field(self):
        for row, words in (
                ('r1,b.x,zero', "line 3: usd_per_hour: 'zero' is no positive"),
                ('r1,b.x,0', "line 3: usd_per_hour: '0' is no positive"),
                ('r1,b.x,-1', "line 3: usd_per_hour: '-1'"),
                ('r1,b.x,NaN', "line 3: usd_per_hour: 'NaN'"),
                ('r1,b.x,inf', "line 3: usd_per_hour: 'inf'"),
                ('r1,b.x,', 'line 3: usd_per_hour: is empty'),
                ('r1,b.x', 'line 3: usd_per_hour: is missing'),
                ('r1,,1', 'line 3: instance_type: is empty'),
                (',b.x,1', 'line 3: region: is empty'),
                ('r1,b.x,1,2', 'line 3: 4 fields instead of 3'),
                ('r1,a.x,1', 'line 3: instance_type: a.x in r1 occurs'),
                ('"r1,a.x', 'line 3: unexpected end of data')):
            with self.subTest(row=row):
                self.refused(f'{HEADER}r1,a.x,1\n{row}\n', words)

    def test_header(self):
        for content in ('', 'r1,a.x,1\n', 'instance_type,usd_per_hour\n'):
            self.refused(content, 'line 1: the header must be '
                                  'region,instance_type,usd_per_hour')

    def test_no_rows(self):
        self.refused(HEADER, 'has no prices')

    def test_not_text(self):
        self.refused(b'\xff\xfe\0', 'is not UTF-8 text')

    def test_not_there(self):
        with self.assertRaisesRegex(exceptions.ConfigurationError,
                                    r'^\[ec2\] price_file: /nowhere/x\.csv '
                                    r'cannot be read: No such file'):
            prices.load('/nowhere/x.csv')

    @hypothesis.given(st.text(st.characters(codec='utf-8'), max_size=100))
    def test_any_text_is_read_or_refused(self, text):
        try:
            figures, _ = prices.parse(HEADER + text, 'x.csv')
        except exceptions.ConfigurationError:
            return
        self.assertTrue(all(one.amount > 0 for one in figures))
