# SPDX-License-Identifier: Apache-2.0
"""The ledger on a database: whatever comes in whatever order, the same spans.
"""

import dataclasses
import datetime
import pathlib
import tempfile
import unittest
from decimal import Decimal

import sqlalchemy as sa
from alembic import autogenerate
from alembic.runtime.migration import MigrationContext
from hypothesis import settings, stateful
from hypothesis import strategies as st

from nova_ec2 import exceptions as exc
from nova_ec2.costs import budgets as pure
from nova_ec2.costs import spans
from nova_ec2.costs.admission import Ledger
from nova_ec2.costs.budgets import Budget, Budgets
from nova_ec2.costs.db import schema, tables
from nova_ec2.costs.db.database import Database
from nova_ec2.costs.periods import Period
from nova_ec2.costs.spans import Kind, State, Use

BEGIN = datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)
LIMIT = Decimal(3000)
CLOUD = Budgets((Budget('', Period.MONTH, LIMIT),))


class Time:
    """A clock that goes when it is told to."""

    now = BEGIN

    def __call__(self):
        return self.now

    def on(self, seconds):
        self.now += datetime.timedelta(seconds=seconds)


def use(name, rate='1', **more):
    return Use(kind=Kind.INSTANCE, item='t3.small', rate=Decimal(rate),
               project_id='p', server_uuid=f'server {name}',
               resource_id=f'i-{name}', min_seconds=60, **more)


def disk(name, rate='1'):
    return dataclasses.replace(use(name, rate), kind=Kind.VOLUME, item='gp3',
                               resource_id='')


class Machine(stateful.RuleBasedStateMachine):
    """Servers are started and stopped, seen twice, late, or not at all.

    The model is what a list of runs would cost by pencil.
    """

    servers = st.integers(0, 3)

    def __init__(self):
        super().__init__()
        self.home = tempfile.TemporaryDirectory()
        database = Database(f'sqlite:///{self.home.name}/l.db')
        database.upgrade()
        self.time = Time()
        self.ledger = Ledger(database, lambda: CLOUD, 1800, self.time)
        self.running = {}
        self.over = []

    def teardown(self):
        self.home.cleanup()

    @stateful.rule(seconds=st.sampled_from([1, 45, 3600, 40000]))
    def time_goes_on(self, seconds):
        self.time.on(seconds)

    @stateful.rule(name=servers, rate=st.sampled_from(['0.5', '2']),
                   fails=st.booleans(), swept=st.booleans())
    def start(self, name, rate, fails, swept):
        if name in self.running:
            return
        wanted = use(name, rate)
        try:
            kept = self.ledger.reserve(wanted)
        except exc.BudgetExhausted:
            assert self._committed() + pure.addition(
                wanted, CLOUD.cloud[0], self.time.now) > LIMIT
            return
        if fails:
            self.ledger.drop(kept)
            return
        self.time.on(1)
        if swept:  # Before the verb came to it.
            self.ledger.open('', wanted, self.time.now)
        self.ledger.open(kept, wanted, self.time.now)
        self.running[name] = (wanted, self.time.now)

    @stateful.rule(name=servers, unseen=st.booleans())
    def stop(self, name, unseen):
        if name not in self.running:
            return
        wanted, began = self.running.pop(name)
        self.time.on(1)
        self.over.append((wanted, began, self.time.now))
        if unseen:  # Another run begins at once, and the sweep sees that.
            self.ledger.open('', wanted, self.time.now)
            self.running[name] = (wanted, self.time.now)
        else:
            self.ledger.close(wanted.resource_id, self.time.now, began)
        self.time.on(1)

    @stateful.rule(name=servers)
    def an_old_answer_changes_nothing(self, name):
        for wanted, began, _ in self.over:
            self.ledger.open('', wanted, began)
            self.ledger.close(wanted.resource_id, self.time.now, began)

    def _committed(self):
        begins, ends = CLOUD.cloud[0].bounds(self.time.now)
        runs = [spans.Span('', one, State.OPEN, began, began)
                for one, began in self.running.values()]
        runs += [spans.Span('', one, State.CLOSED, began, began, ended)
                 for one, began, ended in self.over]
        return sum((spans.committed(one, begins, ends) for one in runs),
                   Decimal(0))

    @stateful.invariant()
    def it_says_what_ran(self):
        standing, = self.ledger.standings()
        assert abs(standing.committed - self._committed()) < Decimal('1e-6')
        found = self.ledger.within(BEGIN, self.time.now
                                   + datetime.timedelta(seconds=1))
        assert sorted((one.use.resource_id, one.began) for one in found) == (
            sorted([(one.resource_id, began)
                    for one, began in self.running.values()]
                   + [(one.resource_id, began)
                      for one, began, _ in self.over]))
        assert not [one for one in self.ledger.active()
                    if one.state is State.RESERVED]


class MachineTest(Machine.TestCase):

    settings = settings(max_examples=8, stateful_step_count=12,
                        deadline=None)


class LedgerTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.path = pathlib.Path(home.name, 'l.db')
        self.database = Database(f'sqlite:///{self.path}')
        self.time = Time()
        self.budgets = CLOUD

    def ledger(self):
        self.database.upgrade()
        return Ledger(self.database, lambda: self.budgets, 1800, self.time)

    def test_the_migrations_make_what_the_code_reads(self):
        self.ledger()
        with sa.create_engine(f'sqlite:///{self.path}').connect() as found:
            self.assertEqual([], autogenerate.compare_metadata(
                MigrationContext.configure(found, opts={
                    'version_table': schema.VERSION_TABLE}),
                tables.METADATA))

    def test_without_tables_it_says_what_to_do(self):
        book = Ledger(self.database, lambda: CLOUD, 1800, self.time)
        with self.assertRaisesRegex(exc.LedgerUnavailable,
                                    'nova-ec2 db sync'):
            book.reserve(use('a'))

    def test_a_reservation_is_void_after_a_time(self):
        book = self.ledger()
        book.reserve(use('a', '4'))  # 2976 USD to the end of July.
        with self.assertRaises(exc.BudgetExhausted):
            book.reserve(use('b'))
        self.time.on(1801)
        book.reserve(use('b'))
        self.assertEqual(1, book.expire())
        self.assertEqual(['server b'], [
            one.use.server_uuid for one in book.active()])

    def test_a_server_has_one_reservation(self):
        book = self.ledger()
        first = book.reserve(use('a', '2'))
        self.assertEqual(first, book.reserve(use('a', '4')))
        with self.assertRaises(exc.BudgetExhausted):
            book.reserve(use('a', '5'))
        one, = book.active()
        self.assertEqual(Decimal(4), one.use.rate)

    def test_disks_are_admitted_with_their_server(self):
        book = self.ledger()
        with self.assertRaisesRegex(exc.BudgetExhausted, 'with its disks'):
            book.reserve(use('a', '3'), disks=[disk('a'), disk('a')])
        self.assertEqual([], book.active())
        book.reserve(use('a', '2'), disks=[disk('a'), disk('a')])
        book.reserve(use('a', '2'), disks=[disk('a', '0.5'), disk('a')])
        self.assertEqual([Decimal('0.5'), 1, 2], sorted(
            one.use.rate for one in book.active()))
        with self.assertRaises(exc.BudgetExhausted):
            book.reserve(use('b'))

    def test_a_disk_that_is_seen_takes_its_reservation(self):
        book = self.ledger()
        book.reserve(use('a', '2'), disks=[disk('a'), disk('a', '0.5')])
        for name, rate in (('vol-1', '0.5'), ('vol-2', '1')):
            seen = dataclasses.replace(disk('a', rate), resource_id=name)
            for _ in range(2):
                book.open('', seen, self.time.now)
        self.assertEqual(
            {('', Decimal(2)), ('vol-1', Decimal('0.5')),
             ('vol-2', Decimal(1))},
            {(one.use.resource_id if one.state is State.OPEN else '',
              one.use.rate) for one in book.active()})
        self.assertEqual(3, len(book.active()))

    def test_another_type_costs_the_difference(self):
        book = self.ledger()
        book.open('', use('a', '3'), self.time.now)
        self.time.on(3600)
        with self.assertRaises(exc.BudgetExhausted):
            book.reserve(use('a', '4'))
        book.reserve(use('a', '4'), replacing='i-a')

    def test_what_goes_on_is_not_asked(self):
        book = self.ledger()
        self.budgets = Budgets((Budget('', Period.MONTH, Decimal(0)),))
        with self.assertRaises(exc.BudgetExhausted):
            book.reserve(use('a'))
        book.reserve(use('a'), asked=False)

    def test_an_unpaid_limit_of_another_project_does_not_matter(self):
        book = self.ledger()
        self.budgets = Budgets(projects={
            'q': (Budget('q', Period.DAY, Decimal(0)),)})
        book.reserve(use('a'))
        with self.assertRaisesRegex(exc.BudgetExhausted, 'project q'):
            book.reserve(dataclasses.replace(use('b'), project_id='q'))

    def test_something_is_told_once_a_period(self):
        book = self.ledger()
        for told in (True, False):
            standing, = book.standings()
            self.assertIs(told, book.tell_once(standing, 'warning'))
        self.time.on(31 * 86400)
        standing, = book.standings()
        self.assertTrue(book.tell_once(standing, 'warning'))

    def test_a_period_counts_its_part_of_what_is_over(self):
        book = self.ledger()
        began = BEGIN - datetime.timedelta(hours=10)
        book.open('', use('a'), began)
        book.close('i-a', BEGIN + datetime.timedelta(hours=5))
        book.open('', use('b'), BEGIN)
        book.close('i-b', BEGIN + datetime.timedelta(hours=2))
        self.time.on(6 * 3600)
        standing, = book.standings()
        self.assertEqual(Decimal(7), standing.spent)
        self.assertEqual(Decimal(7), standing.committed)
