# SPDX-License-Identifier: Apache-2.0
"""vCPU quotas: which counts, and what is refused before EC2 is asked."""

import dataclasses
import unittest

import fixtures

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.quotas import VcpuQuotas
from nova_ec2.models import quota
from nova_ec2.models.launch import Candidate
from nova_ec2.models.server import Server, ServerState
from tests.unit.fleet import test_launch
from tests.unit.mapping.catalogue import real_types

STANDARD, STANDARD_SPOT = 'L-1216C47A', 'L-34B43A08'
LARGE = Candidate('m5.large', 'us-east-1a', vcpus=2)
RUNNING = Server('i-1', ServerState.RUNNING, 'm5.large', 'ami-1',
                 'us-east-1a')


class CodeTest(unittest.TestCase):

    def test_families_have_the_quota_of_their_group(self):
        for name, market, code in (
                ('m5.large', 'on-demand', STANDARD),
                ('m5.large', 'spot', STANDARD_SPOT),
                ('im4gn.large', 'on-demand', STANDARD),
                ('dl1.24xlarge', 'spot', 'L-85EED4F7'),
                ('g5.xlarge', 'on-demand', 'L-DB2E81BA'),
                ('vt1.3xlarge', 'spot', 'L-3819A6DF'),
                ('trn1.2xlarge', 'on-demand', 'L-2C3B7624'),
                ('u-6tb1.metal', 'spot', ''),
                ('strange', 'spot', '')):
            self.assertEqual(code, quota.code(name, market), name)

    def test_every_type_but_macs_has_one(self):
        without = {kind.family for kind in real_types()
                   if not quota.code(kind.name, 'on-demand')}
        self.assertTrue(all(name.startswith('mac') for name in without),
                        without)


class QuotaTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        self.reads, self.servers = 0, []
        self.limits = {STANDARD: 4}
        log = fixtures.FakeLogger()
        log.setUp()
        self.addCleanup(log.cleanUp)

    def quotas(self, seconds=300):
        def read():
            self.reads += 1
            if isinstance(self.limits, Exception):
                raise self.limits
            return self.limits
        return VcpuQuotas(read, lambda: self.servers, lambda name: 2,
                          seconds)

    def test_what_runs_and_what_is_being_launched_counts(self):
        quotas = self.quotas()
        self.servers = [RUNNING, dataclasses.replace(
            RUNNING, state=ServerState.STOPPED)]
        with quotas.reserved(LARGE):
            with self.assertRaises(exc.QuotaExceeded) as caught, \
                    quotas.reserved(LARGE):
                self.fail('it was let through')
            for words in (STANDARD, 'limit of 4', 'uses 4'):
                self.assertIn(words, caught.exception.message)
            self.assertEqual('VcpuLimitExceeded', caught.exception.code)
        with quotas.reserved(LARGE):
            pass
        self.assertEqual(1, self.reads)

    def test_spot_does_not_count_for_on_demand(self):
        self.servers = [dataclasses.replace(RUNNING, market='spot')] * 5
        with self.quotas().reserved(LARGE):
            pass

    def test_what_cannot_be_read_is_left_to_ec2(self):
        self.limits = exc.NotAuthorized('no')
        quotas = self.quotas()
        for _ in range(2):
            with quotas.reserved(LARGE):
                pass
        self.assertEqual(1, self.reads)

    def test_it_is_read_anew_after_a_while(self):
        quotas = self.quotas(seconds=-1)
        for _ in range(2):
            with quotas.reserved(LARGE):
                pass
        self.assertEqual(2, self.reads)


class FallbackTest(test_launch.LauncherCase):
    """A quota that is used up leads to another one, not to its like."""

    SPENT = exc.QuotaExceeded('no', code='MaxSpotInstanceCountExceeded')

    def markets(self, *candidates):
        return dataclasses.replace(test_launch.REQUEST,
                                   candidates=candidates)

    def test_the_other_market_is_tried(self):
        spot = dataclasses.replace(LARGE, market='spot')
        like = dataclasses.replace(spot, instance_type='c5.large')
        launcher = self.launcher(self.SPENT, test_launch.RUNNING)
        launcher.launch(self.markets(spot, like, LARGE))
        self.assertEqual(['m5.large', 'm5.large'], self.types_tried())

    def test_where_all_are_used_up_the_first_is_told(self):
        spot = dataclasses.replace(LARGE, market='spot')
        spent = exc.QuotaExceeded('neither', code='VcpuLimitExceeded')
        launcher = self.launcher(self.SPENT, spent)
        with self.assertRaises(exc.QuotaExceeded) as caught:
            launcher.launch(self.markets(spot, LARGE))
        self.assertEqual(self.SPENT.code, caught.exception.code)
