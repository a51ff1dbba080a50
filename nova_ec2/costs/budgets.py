# SPDX-License-Identifier: Apache-2.0
"""Budgets: how much may be spent, by whom, in which period.

A budget is held against what its period has cost already and what will be
added if all that is open goes on to the period's end.
"""

import dataclasses
import datetime
import enum
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from nova_ec2.costs import spans
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.spans import Kind, Span, State, Use

CLOUD = 'cloud'
"""The scope of a budget for all projects together."""


class OnExhausted(enum.StrEnum):
    """What happens to servers that run when a budget is used up."""

    REFUSE = 'refuse'
    STOP = 'stop'


@dataclasses.dataclass(frozen=True, slots=True)
class Budget:
    """One limit.

    :param project_id: whose; '' for the whole cloud
    :param limit: USD in each period
    :param warn_at: the share of the limit at which a warning is sent
    """

    project_id: str
    period: Period
    limit: Decimal
    warn_at: Decimal = Decimal('0.8')
    on_exhausted: OnExhausted = OnExhausted.REFUSE

    @property
    def scope(self) -> str:
        """What is locked while a request is held against it."""
        return f'project {self.project_id}' if self.project_id else CLOUD

    def bounds(self, when: datetime.datetime
               ) -> tuple[datetime.datetime, datetime.datetime]:
        """The period that a moment lies in."""
        return bounds(self.period, when)

    def covers(self, use: Use) -> bool:
        """Whether a use is paid from it."""
        return self.project_id in ('', use.project_id)


@dataclasses.dataclass(frozen=True, slots=True)
class Budgets:
    """All limits of a cloud.

    :param default: those of each project that has none of its own; their
        ``project_id`` is not looked at
    """

    cloud: tuple[Budget, ...] = ()
    projects: Mapping[str, tuple[Budget, ...]] = dataclasses.field(
        default_factory=dict)
    default: tuple[Budget, ...] = ()

    def of(self, project_id: str) -> tuple[Budget, ...]:
        """All that a project's requests are held against."""
        own = self.projects.get(project_id)
        if own is None:
            own = tuple(dataclasses.replace(one, project_id=project_id)
                        for one in self.default if project_id)
        return (*self.cloud, *own)

    def every(self, project_ids: Iterable[str]) -> tuple[Budget, ...]:
        """The cloud's, and those of the named projects and of all listed.
        """
        known = sorted({*self.projects, *project_ids} - {''})
        return (*self.cloud, *(budget for one in known
                               for budget in self.of(one)
                               if budget.project_id))


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands.

    :param spent: USD, in this period so far
    :param committed: the same if all goes on to the end of the period
    """

    budget: Budget
    begins: datetime.datetime
    ends: datetime.datetime
    spent: Decimal
    committed: Decimal

    @property
    def left(self) -> Decimal:
        """USD that may still be committed; never less than nothing."""
        return max(self.budget.limit - self.committed, Decimal(0))

    @property
    def is_exhausted(self) -> bool:
        """Whether all is spent."""
        return self.spent >= self.budget.limit

    @property
    def is_warning(self) -> bool:
        """Whether so much is spent that somebody wants to know."""
        return self.spent >= self.budget.limit * self.budget.warn_at

    def plus(self, spent: Decimal, committed: Decimal) -> 'Standing':
        """The same with more, in USD, that was added up elsewhere."""
        return dataclasses.replace(
            self, spent=self.spent + spent,
            committed=self.committed + committed)


def standing(budget: Budget, closed: Decimal, active: Iterable[Span],
             now: datetime.datetime) -> Standing:
    """How a budget stands.

    :param closed: USD that what is over has cost in this period
    :param active: what is reserved or open, of this budget or not
    """
    begins, ends = budget.bounds(now)
    spent = committed = closed
    for span in active:
        if budget.covers(span.use):
            spent += spans.spent(span, begins, ends, now)
            committed += spans.committed(span, begins, ends)
    return Standing(budget, begins, ends, spent, committed)


def addition(use: Use, budget: Budget, now: datetime.datetime) -> Decimal:
    """USD that a use would add to a budget if it began now and went on."""
    _, ends = budget.bounds(now)
    return spans.cost(use.rate, spans.overlap(now, ends, now, ends))


def ending(span: Span, now: datetime.datetime) -> Span:
    """An open span as if it ended now: another follows it."""
    return dataclasses.replace(span, state=State.CLOSED, ended=now)


def refusal(held: Standing, uses: Sequence[Use], more: Decimal) -> str:
    """Why a use is not admitted: whose budget, how much, what for.

    :param uses: it, and the disks that come with it
    """
    use, *disks = uses
    whose = (f'project {held.budget.project_id}' if held.budget.project_id
             else 'the cloud')
    what = {Kind.INSTANCE: 'server', Kind.VOLUME: 'volume',
            Kind.ADDRESS: 'address'}[use.kind]
    return (f'budget of {whose} for the {held.budget.period}: limit '
            f'{dollars(held.budget.limit)} USD, spent and committed '
            f'{dollars(held.committed)}, this {what} ({use.item}'
            f'{" with its disks" if disks else ""}) would add '
            f'{dollars(more)}')


def dollars(amount: Decimal) -> str:
    """An amount as people read it: cents, and more digits where it is less.
    """
    if amount and abs(amount) < 1:
        return f'{amount:.4f}'
    return f'{amount:.2f}'
