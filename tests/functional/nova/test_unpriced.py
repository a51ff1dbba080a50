# SPDX-License-Identifier: Apache-2.0
"""A type without a price is refused or counts as the dearest, never free."""

import pathlib
from decimal import Decimal

import fixtures

from tests.functional.nova import base, spending

TABLE = 'region,instance_type,usd_per_hour\nus-east-1,m5.xlarge,3\n'
KNOWN = f'{TABLE}us-east-1,m5.large,0.1\n'


class UnpricedTestCase(spending.SpendingTestCase):
    """A price file that lacks a type.

    :cvar UNPRICED: what is done then
    """

    UNPRICED = 'refuse'

    def setUp(self):
        home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.prices = home / 'prices.csv'
        self.prices.write_text(TABLE)
        super().setUp()
        self.large = self.flavor(extra_specs={
            'ec2:instance_type': 'm5.large'})

    def start_ec2(self, host=base.HOST):
        self.flags(group='ec2_costs', unpriced=self.UNPRICED)
        self.flags(group='ec2', price_file=str(self.prices))
        return super().start_ec2(host)

    def rates(self):
        return [(one.use.item, one.use.rate) for one in self.spans()]


class RefuseTest(UnpricedTestCase):

    def test_refused_by_default_and_after_a_reload_not(self):
        words = self.refused(flavorRef=self.large)
        self.assertIn('no price for instance type m5.large in us-east-1',
                      words)
        self.assertIn('[ec2_costs] unpriced', words)
        self.assertEqual(0, self.count('RunInstances'))
        self.assertEqual([], self.kept())
        self.prices.write_text(KNOWN)
        self.boot(flavorRef=self.large)
        self.assertEqual([('m5.large', Decimal('0.1'))], self.rates())


class DearestTest(UnpricedTestCase):

    UNPRICED = 'dearest'

    def test_the_dearest_by_option(self):
        self.boot(flavorRef=self.large)
        self.assertEqual([('m5.large', Decimal(3))], self.rates())
