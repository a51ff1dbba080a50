# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 db``, ``budget`` and ``cost``, on a ledger in a file."""

import contextlib
import datetime
import io
import pathlib
import tempfile
import unittest
from decimal import Decimal

from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.budgets import Budgets
from nova_ec2.costs.db.database import Database
from nova_ec2.costs.spans import Kind, Use
from tests.functional.cmd import base

JULY = datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)
MONTH = ('--from', '2026-07-01', '--to', '2026-08-01')


class CostsTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = pathlib.Path(directory.name)
        url = f'sqlite:///{self.place}/ledger.db'
        (self.place / 'budgets.yaml').write_text(
            'cloud: {month: 5000}\nprojects: {shop: {day: {limit: 10, '
            'on_exhausted: stop}}}\n')
        self.configure(connection=url,
                       budget_file=self.place / 'budgets.yaml')
        self.ledger = Ledger(Database(url), Budgets, 1800)

    def configure(self, **options):
        (self.place / 'nova.conf').write_text('[ec2_costs]\n' + ''.join(
            f'{name} = {value}\n' for name, value in options.items()))

    def ran(self, *words, code=0):
        ran = base.run('--config-file', self.place / 'nova.conf', *words)
        self.assertEqual(code, ran.code, ran.err)
        return ran

    def spend(self):
        """Three servers and a volume; the last server runs."""
        self.ran('db', 'sync')
        for number, (project, stack, rate, hours) in enumerate((
                ('shop', 'web', '1', 36), ('shop', '', '2', 1),
                ('labs', 'web', '0.5', 10))):
            use = Use(kind=Kind.INSTANCE, item='m5.large', project_id=project,
                      stack=stack, rate=Decimal(rate), user_id='alice',
                      server_uuid=f'server-{number}',
                      resource_id=f'i-{number}')
            self.ledger.open('', use, JULY)
            self.ledger.close(use.resource_id,
                              JULY + datetime.timedelta(hours=hours))
        disk = Use(kind=Kind.VOLUME, item='gp3', project_id='labs',
                   rate=Decimal('0.01'), resource_id='vol-1')
        self.ledger.open('', disk, JULY)
        self.ledger.close('vol-1', JULY + datetime.timedelta(hours=100))

    def report(self, *words):
        return self.ran('cost', 'report', *MONTH, *words)

    def totals(self, by, *words):
        rows = self.report('--by', by, '-f', 'json', *words).json()
        return {row[by.capitalize()]: row['Total USD'] for row in rows}

    def test_every_way_to_sum_up(self):
        self.spend()
        self.assertEqual({'shop': '38.0000', 'labs': '6.0000'},
                         self.totals('project'))
        self.assertEqual({'alice': '43.0000', '-': '1.0000'},
                         self.totals('user'))
        self.assertEqual({'web': '41.0000', '-': '3.0000'},
                         self.totals('stack'))
        self.assertEqual({'server-0': '36.0000', 'server-1': '2.0000',
                          'server-2': '5.0000', '-': '1.0000'},
                         self.totals('server'))
        self.assertEqual({'2026-07-01': '26.0000', '2026-07-02': '12.0000'},
                         self.totals('day', '--project', 'shop'))

    def test_tables_have_a_sum_and_csv_has_none(self):
        self.spend()
        self.assertIn('| total ', self.report().out)
        first = self.report('-f', 'csv').csv()[0]
        self.assertEqual(
            {'Project': 'shop', 'Instance hours': '37.00',
             'Instances USD': '38.0000', 'Volumes USD': '0.0000',
             'Addresses USD': '0.0000', 'Total USD': '38.0000'}, first)

    def test_pictures(self):
        self.spend()
        for name, begins in (('a.png', b'\x89PNG'), ('a.svg', b'<?xml')):
            path = self.place / name
            self.report('--plot', path)
            self.assertTrue(path.read_bytes().startswith(begins))
        with contextlib.redirect_stderr(io.StringIO()) as told:
            self.ran('cost', 'report', '--plot', 'a.pdf', code=2)
        self.assertIn('ends neither in .png', told.getvalue())

    def test_budgets_and_how_they_stand(self):
        self.ran('db', 'sync')
        use = Use(kind=Kind.INSTANCE, item='m5.large', project_id='shop',
                  rate=Decimal(1000000), resource_id='i-9')
        self.ledger.open('', use, self.ledger.clock()
                         - datetime.timedelta(seconds=5))
        cloud, shop = self.ran('budget', 'show', '-f', 'json').json()
        self.assertEqual(('cloud', 'month', '5000.00', 'refuse'),
                         (cloud['Budget'], cloud['Period'],
                          cloud['Limit USD'], cloud['On exhausted']))
        self.assertEqual(('project shop', 'exhausted', '0.00', 'stop'),
                         (shop['Budget'], shop['State'], shop['Left USD'],
                          shop['On exhausted']))

    def test_mistakes_are_named(self):
        self.assertIn('run nova-ec2 db sync',
                      self.ran('budget', 'show', code=1).err)
        (self.place / 'budgets.yaml').write_text('cloud: {day: much}')
        self.assertIn("line 1: cloud.day: 'much' is no amount",
                      self.ran('cost', 'report', code=1).err)
        self.configure(connection='no url')
        self.assertIn('[ec2_costs] connection: is no URL',
                      self.ran('db', 'sync', code=1).err)
        self.configure()
        self.assertIn('[ec2_costs] connection: is not set',
                      self.ran('db', 'sync', code=1).err)
