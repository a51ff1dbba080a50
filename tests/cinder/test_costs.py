# SPDX-License-Identifier: Apache-2.0
"""Volumes are paid for: reserved, written down, and refused."""

import pathlib
import tempfile
from decimal import Decimal

from nova_ec2.costs import ledger
from tests.cinder import base

GIB = Decimal('0.08') / 730
"""USD an hour of a GiB of gp3."""
RICH = 'cloud: {month: 1000000}\n'
POOR = 'cloud: {month: 0.0000001}\n'


class CostsTest(base.CinderTestCase):

    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.budgets = self.home / 'budgets.yaml'
        self.budgets.write_text(RICH)
        super().setUp()
        self.ledger = ledger.build(base.CONF)
        self.ledger.database.upgrade()

    def _get_flags(self):
        flags = super()._get_flags()
        for name, value in (
                ('connection', f'sqlite:///{self.home}/l.db?timeout=60'),
                ('budget_file', str(self.budgets))):
            flags[name] = {'v': value, 'g': 'ec2_costs'}
        return flags

    def sizes(self):
        """GiB and state of each span, by its rate."""
        now = self.ledger.clock()
        found = self.ledger.within(now.replace(year=2020),
                                   now.replace(year=2100))
        return [(round(one.use.rate / GIB), one.state.value)
                for one in found]

    def test_a_volume_costs_from_its_making_to_its_end(self):
        volume = self.make(3)
        self.assertEqual([(3, 'open')], self.sizes())
        span, = self.ledger.active()
        self.assertEqual(
            (volume['os-vol-tenant-attr:tenant_id'], 'gp3', 'volume',
             self.ebs(volume)['VolumeId'], base.ZONE),
            (span.use.project_id, span.use.item, span.use.kind.value,
             span.use.resource_id, span.use.zone))
        self.action(volume, 'os-extend', {'new_size': 5})
        self.until(volume, 'available')
        self.assertEqual([(3, 'closed'), (5, 'open')], self.sizes())
        self.delete(volume)
        self.assertEqual([(3, 'closed'), (5, 'closed')], self.sizes())

    def test_beyond_the_budget_nothing_is_made_or_grown(self):
        volume = self.make(1)
        self.budgets.write_text(POOR)
        self.until(self.create(2), 'error')
        self.action(volume, 'os-extend', {'new_size': 5})
        self.until(volume, 'error_extending')
        self.assertEqual(1, self.control.counts()['CreateVolume'])
        self.assertNotIn('ModifyVolume', self.control.counts())
        self.assertEqual([(1, 'open')], self.sizes())
        self.assertEqual(1, len(self.ledger.active()))

    def test_without_the_database_volumes_are_deleted_and_not_made(self):
        volume = self.make(1)
        path = self.home / 'l.db'
        path.rename(self.home / 'away')
        path.mkdir()
        self.until(self.create(1), 'error')
        self.delete(volume)
        self.assertEqual([], self.control.resources()[0]['volumes'])
