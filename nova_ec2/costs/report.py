# SPDX-License-Identifier: Apache-2.0
"""What was spent, summed up by project, user, server, day or stack."""

import dataclasses
import datetime
import enum
from collections.abc import Iterable, Iterator
from decimal import Decimal

from nova_ec2.costs import spans
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.spans import Kind, Span, State

NOBODY = '-'
"""The key of what has none: a server without a stack, for instance."""


class By(enum.StrEnum):
    """What is summed up."""

    PROJECT = 'project'
    USER = 'user'
    SERVER = 'server'
    DAY = 'day'
    STACK = 'stack'


@dataclasses.dataclass(slots=True)
class Row:
    """What one key has cost, in USD.

    :param hours: that instances were charged for
    """

    key: str
    hours: Decimal = Decimal(0)
    instances: Decimal = Decimal(0)
    volumes: Decimal = Decimal(0)
    addresses: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.instances + self.volumes + self.addresses

    def add(self, other: 'Row') -> None:
        """Sum up."""
        self.hours += other.hours
        self.instances += other.instances
        self.volumes += other.volumes
        self.addresses += other.addresses


def report(found: Iterable[Span], by: By, begins: datetime.datetime,
           ends: datetime.datetime, now: datetime.datetime) -> list[Row]:
    """A row a key, the dearest first; days in their order.

    :param found: spans, within the time or not
    :param begins: what was spent before is left out
    :param ends: and what was from then on
    :param now: up to which open spans are counted
    """
    rows: dict[str, Row] = {}
    for span in found:
        for key, since, until in _parts(span, by, begins, ends, now):
            part = _row(span, key, since, until, now)
            if part.total or part.hours:
                rows.setdefault(key, Row(key)).add(part)
    if by is By.DAY:
        return [rows[key] for key in sorted(rows)]
    return sorted(rows.values(), key=lambda row: (-row.total, row.key))


def total(rows: Iterable[Row]) -> Row:
    """One row for all."""
    whole = Row('total')
    for row in rows:
        whole.add(row)
    return whole


def _parts(span: Span, by: By, begins: datetime.datetime,
           ends: datetime.datetime, now: datetime.datetime
           ) -> Iterator[tuple[str, datetime.datetime, datetime.datetime]]:
    """The keys of a span, and from when until when it counts for each."""
    if by is not By.DAY:
        yield _key(span, by), begins, ends
        return
    last = min(ends, span.until(now))
    since = max(begins, span.start)
    while since < last:
        _, until = bounds(Period.DAY, since)
        yield (since.astimezone(datetime.UTC).date().isoformat(), since,
               min(until, ends))
        since = until


def _key(span: Span, by: By) -> str:
    use = span.use
    return {By.PROJECT: use.project_id, By.USER: use.user_id,
            By.SERVER: use.server_uuid,
            By.STACK: use.stack}.get(by, '') or NOBODY


def _row(span: Span, key: str, since: datetime.datetime,
         until: datetime.datetime, now: datetime.datetime) -> Row:
    usd = spans.spent(span, since, until, now)
    kind = span.use.kind
    if kind is Kind.VOLUME:
        return Row(key, volumes=usd)
    if kind is Kind.ADDRESS:
        return Row(key, addresses=usd)
    micros = 0 if span.state is State.RESERVED else spans.overlap(
        span.start, span.until(now), since, until)
    return Row(key, hours=Decimal(micros) / 3_600_000_000, instances=usd)
