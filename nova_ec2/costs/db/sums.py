# SPDX-License-Identifier: Apache-2.0
"""What many spans cost within periods, added up by the database.

It adds up the microseconds of each rate, which are whole numbers; only their
products with the rate are made here. So an amount is rounded once, to a
billionth of a dollar, however many spans there are.
"""

import collections
import dataclasses
import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext import compiler
from sqlalchemy.sql import functions

from nova_ec2.costs.db import rows
from nova_ec2.costs.db.tables import SPANS
from nova_ec2.costs.spans import State

Bounds = tuple[datetime.datetime, datetime.datetime]
"""Where a period begins, and where the next does."""

_SECOND = 1_000_000
# The rate of a row times microseconds, of a billionth of a dollar.
_NANO = 10 * 3600 * _SECOND

_OPEN = SPANS.c.state == State.OPEN.value
_START = sa.func.coalesce(SPANS.c.began, SPANS.c.reserved_at)


@dataclasses.dataclass(frozen=True, slots=True)
class Amounts:
    """USD of spans within one period.

    :param spent: as of now
    :param committed: if all goes on to the end of the period
    """

    spent: Decimal
    committed: Decimal


NOTHING = Amounts(Decimal(0), Decimal(0))

Of = dict[tuple[str, Bounds], Amounts]
"""By project, '' for all of them together, and period."""


def is_active(now: datetime.datetime, patience: datetime.timedelta) -> Any:
    """The condition for what is open, or reserved and not yet void.

    :param patience: after which a reservation is void
    """
    # The list of states is what an index is looked up by.
    return sa.and_(SPANS.c.state.in_(rows.ACTIVE), sa.or_(
        _OPEN, SPANS.c.reserved_at >= rows.micros(now - patience)))


def active(connection: Any, now: datetime.datetime,
           periods: Collection[Bounds], *conditions: Any,
           by_project: bool = False) -> Of:
    """What all spans that meet the conditions have cost and will cost.

    :param conditions: none of them may be closed
    :param by_project: for each project that has such spans, too
    """
    return _add_up(connection, _running(now, periods), by_project,
                   conditions)


def closed(connection: Any, periods: Collection[Bounds], *conditions: Any,
           by_project: bool = False) -> Of:
    """What closed spans that meet the conditions have cost."""
    found: Of = {}
    for period in periods:
        found |= _closed(connection, period, conditions, by_project)
    return found


def _closed(connection: Any, period: Bounds, conditions: Collection[Any],
            by_project: bool) -> Of:
    """The same within one period.

    Of those that lie within it, the sum of what was written down; of those
    that cross its edges, their parts.
    """
    first, last = (rows.micros(edge) for edge in period)
    over = [SPANS.c.state == State.CLOSED.value, SPANS.c.until > first,
            SPANS.c.began < last, *conditions]
    inside = sa.and_(SPANS.c.began >= first, SPANS.c.until <= last)
    part = _common(SPANS.c.began, SPANS.c.until, first, last)
    found = _add_up(connection, {period: (part, part)}, by_project,
                    [*over, sa.not_(inside)])
    by = _by(by_project)
    whole: collections.Counter[str] = collections.Counter()
    for cost, *owner in connection.execute(sa.select(
            sa.func.sum(SPANS.c.cost), *by).where(
                *over, inside).group_by(*by)):
        for one in {'', *owner}:
            whole[one] += int(cost or 0)
    return plus(found, {
        (one, period): Amounts(usd, usd) for one, usd in zip(
            whole, map(rows.amount, whole.values()), strict=True)})


def plus(some: Of, more: Of) -> Of:
    """Both together."""
    return some | {
        key: Amounts(one.spent + some.get(key, NOTHING).spent,
                     one.committed + some.get(key, NOTHING).committed)
        for key, one in more.items()}


def _by(by_project: bool) -> tuple[Any, ...]:
    return (SPANS.c.project_id,) if by_project else ()


def _running(now: datetime.datetime,
             periods: Collection[Bounds]) -> dict[Bounds, tuple[Any, Any]]:
    """Microseconds of a span in each period: as of now, and to its end."""
    least = _START + SPANS.c.min_seconds * _SECOND
    until = _Greatest(least, _number(rows.micros(now)))
    found = {}
    for period in periods:
        first, last = (rows.micros(edge) for edge in period)
        found[period] = (
            # What is only reserved has cost nothing.
            sa.case((_OPEN, _common(_START, until, first, last)), else_=0),
            _common(_START, _number(last), first, last))
    return found


def _add_up(connection: Any, times: dict[Bounds, tuple[Any, Any]],
            by_project: bool, conditions: Collection[Any]) -> Of:
    """One statement for all periods.

    :param times: the microseconds of a span that each amount is for
    """
    by = _by(by_project)
    columns = [sa.func.sum(one) for pair in times.values() for one in pair]
    found = connection.execute(sa.select(
        SPANS.c.rate, *by, *columns).where(*conditions).group_by(
            SPANS.c.rate, *by))
    totals: dict[tuple[str, Bounds], list[int]] = collections.defaultdict(
        lambda: [0, 0])
    for rate, *rest in found:
        micros = iter(rest[len(by):])
        for period, spent, committed in zip(times, micros, micros,
                                            strict=False):
            for one in {'', *rest[:len(by)]}:
                total = totals[one, period]
                total[0] += rate * int(spent)
                total[1] += rate * int(committed)
    return {key: Amounts(_usd(spent), _usd(committed))
            for key, (spent, committed) in totals.items()}


def _usd(product: int) -> Decimal:
    """USD of a rate times microseconds, rounded to a billionth, half up."""
    return rows.amount((product + _NANO // 2) // _NANO)


def _common(begin: Any, end: Any, first: int, last: int) -> Any:
    """Microseconds that a span and a period have in common."""
    return _Greatest(_Least(end, _number(last))
                     - _Greatest(begin, _number(first)), _number(0))


def _number(value: int) -> Any:
    return sa.literal(value, sa.BigInteger)


class _Greatest(functions.FunctionElement[int]):
    """The greatest of some numbers."""

    type = sa.BigInteger()
    inherit_cache = True


class _Least(functions.FunctionElement[int]):
    """The least of some."""

    type = sa.BigInteger()
    inherit_cache = True


@compiler.compiles(_Greatest)
def _greatest(element: Any, renders: Any, **options: Any) -> str:
    name = 'max' if renders.dialect.name == 'sqlite' else 'greatest'
    return f'{name}{renders.process(element.clause_expr, **options)}'


@compiler.compiles(_Least)
def _least(element: Any, renders: Any, **options: Any) -> str:
    name = 'min' if renders.dialect.name == 'sqlite' else 'least'
    return f'{name}{renders.process(element.clause_expr, **options)}'
