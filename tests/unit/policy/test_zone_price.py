# SPDX-License-Identifier: Apache-2.0
"""The scheduler's idea of the price is nova-compute's."""

import dataclasses
import functools
import types
import unittest

from nova_ec2.costs import prices
from nova_ec2.mapping import flavor as flavor_mapping
from nova_ec2.models import market, offer
from nova_ec2.models.launch import Candidate
from nova_ec2.ops.offers import ZoneOffers
from nova_ec2.policy import zone_price
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_types

ZONE, REGION = 'us-east-1a', 'us-east-1'
TABLE = prices.load()


def site(*without, default=('on-demand',)):
    """What ZoneOffers looks at."""
    kinds = real_types()
    return types.SimpleNamespace(
        zone=ZONE, prices=TABLE, ec2=types.SimpleNamespace(region=REGION),
        catalogue=types.SimpleNamespace(types=lambda: kinds),
        launcher=types.SimpleNamespace(offerings=types.SimpleNamespace(
            remembered=lambda: list(without))),
        conf=types.SimpleNamespace(
            ec2=types.SimpleNamespace(market=list(default))))


@functools.cache
def told():
    return ZoneOffers(site()).stats()[offer.STATS]


def price(text, vcpus=1, memory=2048, architecture='', **specs):
    return zone_price.cheapest(
        offer.unpack(text), vcpus, memory,
        {f'ec2:{name}': value for name, value in specs.items()},
        architecture)


class AgreementTest(unittest.TestCase):

    def test_the_whole_catalogue_fits_into_the_stats(self):
        self.assertGreater(len(offer.unpack(told()).offers), 500)
        # MySQL's TEXT holds 65,535 bytes.
        self.assertLess(len(told()), 24000)

    def test_the_cheapest_is_what_nova_compute_chooses(self):
        image = builders.image()
        arm = builders.image(architecture='arm64')
        for vcpus, memory, specs in (
                (1, 512, {}), (1, 2048, {}), (2, 8192, {}), (16, 4096, {}),
                (4, 65536, {}), (2, 4096, {'ec2:accelerated': 'true'}),
                (8, 4096, {'ec2:bare_metal': 'true'}),
                (1, 1, {'ec2:instance_type': 'm5.large'})):
            for ami in (image, arm):
                if ami is arm and 'ec2:instance_type' in specs:
                    continue
                flavor = builders.flavor(vcpus=vcpus, memory_mb=memory,
                                         extra_specs=specs)
                chosen = flavor_mapping.choose_types(
                    flavor, ami, real_types(),
                    functools.partial(TABLE.rank, REGION))
                self.assertEqual(
                    float(TABLE.rank(REGION, chosen[0])),
                    zone_price.cheapest(
                        offer.unpack(told()), vcpus, memory, specs,
                        ami.architecture), (vcpus, memory, specs))

    def test_what_has_no_capacity_is_not_counted(self):
        name = 't3a.small'
        gone = ZoneOffers(site(Candidate(name, ZONE))).stats()[offer.STATS]
        self.assertLess(price(told()), price(gone))
        self.assertIsNone(price(gone, instance_type=name))
        self.assertLess(price(gone, instance_type=name, market='spot'),
                        price(told(), instance_type=name))

    def test_the_hosts_own_market_is_that_of_silent_flavors(self):
        spot = ZoneOffers(site(default=market.MARKETS)).stats()[offer.STATS]
        self.assertLess(price(spot), price(told()))
        self.assertEqual(price(spot, market='on-demand'), price(told()))

    def test_it_is_packed_anew_only_where_something_changed(self):
        here = site()
        offers = ZoneOffers(here)
        first = offers.stats()[offer.STATS]
        self.assertIs(first, offers.stats()[offer.STATS])
        here.launcher.offerings.remembered = lambda: [
            Candidate('t3a.small', ZONE)]
        self.assertNotEqual(first, offers.stats()[offer.STATS])


class ReadingTest(unittest.TestCase):

    def test_what_cannot_be_read_is_none(self):
        for text in ('', 'x', 'eA==', told()[:-8]):
            self.assertIsNone(offer.unpack(text), text)

    def test_wrong_extra_specs_are_passed_over(self):
        self.assertEqual(price(told()), price(told(), market='dear'))

    def test_there_and_back(self):
        one = offer.Offer('t3.small', 2, 2048, 0, ('x86_64',), True,
                          (('on-demand', 0.02),))
        self.assertEqual(
            offer.Offers(('spot',), (one, dataclasses.replace(
                one, name='t3.large'))), offer.unpack(offer.pack(
                    (one, dataclasses.replace(one, name='t3.large')),
                    ('spot',))))

    def test_no_room_is_farther_than_any_price(self):
        self.assertEqual([0.0, 0.2, 0.4], zone_price.distances(
            [0.0, 0.2, None]))
        self.assertEqual([1.0, 1.0], zone_price.distances([None, None]))
