# SPDX-License-Identifier: Apache-2.0
"""Money is a matter of arithmetic: periods, spans and reports add up."""

import datetime
import unittest
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from nova_ec2.costs import budgets, report, spans
from nova_ec2.costs.budgets import Budget, Budgets
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.report import By
from nova_ec2.costs.spans import Kind, Span, State, Use

UTC = datetime.UTC
BEGIN = datetime.datetime(2026, 1, 31, tzinfo=UTC)

moments = st.datetimes(
    datetime.datetime(2025, 12, 30), datetime.datetime(2026, 3, 2),
    timezones=st.just(UTC))
rates = st.decimals('0.0001', '200', places=4)
names = st.sampled_from(['', 'a', 'b'])


@st.composite
def written(draw):
    """A span in any state."""
    began = draw(moments)
    ended = began + datetime.timedelta(
        seconds=draw(st.integers(0, 3_000_000)))
    state = draw(st.sampled_from(State))
    use = Use(kind=draw(st.sampled_from(Kind)), item='x', rate=draw(rates),
              project_id=draw(names), stack=draw(names),
              min_seconds=draw(st.sampled_from([0, 60])))
    return Span('1', use, state, began,
                None if state is State.RESERVED else began,
                ended if state is State.CLOSED else None)


def use(rate='1', **more):
    return Use(**{'kind': Kind.INSTANCE, 'item': 't3.small',
                  'rate': Decimal(rate), 'project_id': 'p',
                  'min_seconds': 60, **more})


def at(**later):
    return BEGIN + datetime.timedelta(**later)


def closed(seconds, **more):
    return Span('1', use(**more), State.CLOSED, BEGIN, BEGIN,
                at(seconds=seconds))


class PeriodsTest(unittest.TestCase):

    @given(moments, st.sampled_from(Period))
    def test_every_moment_lies_in_one_period_and_periods_follow(
            self, when, period):
        begins, ends = bounds(period, when)
        self.assertTrue(begins <= when < ends)
        self.assertEqual((begins, ends), bounds(period, begins))
        self.assertEqual(ends, bounds(period, ends)[0])

    def test_they_are_utc(self):
        zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
        begins, ends = bounds(Period.MONTH, datetime.datetime(
            2026, 3, 1, 2, tzinfo=zone))
        self.assertEqual('2026-02-01T00:00:00+00:00', begins.isoformat())
        self.assertEqual('2026-03-01T00:00:00+00:00', ends.isoformat())


class SpansTest(unittest.TestCase):

    def test_a_start_costs_a_minute_at_least(self):
        for seconds, usd in ((0, '0.06'), (59, '0.06'), (60, '0.06'),
                             (90, '0.09'), (3600, '3.6')):
            self.assertEqual(Decimal(usd), spans.total(
                closed(seconds, rate='3.6'), BEGIN))

    @settings(max_examples=40)
    @given(written(), moments)
    def test_its_periods_make_up_the_whole(self, span, now):
        for period in Period:
            if period is Period.HOUR:
                continue  # Alike, and a thousand of them.
            parts, since = Decimal(0), span.start
            while since < span.until(now):
                begins, since = bounds(period, since)
                parts += spans.spent(span, begins, since, now)
            self.assertLess(abs(parts - spans.total(span, now)),
                            Decimal('1e-7'))

    @given(written(), moments, moments)
    def test_what_is_spent_only_grows_and_never_beyond_the_commitment(
            self, span, one, other):
        first, then = sorted((one, other))
        begins, ends = bounds(Period.MONTH, first)
        before = spans.spent(span, begins, ends, first)
        self.assertLessEqual(before, spans.spent(span, begins, ends, then))
        self.assertLessEqual(before, spans.committed(span, begins, ends))


class BudgetsTest(unittest.TestCase):

    @settings(max_examples=50)
    @given(st.lists(written(), max_size=8), rates, moments)
    def test_who_is_admitted_stays_within_the_limit_to_the_end(
            self, known, limit, now):
        """What is admitted, and then goes on, costs no more than it said."""
        budget = Budget('', Period.MONTH, limit)
        active = [span for span in known if span.state is not State.CLOSED
                  and span.start <= now]
        standing = budgets.standing(budget, Decimal(0), active, now)
        wanted = use(rate='0.5')
        more = budgets.addition(wanted, budget, now)
        admitted = Span('2', wanted, State.OPEN, now, now)
        after = budgets.standing(budget, Decimal(0), [*active, admitted],
                                 now)
        self.assertLess(abs(standing.committed + more - after.committed),
                        Decimal('0.5') / 60)
        _, ends = budget.bounds(now)
        final = budgets.standing(budget, Decimal(0), [
            Span(span.span_id, span.use, State.OPEN, span.reserved_at,
                 span.start) for span in [*active, admitted]],
            ends - datetime.timedelta(microseconds=1))
        self.assertLessEqual(final.spent, after.committed)

    def test_a_project_without_budgets_has_the_default_ones(self):
        cloud = Budget('', Period.MONTH, Decimal(100))
        rest = Budget('', Period.DAY, Decimal(2))
        own = Budget('own', Period.HOUR, Decimal(1))
        all_ = Budgets((cloud,), {'own': (own,), 'free': ()}, (rest,))
        self.assertEqual((cloud, own), all_.of('own'))
        self.assertEqual((cloud,), all_.of('free'))
        self.assertEqual([('', Period.MONTH), ('else', Period.DAY)],
                         [(one.project_id, one.period)
                          for one in all_.of('else')])

    def test_the_refusal_says_whose_how_much_and_what_for(self):
        budget = Budget('p', Period.DAY, Decimal(10))
        standing = budgets.standing(budget, Decimal('9.5'), [], BEGIN)
        self.assertEqual(
            'budget of project p for the day: limit 10.00 USD, spent and '
            'committed 9.50, this server (t3.small) would add 24.00',
            budgets.refusal(standing, [use()],
                            budgets.addition(use(), budget, BEGIN)))


class ReportTest(unittest.TestCase):

    @settings(max_examples=50)
    @given(st.lists(written(), max_size=8), moments, moments)
    def test_every_way_to_sum_up_gives_the_same_sum(self, known, one, other):
        begins, ends = sorted((one, other))
        sums = [report.total(report.report(known, by, begins, ends, ends))
                for by in By]
        for found in sums[1:]:
            self.assertLess(abs(found.total - sums[0].total),
                            Decimal('1e-6'))
            self.assertLess(abs(found.hours - sums[0].hours),
                            Decimal('1e-6'))
        self.assertLess(abs(sums[0].total - sum(
            spans.spent(span, begins, ends, ends) for span in known)),
            Decimal('1e-6'))

    def test_a_day_ends_at_midnight_and_nobody_has_a_name(self):
        rows = report.report([closed(2 * 86400)], By.DAY, at(hours=12),
                             at(days=9), at(days=9))
        self.assertEqual([('2026-01-31', 12), ('2026-02-01', 24)],
                         [(row.key, row.total) for row in rows])
        rows = report.report([closed(3600)], By.STACK, BEGIN, at(days=9),
                             at(days=9))
        self.assertEqual([('-', 1)], [(row.key, row.hours) for row in rows])
