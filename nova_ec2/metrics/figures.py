# SPDX-License-Identifier: Apache-2.0
"""The figures of one nova-compute, as Prometheus reads them.

They are made at each scrape from what is known anyway: nothing here asks AWS
or Nova. The names are in doc/source/admin/metrics.rst.
"""

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from oslo_log import log as logging
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from nova_ec2.aws import tally
from nova_ec2.aws.pacing.lane import Usage
from nova_ec2.fleet.quotas import Quota
from nova_ec2.metrics import bounded
from nova_ec2.models.launch import Candidate
from nova_ec2.models.server import Server

LOG = logging.getLogger(__name__)

Family = CounterMetricFamily | GaugeMetricFamily


class Source(Protocol):
    """One account of a nova-compute."""

    @property
    def account(self) -> str:
        """Its name."""

    def servers(self) -> Iterable[Server]:
        """This host's, as they are known."""

    def unavailable(self) -> Iterable[Candidate]:
        """What had no capacity lately."""

    def usage(self) -> dict[str, Usage]:
        """Turns of calls, by action."""

    def quotas(self) -> Iterable[Quota]:
        """vCPU quotas and what this host uses."""


class Money(Protocol):
    """The ledger, where one is kept."""

    def rates(self) -> dict[tuple[str, str], float]:
        """USD an hour of this host's servers, by project and kind."""

    def budgets(self) -> Iterable[tuple[str, str, float, float]]:
        """Scope, period, limit and what is left, in USD."""


class Figures(Collector):
    """Collects them.

    :param host: this nova-compute
    :param sources: its accounts
    :param money: None where no ledger is kept
    """

    def __init__(self, host: str, sources: Callable[[], Iterable[Source]],
                 money: Money | None = None) -> None:
        self._host = host
        self._sources = sources
        self._money = money

    def describe(self) -> Iterable[Any]:
        """Nothing: the registry then does not collect to find names."""
        return []

    def collect(self) -> Iterator[Family]:
        """Every figure (prometheus_client's ``collect``).

        What cannot be had now is left out; the others are shown.
        """
        sources = list(self._sources())
        for make in (self._servers, self._unavailable, self._pacing,
                     self._quotas):
            yield from self._safely(functools.partial(make, sources))
        yield from _calls()
        if self._money is not None:
            yield from self._safely(self._spending)

    @staticmethod
    def _safely(make: Callable[[], Iterable[Family]]) -> list[Family]:
        try:
            return list(make())
        except Exception as error:
            LOG.warning('Some figures are not shown: %s', error)
            return []

    def _servers(self, sources: list[Source]) -> Iterator[Family]:
        family = GaugeMetricFamily(
            'nova_ec2_servers', 'Servers on EC2, as last seen',
            labels=['host', 'account', 'project_id', 'instance_type',
                    'zone', 'market', 'state'])
        found = ((self._host, source.account,
                  one.owner.project_id if one.owner else '',
                  one.instance_type, one.zone, one.market, one.state.value)
                 for source in sources for one in source.servers())
        for labels, count in bounded.counted(
                found, keep=frozenset({0, 1, 4, 5, 6})).items():
            family.add_metric(labels, count)
        yield family

    def _unavailable(self, sources: list[Source]) -> Iterator[Family]:
        family = GaugeMetricFamily(
            'nova_ec2_unavailable_offerings',
            'Offerings that had no capacity lately and are not tried now',
            labels=['host', 'account', 'instance_type', 'zone', 'market'])
        found = ((self._host, source.account, one.instance_type, one.zone,
                  one.market)
                 for source in sources for one in source.unavailable())
        for labels, count in bounded.counted(
                found, keep=frozenset({0, 1, 3, 4})).items():
            family.add_metric(labels, count)
        yield family

    def _pacing(self, sources: list[Source]) -> Iterator[Family]:
        labels = ['host', 'account', 'action']
        waited = CounterMetricFamily(
            'nova_ec2_pacing_waited_seconds',
            'Seconds that calls waited for their turn', labels=labels)
        throttles = CounterMetricFamily(
            'nova_ec2_throttles', 'Calls that EC2 throttled', labels=labels)
        waiting = GaugeMetricFamily(
            'nova_ec2_calls_waiting', 'Calls that wait for their turn',
            labels=labels)
        for source in sources:
            for action, usage in source.usage().items():
                where = (self._host, source.account, action)
                waited.add_metric(where, usage.waited_seconds)
                throttles.add_metric(where, usage.throttles)
                waiting.add_metric(where, usage.waiting)
        yield from (waited, throttles, waiting)

    def _quotas(self, sources: list[Source]) -> Iterator[Family]:
        labels = ['host', 'account', 'code', 'name']
        limit = GaugeMetricFamily(
            'nova_ec2_vcpu_quota', 'vCPUs that the account may run',
            labels=labels)
        used = GaugeMetricFamily(
            'nova_ec2_vcpu_used', 'vCPUs of it that this host runs',
            labels=labels)
        for source in sources:
            for one in source.quotas():
                where = (self._host, source.account, one.code, one.name)
                limit.add_metric(where, one.limit)
                used.add_metric(where, one.used)
        yield from (limit, used)

    def _spending(self) -> Iterator[Family]:
        assert self._money is not None
        rate = GaugeMetricFamily(
            'nova_ec2_spend_usd_per_hour',
            'What runs now costs so much an hour',
            labels=['host', 'project_id', 'kind'])
        for (project_id, kind), usd in self._money.rates().items():
            rate.add_metric((self._host, project_id, kind), usd)
        limit = GaugeMetricFamily(
            'nova_ec2_budget_limit_usd', 'Budget of a period',
            labels=['scope', 'period'])
        left = GaugeMetricFamily(
            'nova_ec2_budget_left_usd',
            'What of it is neither spent nor committed',
            labels=['scope', 'period'])
        for scope, period, limit_usd, left_usd in self._money.budgets():
            limit.add_metric((scope, period), limit_usd)
            left.add_metric((scope, period), left_usd)
        yield from (rate, limit, left)


def _calls() -> Iterator[Family]:
    calls = CounterMetricFamily(
        'nova_ec2_aws_calls', 'Calls of AWS, by how they ended',
        labels=['action', 'result'])
    seconds = CounterMetricFamily(
        'nova_ec2_aws_call_seconds', 'Seconds until AWS answered',
        labels=['action', 'result'])
    for (action, result), count in tally.CALLS.counts().items():
        calls.add_metric((action, result), count.times)
        seconds.add_metric((action, result), count.seconds)
    yield from (calls, seconds)
