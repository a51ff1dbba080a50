# SPDX-License-Identifier: Apache-2.0
"""Markets: what flavor and option allow, and the order by price."""

import functools
import pathlib
import types

import fixtures
import hypothesis
from hypothesis import strategies as st
from oslo_config import cfg
from oslotest import base

from nova_ec2 import conf as ec2_conf
from nova_ec2 import exceptions
from nova_ec2.costs import prices
from nova_ec2.mapping import launch, markets
from nova_ec2.models.market import MARKETS, ON_DEMAND, SPOT
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_types

FIGURES = """nova-ec2 prices,1,test
kind,region,item,above,unit,amount,source,date
on-demand,us-east-1,t3.small,0,usd/hour,0.02,mine,2026-11-01
on-demand,us-east-1,m7i.large,0,usd/hour,0.10,mine,2026-11-01
spot,*,*,0,share,0.5,mine,2026-11-01
"""
COMMITTED = FIGURES + (
    'committed,us-east-1,m7i.large,0,usd/hour,0.001,plan,2026-11-01\n')


def conf(*allowed, replacement='none'):
    return types.SimpleNamespace(ec2=types.SimpleNamespace(
        market=list(allowed), spot_replacement=replacement))


class MarketTest(base.BaseTestCase):

    def setUp(self):
        super().setUp()
        self.conf = cfg.ConfigOpts()
        ec2_conf.register_opts(self.conf)

    def request(self, **changes):
        return launch.launch_request(self.inputs(**changes))

    def inputs(self, **changes):
        return launch.LaunchInputs(**{
            'instance': builders.instance(),
            'image_meta': builders.image_meta(),
            'image': builders.image(), 'types': real_types(),
            'rank': functools.partial(prices.load().rank, 'us-east-1'),
            'subnet': builders.SUBNET, 'owner': builders.OWNER,
            'request_id': 'req-1', 'conf': self.conf, **changes})

    def written(self, text):
        """The path of a price file."""
        path = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        (path / 'prices.csv').write_text(text)
        return str(path / 'prices.csv')

    def flavor(self, **specs):
        return builders.flavor(extra_specs={
            f'ec2:{name}': value for name, value in specs.items()})

    def test_the_flavor_comes_before_the_option(self):
        for specs, option, expected in (
                ({}, (ON_DEMAND,), (ON_DEMAND,)),
                ({}, (SPOT, ON_DEMAND), (SPOT, ON_DEMAND)),
                ({'market': 'spot'}, (ON_DEMAND,), (SPOT,)),
                ({'market': 'on-demand, spot'}, (SPOT,),
                 (ON_DEMAND, SPOT))):
            self.assertEqual(expected, markets.wanted(
                self.flavor(**specs), conf(*option)))

    def test_wrong_words_are_refused_with_the_right_ones(self):
        for words in ('cheap', 'spot,spot', '', 'spot,'):
            error = self.assertRaises(
                exceptions.FlavorRefused, markets.wanted,
                self.flavor(market=words), conf(ON_DEMAND))
            self.assertIn('spot,on-demand', str(error))

    def test_what_must_be_stopped_is_on_demand(self):
        both, spot = self.flavor(market='spot,on-demand'), self.flavor(
            market='spot')
        for needs in ({'hibernates': True}, {'from_volume': True}):
            self.assertEqual((ON_DEMAND,), markets.allowed(
                both, conf(ON_DEMAND), **needs))
            self.assertRaises(exceptions.FlavorRefused, markets.allowed,
                              spot, conf(ON_DEMAND), **needs)

    def test_a_server_keeps_its_market(self):
        spot = self.flavor(market='spot')
        self.assertRaises(exceptions.FlavorRefused, markets.check_change,
                          spot, conf(ON_DEMAND), ON_DEMAND)
        markets.check_change(self.flavor(market='spot,on-demand'),
                             conf(ON_DEMAND), ON_DEMAND)

    def test_what_replaces_a_lost_one(self):
        self.assertEqual('none', markets.replacement(
            self.flavor(), conf(SPOT)))
        self.assertEqual('on-demand', markets.replacement(
            self.flavor(spot_replacement='on-demand'),
            conf(SPOT, replacement='spot')))

    def test_candidates_are_in_the_order_of_the_table(self):
        table = prices.load()
        server = builders.instance(flavor=self.flavor(
            market='spot,on-demand'))
        found = self.request(instance=server).candidates
        self.assertEqual(set(MARKETS), {one.market for one in found})
        usd = [table.rank('us-east-1', one.instance_type, one.market)
               for one in found]
        self.assertEqual(sorted(usd), usd)
        self.assertEqual(SPOT, found[0].market)

    def test_committed_prices_of_the_operators_file_change_the_order(self):
        for text, first in ((FIGURES, ('t3.small', SPOT)),
                            (COMMITTED, ('m7i.large', ON_DEMAND))):
            rank = functools.partial(
                prices.load(self.written(text)).rank, 'us-east-1')
            found = self.request(
                rank=rank, instance=builders.instance(
                    flavor=self.flavor(market='spot,on-demand')))
            best = found.candidates[0]
            self.assertEqual(first, (best.instance_type, best.market))

    def test_a_replacement_is_of_the_market_that_is_asked_for(self):
        server = builders.instance(flavor=self.flavor(market='spot'))
        found = launch.launch_request(self.inputs(
            instance=server, market=ON_DEMAND))
        self.assertEqual({ON_DEMAND}, {one.market
                                       for one in found.candidates})

    @hypothesis.settings(deadline=None)
    @hypothesis.given(st.lists(st.tuples(
        st.sampled_from(['a', 'b', 'c']), st.sampled_from(MARKETS)),
        unique=True), st.dictionaries(st.tuples(
            st.sampled_from(['a', 'b', 'c']), st.sampled_from(MARKETS)),
            st.decimals(0, 10, places=2)))
    def test_none_is_lost_and_those_without_a_price_are_last(self, names,
                                                             table):
        found = markets.in_order(names, lambda *pair: table.get(pair))
        self.assertEqual(sorted(names), sorted(found))
        known = [table[pair] for pair in found if pair in table]
        self.assertEqual(sorted(known), known)
        self.assertEqual(known, [table[pair]
                                 for pair in found[:len(known)]])

