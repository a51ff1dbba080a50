# SPDX-License-Identifier: Apache-2.0
"""A cloud that keeps a ledger."""

import datetime
import pathlib
from decimal import Decimal

import fixtures

from nova_ec2.costs import ledger as ledgers
from nova_ec2.costs import spans
from tests.functional.nova import base

CENT = Decimal('0.01')
LARGE = '4'
"""A flavor of Nova's: 4 vCPUs, 8192 MiB."""


class SpendingTestCase(base.NovaTestCase):
    """A cloud with a ledger.

    :cvar BUDGETS: the budget file
    """

    BUDGETS = ''
    START = False

    def setUp(self):
        super().setUp()
        home = pathlib.Path(self.useFixture(fixtures.TempDir()).path)
        self.budget_file = home / 'budgets.yaml'
        self.budget_file.write_text(self.BUDGETS)
        self.database = home / 'ledger.db'
        self.flags(group='ec2_costs', budget_file=str(self.budget_file),
                   connection=f'sqlite:///{self.database}?timeout=60')
        self.ledger = ledgers.build(base.CONF)
        self.ledger.database.upgrade()
        self.compute = self.start_ec2()

    def budgets(self, text):
        """Write the budget file anew."""
        self.budget_file.write_text(text)

    def spans(self, kind=spans.Kind.INSTANCE):
        """All of the ledger of one kind, but what is only reserved."""
        return [one for one in self.ledger.within(
            datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
            datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC))
            if one.use.kind is kind]

    def written(self):
        """Type and state of each span, in order."""
        return [(one.use.item, one.state.value) for one in self.spans()]

    def kept(self):
        """What is reserved."""
        return [one for one in self.ledger.active()
                if one.state is spans.State.RESERVED]

    def assert_agrees(self, allowed=CENT):
        """The ledger says what the emulator's own bill says."""
        bill = self.control.bill()
        now = datetime.datetime.now(datetime.UTC)
        ours = sum(spans.total(one, now) for one in self.spans())
        theirs = sum(Decimal(line['usd']) for line in bill)
        self.assertLessEqual(abs(ours - theirs), allowed,
                             (self.spans(), bill))
        self.assertEqual(len(bill), len(self.spans()))
