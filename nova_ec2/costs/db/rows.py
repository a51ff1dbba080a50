# SPDX-License-Identifier: Apache-2.0
"""Spans as rows, and the statements that read and change them.

Each function works within a transaction that its caller has begun.
"""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from nova_ec2.costs import spans
from nova_ec2.costs.db.tables import NOTICES, SCOPES, SPANS
from nova_ec2.costs.spans import Kind, Span, State, Use

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICRO = datetime.timedelta(microseconds=1)
_GIGA = 1_000_000_000
_RATE = 10 * _GIGA

ACTIVE = (State.RESERVED.value, State.OPEN.value)
_TEXTS = ('kind', 'item', 'market', 'account', 'region', 'zone', 'host',
          'resource_id', 'project_id', 'user_id', 'server_uuid', 'stack')


def micros(when: datetime.datetime) -> int:
    """A moment as the tables have it."""
    return (when - _EPOCH) // _MICRO


def moment(stored: Any) -> datetime.datetime | None:
    """The inverse."""
    return None if stored is None else _EPOCH + int(stored) * _MICRO


def nanos(amount: Decimal) -> int:
    """An amount as the tables have it."""
    return int((amount * _GIGA).to_integral_value())


def amount(stored: Any) -> Decimal:
    """The inverse."""
    return (Decimal(int(stored or 0)) / _GIGA).quantize(spans.NANO)


def _values(use: Use) -> dict[str, Any]:
    lengths = {column.name: getattr(column.type, 'length', None)
               for column in SPANS.columns}
    texts = {name: str(getattr(use, name))[:lengths[name]]
             for name in _TEXTS}
    return {**texts, 'rate': int((use.rate * _RATE).to_integral_value()),
            'min_seconds': use.min_seconds}


def _span(row: Mapping[str, Any]) -> Span:
    texts = {name: row[name] for name in _TEXTS if name != 'kind'}
    reserved_at = moment(row['reserved_at'])
    assert reserved_at is not None
    return Span(
        span_id=row['id'], state=State(row['state']),
        use=Use(kind=Kind(row['kind']), rate=Decimal(row['rate']) / _RATE,
                min_seconds=row['min_seconds'], **texts),
        reserved_at=reserved_at, began=moment(row['began']),
        ended=moment(row['ended']))


def fetch(connection: Any, *conditions: Any) -> list[Span]:
    """The spans that meet all conditions, the eldest first."""
    found = connection.execute(
        sa.select(SPANS).where(*conditions).order_by(
            SPANS.c.reserved_at, SPANS.c.id))
    return [_span(row) for row in found.mappings()]


def insert(connection: Any, use: Use, at: datetime.datetime,
           began: datetime.datetime | None = None) -> str:
    """A new span, reserved or, where it has begun, open.

    :returns: its id
    """
    span_id = str(uuid.uuid4())
    state = State.RESERVED if began is None else State.OPEN
    connection.execute(SPANS.insert().values(
        id=span_id, state=state.value, reserved_at=micros(at),
        began=None if began is None else micros(began), **_values(use)))
    return span_id


def change(connection: Any, span_id: str, use: Use,
           began: datetime.datetime | None = None,
           at: datetime.datetime | None = None) -> bool:
    """Another use for a reservation; it is open where it has begun.

    :param at: when it is reserved anew, None for as before
    :returns: whether there was such a reservation
    """
    opened: dict[str, Any] = {} if began is None else {
        'state': State.OPEN.value, 'began': micros(began)}
    if at is not None:
        opened['reserved_at'] = micros(at)
    done = connection.execute(SPANS.update().where(
        SPANS.c.id == span_id, SPANS.c.state == State.RESERVED.value
    ).values(**_values(use), **opened))
    return bool(done.rowcount)


def close(connection: Any, span: Span, ended: datetime.datetime) -> None:
    """The end of an open span, and what it has cost."""
    assert span.began is not None
    ended = max(ended, span.began)
    closed = Span(span.span_id, span.use, State.CLOSED, span.reserved_at,
                  span.began, ended)
    connection.execute(SPANS.update().where(
        SPANS.c.id == span.span_id, SPANS.c.state == State.OPEN.value
    ).values(state=State.CLOSED.value, ended=micros(ended),
             until=micros(closed.until(ended)),
             cost=nanos(spans.total(closed, ended))))


def move(connection: Any, span_id: str, host: str) -> None:
    """Another host looks after a span."""
    connection.execute(SPANS.update().where(
        SPANS.c.id == span_id).values(host=host))


def delete(connection: Any, *conditions: Any) -> int:
    """Forget reservations that meet all conditions; how many."""
    done = connection.execute(SPANS.delete().where(
        SPANS.c.state == State.RESERVED.value, *conditions))
    return int(done.rowcount)


def is_known(connection: Any, resource_id: str,
             began: datetime.datetime) -> bool:
    """Whether the span that began then is written already."""
    return connection.execute(sa.select(SPANS.c.id).where(
        SPANS.c.resource_id == resource_id,
        SPANS.c.began == micros(began))).first() is not None


def lock(connection: Any, scopes: Iterable[str]) -> bool:
    """Be the only one that holds a request against these budgets.

    To write is the lock that every database has: MySQL's of the rows, which
    Galera's nodes share in the end, and SQLite's of the file. It comes
    before anything is read, so that what is read is what others left.

    :returns: whether all have a row that could be locked
    """
    wanted = sorted(scopes)
    if not wanted:
        return True
    done = connection.execute(SCOPES.update().where(
        SCOPES.c.scope.in_(wanted)).values(turns=SCOPES.c.turns + 1))
    return bool(done.rowcount == len(wanted))


def add_scope(connection: Any, scope: str) -> None:
    """Have a row to lock, in a transaction of its own: MySQL's transactions
    that look for the same missing row and then make it lock each other out.

    :raises DBDuplicateEntry: it is there
    """
    connection.execute(SCOPES.insert().values(scope=scope, turns=0))


def add_notice(connection: Any, scope: str, period: str,
               begins: datetime.datetime, kind: str) -> None:
    """Note what is told; raises DBDuplicateEntry where it was already."""
    connection.execute(NOTICES.insert().values(
        scope=scope, period=period, begins=micros(begins), kind=kind))
