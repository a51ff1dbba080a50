# SPDX-License-Identifier: Apache-2.0
"""Elastic IP addresses are paid for."""

import pathlib
import tempfile
from decimal import Decimal

from oslo_config import cfg

from nova_ec2 import conf as ec2_conf
from nova_ec2.costs import ledger
from tests.neutron import base
from tests.neutron.floating import FloatingTestCase


class CostsTest(FloatingTestCase):

    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.budgets = pathlib.Path(home.name, 'budgets.yaml')
        self.budgets.write_text('cloud: {month: 1000000}')
        ec2_conf.register_opts(cfg.CONF)
        for name, value in (
                ('connection', f'sqlite:///{home.name}/l.db?timeout=60'),
                ('budget_file', str(self.budgets))):
            cfg.CONF.set_override(name, value, 'ec2_costs')
            self.addCleanup(cfg.CONF.clear_override, name, 'ec2_costs')
        super().setUp()
        self.ledger = ledger.build(cfg.CONF)
        self.ledger.database.upgrade()

    def test_an_address_costs_from_its_making_to_its_release(self):
        made = self.float()
        span, = self.ledger.active()
        self.assertEqual(
            ('address', base.PROJECT, Decimal('0.005'), 'open'),
            (span.use.kind.value, span.use.project_id, span.use.rate,
             span.state.value))
        self.budgets.write_text('cloud: {month: 0.0000001}')
        answer = self.float(expect=409)
        self.assertIn('budget of the cloud', str(answer))
        self.assertEqual(1, len(self.elastic()))
        self.remove('floatingip', made)
        self.assertEqual([], self.ledger.active())
