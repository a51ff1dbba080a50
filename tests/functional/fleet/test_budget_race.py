# SPDX-License-Identifier: Apache-2.0
"""A hundred builds at once, from two processes, and one budget."""

import json
import pathlib
import subprocess
import sys
import types
from decimal import Decimal

import fixtures

from nova_ec2.costs import ledger
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.spans import State
from tests.functional.fleet import base

SERVERS = 50
PROCESSES = 2
FIT = 37
MICRO = Decimal('0.0104')
"""USD an hour of t3.micro in us-east-1."""


class BudgetRaceTest(base.FleetTest):

    def setUp(self):
        super().setUp()
        home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.file = home / 'budgets.yaml'
        self.file.write_text('')
        self.costs = {
            'connection': f'sqlite:///{home}/ledger.db?timeout=300',
            'budget_file': str(self.file), 'reservation_timeout': 1800}
        self.ledger = ledger.build(types.SimpleNamespace(
            ec2_costs=types.SimpleNamespace(**self.costs)))
        self.ledger.database.upgrade()

    def to_the_end(self):
        """USD that a server costs from now to the end of the month."""
        now = self.ledger.clock()
        left = bounds(Period.MONTH, now)[1] - now
        return MICRO * Decimal(left.total_seconds()) / 3600

    def start(self, number):
        process = subprocess.Popen(
            [sys.executable, '-m', 'tests.functional.fleet.buyer'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.stdin.write(json.dumps({
            'host': f'host-{number}', 'servers': SERVERS,
            'ami': self.emulator.ami, 'subnet': self.subnet.subnet_id,
            'costs': self.costs, 'aws': {
                'region_name': 'us-east-1',
                'endpoint_url': self.emulator.endpoint_url,
                'access_key_id': self.emulator.access_key_id,
                'secret_access_key': self.emulator.secret_access_key,
            }}) + '\n')
        process.stdin.flush()
        self.assertEqual('ready\n', process.stdout.readline())
        return process

    def test_a_hundred_builds_do_not_exceed_it_by_one(self):
        processes = [self.start(number) for number in range(PROCESSES)]
        limit = self.to_the_end() * (FIT + Decimal('0.5'))
        self.file.write_text(f'cloud: {{month: {limit:.9f}}}\n')
        for process in processes:
            process.stdin.write('go\n')
            process.stdin.flush()
        told = [one for process in processes
                for one in json.loads(process.communicate(timeout=600)[0])]
        self.assertEqual(PROCESSES * SERVERS, len(told))
        for one in told:
            self.assertIn(one.partition(' for the ')[0], (
                '', 'BudgetExhausted: budget of the cloud'), one)
        launched = told.count('')
        self.assertGreaterEqual(launched, FIT)
        self.assertLessEqual(launched, limit / self.to_the_end())
        self.assertEqual(launched, len(self.control.instances()))
        self.assertEqual([State.OPEN] * launched,
                         [one.state for one in self.ledger.active()])
        standing, = self.ledger.standings()
        # LaunchTime may be some seconds before the reservation at most.
        self.assertLessEqual(standing.committed,
                             limit + MICRO * launched / 60)
