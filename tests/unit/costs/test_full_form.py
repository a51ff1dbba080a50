# SPDX-License-Identifier: Apache-2.0
"""The form of price file that ``nova-ec2 prices update`` writes."""

import pathlib
import tempfile
import unittest
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions
from nova_ec2.costs import figures as kinds
from nova_ec2.costs import prices
from nova_ec2.costs.figures import Figure

FIRST = 'nova-ec2 prices,1,v7\n'
HEADER = 'kind,region,item,above,unit,amount,source,date\n'
ROW = 'volume,r1,gp3,0,usd/gib-month,0.09,somebody,2026-11-21\n'

figures = st.sampled_from(sorted(kinds.KINDS)).flatmap(
    lambda kind: st.builds(
        Figure, st.just(kind), st.sampled_from(['r1', 'r2']),
        st.sampled_from(['a.x', 'gp3', 'x y']),
        st.sampled_from(kinds.KINDS[kind]),
        st.decimals('0.0000001', 1, places=7),
        st.decimals(0, 64000, places=0),
        st.text('ab, "\'', max_size=5).map(str.strip),
        st.dates().map(str)))


class FullFormTest(unittest.TestCase):

    def load(self, content):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, 'full.csv')
            path.write_text(content)
            return prices.load(str(path))

    def refused(self, content, words):
        with self.assertRaisesRegex(exceptions.ConfigurationError, words):
            prices.parse(content, 'full.csv')

    def test_replaces_its_kinds_and_leaves_the_others(self):
        table = self.load(FIRST + HEADER + ROW)
        self.assertEqual('v7', table.version)
        self.assertEqual([('r1', 'gp3', 'somebody', '2026-11-21')], [
            (one.region, one.item, one.source, one.date)
            for one in table.figures() if one.kind == 'volume'])
        self.assertEqual(Decimal('0.096'),
                         table.instance('us-east-1', 'm5.large'))

    def test_mistakes_are_named_by_line_and_field(self):
        for row, words in (
                ('vol,r1,gp3,0,usd/hour,1,,', "line 4: kind: 'vol' is none"),
                ('volume,r1,gp2,0,usd/hour,1,,', "line 4: unit: 'usd/hour'"),
                ('volume,r1,gp2,x,usd/gib-month,1,,', "line 4: above: 'x'"),
                ('volume,r1,gp2,-1,usd/gib-month,1,,', 'line 4: above:'),
                ('volume,r1,gp2,0,usd/gib-month,0,,', "line 4: amount: '0'"),
                ('volume,r1,gp2,0,usd/gib-month,,,', 'line 4: amount: is em'),
                ('volume,r1,*,0,usd/gib-month,1,,', 'line 4: item: .* share'),
                ('volume,*,gp2,0,usd/gib-month,1,,', 'line 4: region: .*'),
                ('spot,*,*,0,share,1.5,,', 'line 4: amount: .* no share'),
                ('spot,r1,a.x,0,share,0.5,,soon', "line 4: date: 'soon'"),
                ('volume,r1,gp2,0,usd/gib-month,1', 'line 4: source: is mis'),
                ('volume,r1,gp2,0,usd/gib-month,1,,,', 'line 4: 9 fields'),
                (ROW.strip(), 'line 4: item: gp3 in r1 occurs a second')):
            with self.subTest(row):
                self.refused(f'{FIRST}{HEADER}{ROW}{row}\n',
                             f'^.ec2. price_file: full.csv {words}')

    def test_first_lines(self):
        for content, words in (
                ('nova-ec2 prices,1\n', 'line 1: version: is missing'),
                ('nova-ec2 prices,2,v7\n', "line 1: schema: '2' is none"),
                (FIRST, 'line 1: the header must be kind,region'),
                (FIRST + 'kind,region\n', 'line 2: the header must be'),
                (FIRST + HEADER, 'has no prices')):
            with self.subTest(content):
                self.refused(content, words)

    @hypothesis.given(st.lists(figures, min_size=1, unique_by=lambda one: (
        one.kind, one.region, one.item, one.above)))
    def test_what_is_written_is_read(self, some):
        written = prices.text(some, 'v8')
        self.assertEqual((some, 'v8'), prices.parse(written, 'x.csv'))

    @hypothesis.given(st.text(max_size=80))
    def test_any_text_is_read_or_refused(self, text):
        try:
            prices.parse(FIRST + HEADER + text, 'x.csv')
        except exceptions.ConfigurationError as error:
            self.assertIn('x.csv', str(error))
