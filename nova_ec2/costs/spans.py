# SPDX-License-Identifier: Apache-2.0
"""A span: something on EC2 that costs so much an hour, from then until then.

It is reserved before EC2 is asked, open while AWS charges for it, and closed
with its end. All here is pure arithmetic, exact to a billionth of a dollar.
"""

import dataclasses
import datetime
import decimal
import enum
from decimal import Decimal

NANO = Decimal('1e-9')
"""Amounts are whole billionths of a dollar."""

MIN_SECONDS = 60
"""What AWS charges at least for each start of an instance, in seconds."""

_HOUR = 3_600_000_000
_MICRO = datetime.timedelta(microseconds=1)


class Kind(enum.StrEnum):
    """What AWS charges for."""

    INSTANCE = 'instance'
    VOLUME = 'volume'
    ADDRESS = 'address'


class State(enum.StrEnum):
    """How far a span has got."""

    RESERVED = 'reserved'
    OPEN = 'open'
    CLOSED = 'closed'


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is used, by whom, and at what price.

    :param item: the instance type or volume type, or ``address``
    :param rate: USD an hour
    :param resource_id: EC2's, '' where it is yet to be made
    :param server_uuid: Nova's server; '' for what belongs to none
    :param stack: what the report sums up as one, '' for none
    :param host: the nova-compute that looks after it, '' for none
    :param min_seconds: the least that is charged for
    """

    kind: Kind
    item: str
    rate: Decimal
    project_id: str
    account: str = 'default'
    region: str = ''
    zone: str = ''
    host: str = ''
    market: str = 'on-demand'
    resource_id: str = ''
    user_id: str = ''
    server_uuid: str = ''
    stack: str = ''
    min_seconds: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A use and its time.

    :param began: when AWS began to charge, None while reserved
    :param ended: when it stopped to, None until closed
    """

    span_id: str
    use: Use
    state: State
    reserved_at: datetime.datetime
    began: datetime.datetime | None = None
    ended: datetime.datetime | None = None

    @property
    def start(self) -> datetime.datetime:
        """What it counts from."""
        return self.began or self.reserved_at

    def until(self, now: datetime.datetime) -> datetime.datetime:
        """What is charged up to: never less than the least."""
        least = self.start + datetime.timedelta(seconds=self.use.min_seconds)
        return max(self.ended or now, least)


def cost(rate: Decimal, micros: int) -> Decimal:
    """USD for a time, rounded to a billionth.

    :param rate: USD an hour
    :param micros: microseconds; less than none costs nothing
    """
    return (rate * max(micros, 0) / _HOUR).quantize(
        NANO, decimal.ROUND_HALF_UP)


def overlap(begin: datetime.datetime, end: datetime.datetime,
            since: datetime.datetime, until: datetime.datetime) -> int:
    """Microseconds that two stretches of time have in common."""
    return max(0, (min(end, until) - max(begin, since)) // _MICRO)


def spent(span: Span, since: datetime.datetime, until: datetime.datetime,
          now: datetime.datetime) -> Decimal:
    """USD that a span has cost within a stretch of time, as of now.

    What is only reserved has cost nothing.
    """
    if span.state is State.RESERVED:
        return Decimal(0)
    return cost(span.use.rate, overlap(span.start, span.until(now),
                                       since, until))


def committed(span: Span, since: datetime.datetime,
              until: datetime.datetime) -> Decimal:
    """USD that a span will have cost if it goes on to the end of a time."""
    return cost(span.use.rate, overlap(
        span.start, span.until(max(until, span.start)), since, until))


def total(span: Span, now: datetime.datetime) -> Decimal:
    """USD that a span has cost in all, as of now."""
    return spent(span, span.start, span.until(now), now)
