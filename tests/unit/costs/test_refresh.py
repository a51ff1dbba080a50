# SPDX-License-Identifier: Apache-2.0
"""What AWS's Price List says, as figures."""

import json
import unittest
from decimal import Decimal

from nova_ec2 import exceptions
from nova_ec2.aws.api import pricing
from nova_ec2.costs import refresh
from nova_ec2.models.list_price import ListPrice


def product(usage, unit, *usd, currency='USD', **attributes):
    """One entry of a PriceList, with a dimension for each price."""
    return json.dumps({
        'product': {'sku': 'SKU1', 'attributes': {
            'regionCode': 'eu-west-1', 'usagetype': usage, **attributes}},
        'terms': {'OnDemand': {'SKU1.T': {'priceDimensions': {
            f'SKU1.T.{count}': {'unit': unit,
                                'pricePerUnit': {currency: one}}
            for count, one in enumerate(usd)}}}},
        'publicationDate': '2026-11-20T01:02:03Z'})


class Calls:
    """GetProducts that answers from pages."""

    def __init__(self, *pages):
        self.pages = pages
        self.asked = []

    def call(self, method, **parameters):
        self.asked.append((method, parameters))
        place = int(parameters.get('NextToken', 0))
        more = place + 1 < len(self.pages)
        return {'PriceList': self.pages[place],
                **({'NextToken': str(place + 1)} if more else {})}


class ReadTest(unittest.TestCase):

    def read(self, *pages):
        self.calls = Calls(*pages)
        return list(pricing.Pricing(self.calls).network('eu-west-1'))

    def test_pages_are_followed_with_the_same_filters(self):
        found = self.read([product('EU-A', 'Hrs', '1')],
                          [product('EU-B', 'Hrs', '2')])
        self.assertEqual(['A', 'B'], [one.usage for one in found])
        first, second = (asked for _, asked in self.calls.asked)
        self.assertEqual({**first, 'NextToken': '1'}, second)

    def test_the_usage_type_loses_its_region_alone(self):
        for usage, bare in (
                ('BoxUsage:m5.large', 'BoxUsage:m5.large'),
                ('EUC1-BoxUsage:m5.large', 'BoxUsage:m5.large'),
                ('EU-EBS:VolumeP-IOPS.gp3', 'EBS:VolumeP-IOPS.gp3'),
                ('EBS:VolumeP-IOPS.gp3', 'EBS:VolumeP-IOPS.gp3')):
            (found,) = self.read([product(usage, 'Hrs', '1')])
            self.assertEqual(bare, found.usage)

    def test_the_free_tier_is_not_the_price(self):
        (found,) = self.read([product('X', 'IOPS-Mo', '0', '0.0050000000')])
        self.assertEqual(('0.005', 'SKU1', '2026-11-20'),
                         (str(found.usd), found.sku, found.published))

    def test_other_currencies_are_passed_over(self):
        self.assertEqual([], self.read(
            [product('X', 'Hrs', '1', currency='CNY')]))

    def test_what_cannot_be_read_is_named_and_not_guessed(self):
        for text in ('{', '[]', '{}', product('X', 'Hrs', 'cheap')):
            with self.assertRaisesRegex(exceptions.ServiceFault,
                                        'Price List sent a product'):
                self.read([text])


class FiguresTest(unittest.TestCase):

    def price(self, usage, unit, usd, instance_type=''):
        return ListPrice('r1', '', usage, instance_type, '', unit,
                         Decimal(usd), 'S', '2026-11-20')

    def of(self, *prices):
        return [(one.kind, one.item, str(one.above), one.unit,
                 str(one.amount)) for one in refresh.from_list(prices)]

    def test_kinds_and_units(self):
        self.assertEqual([
            ('on-demand', 'm5.large', '0', 'usd/hour', '0.1'),
            ('volume', 'io1', '0', 'usd/gib-month', '0.2'),
            ('volume-iops', 'io2', '64000', 'usd/iops-month', '0.03'),
            ('volume-throughput', 'gp3', '125', 'usd/mibps-month', '0.04'),
            ('address', 'public', '0', 'usd/hour', '0.005')],
            self.of(self.price('BoxUsage:m5.large', 'Hrs', '0.1', 'm5.large'),
                    self.price('EBS:VolumeUsage.piops', 'GB-Mo', '0.2'),
                    self.price('EBS:VolumeP-IOPS.io2.tier3', 'IOPS-Mo',
                               '0.03'),
                    self.price('EBS:VolumeP-Throughput.gp3', 'GiBps-mo',
                               '40.96'),
                    self.price('PublicIPv4:IdleAddress', 'Hrs', '0.005')))

    def test_other_things_and_placeholders_are_left_out(self):
        self.assertEqual([], self.of(
            self.price('VpcEndpoint-Hours', 'Hrs', '1'),
            self.price('EBS:SnapshotArchiveStorage', 'GB-Mo', '1'),
            self.price('UnusedBox:m5.large', 'Hrs', '1', 'm5.large'),
            self.price('BoxUsage:m5.large', 'Hrs', '0', 'm5.large')))

    def test_of_two_the_dearer(self):
        low, high = (self.price('EBS:VolumeUsage.gp3', 'GB-Mo', usd)
                     for usd in ('0.08', '0.09'))
        self.assertEqual(self.of(high), self.of(low, high))
        self.assertEqual(self.of(high), self.of(high, low))

    def test_an_unknown_unit_is_refused(self):
        with self.assertRaisesRegex(exceptions.ServiceFault,
                                    "gp3 in r1 by 'TB-Mo'"):
            self.of(self.price('EBS:VolumeUsage.gp3', 'TB-Mo', '80'))
