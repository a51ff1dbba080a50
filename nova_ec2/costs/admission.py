# SPDX-License-Identifier: Apache-2.0
"""The ledger: what is asked for is admitted, and what it costs written down.

All that may cost money is reserved here before EC2 is asked. A reservation
is held against the budgets under a lock that all services share, so any
number of simultaneous requests are admitted one after another.
"""

import contextlib
import datetime
import functools
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_ec2 import exceptions as exc
from nova_ec2.costs import budgets as pure
from nova_ec2.costs.budgets import Budget, Budgets, Standing
from nova_ec2.costs.db import rows, sums
from nova_ec2.costs.db.database import Database
from nova_ec2.costs.db.tables import SPANS
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.spans import Kind, Span, State, Use


def utc() -> datetime.datetime:
    """Now."""
    return datetime.datetime.now(datetime.UTC)


class Ledger:
    """One ledger.

    :param budgets: tells the budgets that hold now
    :param reservation_seconds: after which a reservation is void
    """

    def __init__(self, database: Database, budgets: Callable[[], Budgets],
                 reservation_seconds: float,
                 clock: Callable[[], datetime.datetime] = utc) -> None:
        self.database = database
        self.budgets = budgets
        self.clock = clock
        self._scopes: set[str] = set()
        self._patience = datetime.timedelta(seconds=reservation_seconds)

    # Before EC2 is asked

    def reserve(self, use: Use, *, disks: Sequence[Use] = (),
                replacing: str = '', asked: bool = True) -> str:
        """Keep money for something that begins now and goes on.

        A server has one reservation at most: an earlier one, of a try that
        failed or of a cheaper candidate, becomes this one.

        :param disks: volumes that EC2 makes with a server: both or neither
            are admitted, and they are kept until they are seen
        :param replacing: an EC2 resource whose open span this one follows
        :param asked: whether budgets can refuse it; not where it only goes
            on after a short stop
        :returns: the id of the reservation
        :raises BudgetExhausted: it would cost more than a budget allows
        :raises LedgerUnavailable: nothing may be spent
        """
        budgets = self.budgets().of(use.project_id) if asked else ()
        scopes = {budget.scope for budget in budgets}
        self._have(scopes)

        def work(connection: object) -> str:
            if not rows.lock(connection, scopes):
                self._scopes.clear()
                raise exc.LedgerUnavailable(
                    'the scopes of the budgets were deleted meanwhile')
            now = self.clock()
            earlier = (_reserved(connection, use)
                       if use.kind is Kind.INSTANCE else [])
            others = _reserved(connection, disks[0]) if disks else []
            self._check(connection, (use, *disks), budgets, now,
                        [*earlier, *others], replacing)
            if others:
                rows.delete(connection, SPANS.c.id.in_(others))
            for disk in disks:
                rows.insert(connection, disk, now)
            for span_id in earlier:
                if rows.change(connection, span_id, use, at=now):
                    return span_id
            return rows.insert(connection, use, now)
        return self.database.run(work)

    def drop(self, span_id: str) -> None:
        """Nothing came of a reservation; one that was opened stays."""
        self.database.run(
            lambda connection: rows.delete(connection, SPANS.c.id == span_id))

    # What AWS charges for

    def open(self, span_id: str, use: Use,
             began: datetime.datetime) -> None:
        """AWS charges for it from now on.

        Whoever says so again, or later than a sweep, changes nothing.

        :param span_id: its reservation, '' where it has none: one of the
            same server, if there is one, is taken then
        """
        def work(connection: object) -> None:
            if rows.is_known(connection, use.resource_id, began):
                rows.delete(connection, SPANS.c.id == span_id)
                return
            for earlier in rows.fetch(
                    connection, SPANS.c.state == State.OPEN.value,
                    SPANS.c.resource_id == use.resource_id,
                    SPANS.c.began < rows.micros(began)):
                # Its end was not seen; it was before this beginning.
                rows.close(connection, earlier, began)
            for one in (span_id, *_reserved(connection, use)):
                if one and rows.change(connection, one, use, began):
                    return
            rows.insert(connection, use, self.clock(), began)
        try:
            self.database.run(work)
        except db_exc.DBDuplicateEntry:
            # Another thread wrote the same just now.
            if span_id:
                self.drop(span_id)

    def close(self, resource_id: str, ended: datetime.datetime,
              began_by: datetime.datetime | None = None) -> None:
        """AWS no longer charges for a resource; repeated, nothing changes.

        :param began_by: close only what began no later: an older answer of
            EC2 says nothing of what began since
        """
        conditions = [SPANS.c.resource_id == resource_id,
                      SPANS.c.state == State.OPEN.value]
        if began_by is not None:
            conditions.append(SPANS.c.began <= rows.micros(began_by))
        self._close(ended, conditions)

    def close_all(self, resource_ids: Sequence[str],
                  ended: datetime.datetime) -> None:
        """The same for several that end together."""
        if resource_ids:
            self._close(ended, [SPANS.c.resource_id.in_(resource_ids),
                                SPANS.c.state == State.OPEN.value])

    def _close(self, ended: datetime.datetime,
               conditions: Sequence[object]) -> None:
        def work(connection: object) -> None:
            for span in rows.fetch(connection, *conditions):
                rows.close(connection, span, ended)
        self.database.run(work)

    def move(self, span_id: str, host: str) -> None:
        """Another nova-compute looks after it."""
        self.database.run(lambda connection: rows.move(
            connection, span_id, host))

    def forget_reservations(self, server_uuid: str) -> None:
        """A server is gone: nothing is kept for it any more."""
        self.database.run(lambda connection: rows.delete(
            connection, SPANS.c.server_uuid == server_uuid))

    def expire(self) -> int:
        """Forget what was reserved and never opened; how many."""
        latest = rows.micros(self.clock() - self._patience)
        return self.database.run(lambda connection: rows.delete(
            connection, SPANS.c.reserved_at < latest))

    # Reading

    def active(self, **where: str) -> list[Span]:
        """What is reserved or open.

        :param where: names of columns and what they hold
        """
        return self.database.read(lambda connection: rows.fetch(
            connection, SPANS.c.state.in_(rows.ACTIVE),
            *(SPANS.c[name] == value for name, value in where.items())))

    def within(self, begins: datetime.datetime, ends: datetime.datetime,
               project_id: str = '') -> list[Span]:
        """All that cost money within a time."""
        conditions = [
            SPANS.c.began < rows.micros(ends),
            sa.or_(SPANS.c.until.is_(None),
                   SPANS.c.until > rows.micros(begins))]
        if project_id:
            conditions.append(SPANS.c.project_id == project_id)
        return self.database.read(
            lambda connection: rows.fetch(connection, *conditions))

    def standings(self) -> list[Standing]:
        """How all budgets stand, of projects with spans and of those named.
        """
        now = self.clock()

        def work(connection: object) -> list[Standing]:
            periods = [bounds(one, now) for one in Period]
            found = sums.active(
                connection, now, periods,
                sums.is_active(now, self._patience), by_project=True)
            budgets = self.budgets().every({owner for owner, _ in found})
            return _standings(budgets, now, sums.plus(found, sums.closed(
                connection, {one.bounds(now) for one in budgets},
                by_project=True)))
        return self.database.read(work)

    def tell_once(self, standing: Standing, kind: str) -> bool:
        """Whether something is told now; once a period, by one service."""
        try:
            self.database.run(lambda connection: rows.add_notice(
                connection, standing.budget.scope,
                standing.budget.period.value, standing.begins, kind))
        except db_exc.DBDuplicateEntry:
            return False
        return True

    # The steps

    def _have(self, scopes: Iterable[str]) -> None:
        """The rows to lock must be there."""
        for scope in sorted(set(scopes) - self._scopes):
            with contextlib.suppress(db_exc.DBDuplicateEntry):
                self.database.run(
                    functools.partial(rows.add_scope, scope=scope))
            self._scopes.add(scope)

    def _check(self, connection: object, uses: Sequence[Use],
               budgets: Sequence[Budget], now: datetime.datetime,
               earlier: Sequence[str], replacing: str) -> None:
        if not budgets:
            return
        known = [sums.is_active(now, self._patience)]
        if earlier:
            known.append(SPANS.c.id.not_in(earlier))
        ending: list[Span] = []
        if replacing:
            ending = [pure.ending(span, now) for span in rows.fetch(
                connection, *known, SPANS.c.resource_id == replacing)]
            known.append(SPANS.c.resource_id != replacing)
        found: sums.Of = {}
        for owner in {budget.project_id for budget in budgets}:
            periods = {budget.bounds(now) for budget in budgets
                       if budget.project_id == owner}
            whose = [SPANS.c.project_id == owner] if owner else []
            all_ = sums.plus(
                sums.active(connection, now, periods, *known, *whose),
                sums.closed(connection, periods, *whose))
            found |= {(owner, period): one
                      for (_, period), one in all_.items()}
        for standing in _standings(budgets, now, found, ending):
            more = sum((pure.addition(use, standing.budget, now)
                        for use in uses), Decimal(0))
            if standing.committed + more > standing.budget.limit:
                raise exc.BudgetExhausted(
                    pure.refusal(standing, uses, more))


def _reserved(connection: object, use: Use) -> list[str]:
    """Reservations of the same server and kind, those at its price first."""
    if not use.server_uuid:
        return []
    found = rows.fetch(connection, SPANS.c.state == State.RESERVED.value,
                       SPANS.c.kind == use.kind.value,
                       SPANS.c.server_uuid == use.server_uuid)
    return [span.span_id for span in sorted(
        found, key=lambda span: span.use.rate != use.rate)]


def _standings(budgets: Iterable[Budget], now: datetime.datetime,
               found: sums.Of, few: Sequence[Span] = ()) -> list[Standing]:
    """How budgets stand.

    :param found: what was added up
    :param few: spans that are not in it
    """
    answer = []
    for budget in budgets:
        more = found.get((budget.project_id, budget.bounds(now)),
                         sums.NOTHING)
        answer.append(pure.standing(budget, Decimal(0), few, now).plus(
            more.spent, more.committed))
    return answer
