# SPDX-License-Identifier: Apache-2.0
"""What the database adds up is what the arithmetic of spans says."""

import dataclasses
import datetime
import pathlib
import tempfile
import unittest
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.costs import budgets as pure
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.budgets import Budget, Budgets
from nova_ec2.costs.db import rows
from nova_ec2.costs.db.database import Database
from nova_ec2.costs.db.tables import SPANS
from nova_ec2.costs.periods import Period
from nova_ec2.costs.spans import Kind, State, Use
from tests.unit.costs.test_spans import moments, rates, written

PATIENCE = 1800
ENOUGH = Decimal('1e12')


class SumsTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.database = Database(f'sqlite:///{pathlib.Path(home.name, "l")}')
        self.database.upgrade()
        self.limit = ENOUGH
        self.ledger = Ledger(self.database, self.budgets, PATIENCE,
                             lambda: self.now)

    def budgets(self):
        def each(whose):
            return tuple(Budget(whose, period, self.limit)
                         for period in Period)
        return Budgets(each(''), {'a': each('a')}, each('default'))

    def write(self, known):
        """Only these are in the ledger; each is a resource of its own."""
        def work(connection):
            connection.execute(SPANS.delete())
            for number, span in enumerate(known):
                use = dataclasses.replace(span.use, resource_id=f'i-{number}')
                rows.insert(connection, use, span.reserved_at, span.began)
                if span.ended:
                    one, = rows.fetch(connection,
                                      SPANS.c.resource_id == use.resource_id)
                    rows.close(connection, one, span.ended)
        self.database.run(work)

    def by_pencil(self, budget, known):
        patience = datetime.timedelta(seconds=PATIENCE)
        return pure.standing(budget, Decimal(0), [
            span for span in known if span.state is not State.RESERVED
            or span.reserved_at >= self.now - patience], self.now)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(written(), max_size=8), moments, st.booleans())
    def test_every_budget_stands_as_its_spans_say(self, known, now, late):
        if known and late:
            now = known[0].start + datetime.timedelta(seconds=30)
        self.now = now
        self.write(known)
        standings = self.ledger.standings()
        self.assertLessEqual(6, len(standings))
        for one in standings:
            wanted = self.by_pencil(one.budget, known)
            # Each span is rounded there.
            near = Decimal('1e-9') * (len(known) + 1)
            self.assertLessEqual(abs(one.spent - wanted.spent), near)
            self.assertLessEqual(abs(one.committed - wanted.committed), near)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(written(), max_size=6), moments, rates,
           st.sampled_from(['a', 'b']), st.booleans())
    def test_who_fits_is_admitted_and_who_does_not_is_not(
            self, known, now, rate, project_id, follows):
        """Exactly at the limit, and just below."""
        self.now = now
        use = Use(kind=Kind.INSTANCE, item='x', rate=rate,
                  project_id=project_id, server_uuid='new')
        replacing = 'i-0' if follows else ''
        before = [pure.ending(span, now) if follows and not number
                  and span.state is not State.CLOSED else span
                  for number, span in enumerate(known)]
        patience = datetime.timedelta(seconds=PATIENCE)
        if follows and known and known[0].state is State.RESERVED and (
                known[0].reserved_at < now - patience):
            before = before[1:]
        most = max(
            self.by_pencil(budget, before).committed
            + pure.addition(use, budget, now)
            for budget in self.budgets().of(project_id))
        near = Decimal('1e-8')
        self.write(known)
        self.limit = most - near
        with self.assertRaises(exc.BudgetExhausted):
            self.ledger.reserve(use, replacing=replacing)
        self.limit = most + near
        self.ledger.reserve(use, replacing=replacing)

    def test_many_are_rounded_once(self):
        """A third of a billionth each; rounded one by one it were nothing."""
        self.now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        began = self.now + datetime.timedelta(days=31, seconds=-12)
        use = Use(kind=Kind.VOLUME, item='x', rate=Decimal('1e-7'),
                  project_id='a')
        self.database.run(lambda connection: [
            rows.insert(connection, dataclasses.replace(
                use, resource_id=f'v-{number}'), began, began)
            for number in range(3000)])
        month, = (one for one in self.ledger.standings()
                  if one.budget.period is Period.MONTH
                  and one.budget.project_id == 'a')
        self.assertEqual(Decimal('1e-6'), month.committed)
