# SPDX-License-Identifier: Apache-2.0
"""What things cost by a price table, and what is not known."""

import unittest
from decimal import Decimal

import hypothesis
from hypothesis import strategies as st

from nova_ec2 import exceptions
from nova_ec2.costs import prices
from nova_ec2.costs.figures import Figure
from nova_ec2.costs.table import DEAREST, PriceTable

EAST = 'us-east-1'
MONTH = Decimal(730)


def made(*rows, **options):
    """A table of (kind, region, item, unit, amount) rows."""
    return PriceTable([Figure(kind, region, item, unit, Decimal(amount))
                       for kind, region, item, unit, amount in rows],
                      'own.csv', **options)


def hour(usd_a_month):
    return (Decimal(usd_a_month) / MONTH).quantize(Decimal('1e-10'))


class ShippedTest(unittest.TestCase):
    """By hand from AWS's price pages."""

    def setUp(self):
        super().setUp()
        self.table = prices.load()

    def test_instances(self):
        self.assertEqual(Decimal('0.096'),
                         self.table.instance(EAST, 'm5.large'))
        self.assertEqual(Decimal('0.048'),
                         self.table.instance(EAST, 'm5.large', 'spot'))

    def test_volumes(self):
        for asked, month in (
                (('gp3', 100), '8'),
                (('gp3', 100, 3000, 125), '8'),
                (('gp3', 100, 4000, 225), '17'),
                (('gp2', 100), '10'),
                (('gp2', 100, 300), '10'),
                (('standard', 100), '5'),
                (('st1', 1000), '45'),
                (('sc1', 1000), '15'),
                (('io1', 100, 1000), '77.5'),
                (('io2', 100, 32000), '2092.5'),
                (('io2', 100, 40000), '2456.5'),
                (('io2', 100, 100000), '4695.1')):
            with self.subTest(asked):
                self.assertEqual(hour(month),
                                 self.table.volume(EAST, *asked))

    def test_addresses_and_snapshots(self):
        self.assertEqual(Decimal('0.005'), self.table.address(EAST))
        self.assertEqual(hour('5'), self.table.snapshot(EAST, 100))

    def test_every_figure_has_source_date_or_file(self):
        for figure in self.table.figures():
            self.assertTrue(figure.source, figure)

    @hypothesis.given(st.integers(3000, 300000), st.integers(1, 1000))
    def test_more_iops_never_cost_less(self, iops, more):
        self.assertLess(self.table.volume(EAST, 'io2', 100, iops),
                        self.table.volume(EAST, 'io2', 100, iops + more))


class UnknownTest(unittest.TestCase):
    """Refused or taken as the dearest, and never free."""

    def asked_in(self, table, region):
        return {'type': lambda: table.instance(region, 'x9.huge'),
                'spot': lambda: table.instance(region, 'x9.huge', 'spot'),
                'volume': lambda: table.volume(region, 'gp9', 10),
                'address': lambda: table.address(region),
                'snapshot': lambda: table.snapshot(region, 10)}

    def test_refused_by_default(self):
        table = prices.load()
        for name, ask in self.asked_in(table, 'eu-west-9').items():
            with self.subTest(name), self.assertRaisesRegex(
                    exceptions.PriceUnknown,
                    r'no price for .* in eu-west-9 \(\[ec2_costs\] unpriced '
                    r'= refuse\); "nova-ec2 prices update --region eu-west-9'):
                ask()

    def test_the_dearest_by_option(self):
        table = prices.load(unpriced=DEAREST)
        dearest = max(one.amount for one in table.figures()
                      if one.kind == 'on-demand')
        for region in (EAST, 'eu-west-9'):
            asked = {name: ask() for name, ask
                     in self.asked_in(table, region).items()}
            self.assertEqual({
                'type': dearest, 'spot': dearest, 'volume': hour('1.25'),
                'address': Decimal('0.005'), 'snapshot': hour('0.5')},
                asked)

    def test_the_dearest_of_the_region_where_it_has_any(self):
        table = made(('on-demand', 'r1', 'a.x', 'usd/hour', 1),
                     ('on-demand', 'r1', 'b.x', 'usd/hour', 2),
                     ('on-demand', 'r2', 'c.x', 'usd/hour', 9),
                     unpriced=DEAREST)
        self.assertEqual(2, table.instance('r1', 'd.x'))
        self.assertEqual(9, table.instance('r3', 'd.x'))

    def test_what_runs_already_is_never_refused_nor_free(self):
        table = prices.load()
        dearest = max(one.amount for one in table.figures()
                      if one.kind == 'on-demand')
        self.assertEqual(dearest, table.instance(EAST, 'x9.huge', runs=True))

    def test_iops_without_a_price_are_not_free(self):
        table = made(('volume', 'r1', 'io1', 'usd/gib-month', 1),
                     ('volume', 'r1', 'gp3', 'usd/gib-month', 1))
        self.assertEqual(hour(10), table.volume('r1', 'gp3', 10, 3000, 125))
        for asked in (('gp3', 10, 3001), ('gp3', 10, 3000, 126),
                      ('io1', 10, 100)):
            with self.assertRaises(exceptions.PriceUnknown):
                table.volume('r1', *asked)

    def test_an_empty_table_has_no_dearest(self):
        for ask in self.asked_in(made(unpriced=DEAREST), EAST).values():
            with self.assertRaises(exceptions.PriceUnknown):
                ask()


class NearestTest(unittest.TestCase):
    """The figure that says most about a type wins."""

    def test_spot(self):
        demand = ('on-demand', 'r1', 'm5.large', 'usd/hour', '1')
        rows = [('spot', '*', '*', 'share', '0.5'),
                ('spot', '*', 'm5.*', 'share', '0.4'),
                ('spot', 'r1', '*', 'share', '0.3'),
                ('spot', 'r1', 'm5.*', 'share', '0.2'),
                ('spot', 'r1', 'm5.large', 'usd/hour', '0.1')]
        for count, usd in enumerate(
                ('1', '0.5', '0.4', '0.3', '0.2', '0.1')):
            table = made(demand, *rows[:count])
            self.assertEqual(Decimal(usd),
                             table.instance('r1', 'm5.large', 'spot'))
            self.assertEqual(1, table.instance('r1', 'm5.large'))

    def test_what_is_committed_is_paid_instead_of_on_demand(self):
        table = made(('on-demand', 'r1', 'm5.large', 'usd/hour', '1'),
                     ('on-demand', 'r1', 'c5.large', 'usd/hour', '2'),
                     ('committed', 'r1', 'm5.large', 'usd/hour', '0.6'),
                     ('committed', '*', 'c5.*', 'share', '0.7'),
                     ('spot', '*', '*', 'share', '0.5'))
        self.assertEqual(Decimal('0.6'), table.instance('r1', 'm5.large'))
        self.assertEqual(Decimal('1.4'), table.instance('r1', 'c5.large'))
        self.assertEqual(Decimal('0.6'), table.rank('r1', 'm5.large'))
        self.assertEqual(Decimal('0.5'),
                         table.rank('r1', 'm5.large', 'spot'))

    def test_a_share_of_nothing_is_unknown(self):
        table = made(('spot', '*', '*', 'share', '0.5'))
        with self.assertRaises(exceptions.PriceUnknown):
            table.instance('r1', 'm5.large', 'spot')
