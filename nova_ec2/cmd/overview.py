# SPDX-License-Identifier: Apache-2.0
"""What ``nova-ec2 status`` shows, as rows of areas."""

import collections
import dataclasses
import functools
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from nova_ec2 import exceptions as exc
from nova_ec2.cmd import openstack
from nova_ec2.costs import ledger
from nova_ec2.models import quota
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.server import Server, ServerState
from nova_ec2.policy.private_cloud import VERSION, PrivateCloud
from nova_ec2.wiring import overview

PRIVATE, FLEET, SPEND, BUDGET = 'private', 'fleet', 'spend', 'budget'
QUOTA, THROTTLES, UNAVAILABLE = 'quota', 'throttles', 'unavailable'
AREAS = (PRIVATE, FLEET, SPEND, BUDGET, QUOTA, THROTTLES, UNAVAILABLE)

# Seconds for the answer of a port of a nova-compute.
_PATIENCE = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    :param value: None where it could not be had; ``note`` says why
    :param most: what it is out of, None where that means nothing
    """

    area: str
    name: str
    value: float | None
    most: float | None = None
    unit: str = ''
    note: str = ''


Part = Callable[[], Iterable[Row]]


class Overview:
    """Reads all parts, each by itself: what fails is told in its place.

    :param conf: the configuration
    :param ports: ``host:port`` of nova-computes' metrics
    """

    def __init__(self, conf: Any, ports: Sequence[str] = ()) -> None:
        self._conf = conf
        self._ports = ports
        self._seen: dict[str, list[Server]] = {}

    @functools.cached_property
    def _private_cloud(self) -> PrivateCloud:
        placement = openstack.connect().placement

        def get(path: str) -> Any:
            answer = placement.get(path, microversion=VERSION)
            answer.raise_for_status()
            return answer.json()
        return PrivateCloud(get)

    @functools.cached_property
    def _accounts(self) -> list[overview.Seen]:
        return list(overview.accounts_of(self._conf))

    @functools.cached_property
    def _sizes(self) -> dict[str, int]:
        """vCPUs of all instance types."""
        return {kind.name: kind.vcpus for kind
                in self._accounts[0].ec2.types.of_region()}

    def rows(self) -> list[Row]:
        """All of it, as it is now."""
        self._seen = {}
        return [*_told(PRIVATE, self._private),
                *_told(FLEET, self._fleet),
                *_told(SPEND, self._spend),
                *_told(QUOTA, self._quotas),
                *_told(THROTTLES, self._from_ports)]

    def _private(self) -> Iterator[Row]:
        room = self._private_cloud.room(at_most=0)
        yield Row(PRIVATE, 'vcpus', room.vcpus_used, room.vcpus, 'vCPUs')
        yield Row(PRIVATE, 'memory', room.memory_mb_used, room.memory_mb,
                  'MiB')
        yield Row(PRIVATE, 'utilisation', round(room.utilisation, 1), 100,
                  '%')

    def _fleet(self) -> Iterator[Row]:
        counts: dict[str, collections.Counter[str]] = (
            collections.defaultdict(collections.Counter))
        for account in self._accounts:
            try:
                found = account.ec2.instances.sweep(
                    {tag_keys.CLOUD: self._conf.ec2.cloud_id})
            except exc.NovaEC2Error as error:
                yield Row(FLEET, f'account {account.name}', None,
                          note=str(error))
                continue
            self._seen[account.name] = found
            for one in found:
                for word, value in _sorts(one, account.name):
                    counts[word][value] += 1
        yield Row(FLEET, 'servers', sum(map(len, self._seen.values())))
        for word, counter in counts.items():
            for value, count in counter.most_common():
                yield Row(FLEET, f'{word} {value}', count)

    def _spend(self) -> Iterator[Row]:
        kept = ledger.build(self._conf)
        if kept is None:
            yield Row(SPEND, 'rate', None, note='no ledger is kept: '
                      '[ec2_costs] connection is not set')
            return
        rates: dict[str, float] = collections.defaultdict(float)
        for span in kept.active():
            rates[span.use.project_id] += float(span.use.rate)
        yield Row(SPEND, 'rate', round(sum(rates.values()), 6),
                  unit='USD/hour')
        for project, usd in sorted(rates.items(), key=lambda one: -one[1]):
            yield Row(SPEND, f'project {project}', round(usd, 6),
                      unit='USD/hour')
        for one in kept.standings():
            yield Row(BUDGET, f'{one.budget.scope} {one.budget.period.value}',
                      float(one.left), float(one.budget.limit), 'USD left')

    def _quotas(self) -> Iterator[Row]:
        for account in self._accounts:
            try:
                limits, used = account.quotas.vcpus(), self._vcpus(account)
            except exc.NovaEC2Error as error:
                yield Row(QUOTA, f'account {account.name}', None,
                          note=str(error))
                continue
            for code, limit in sorted(limits.items()):
                yield Row(QUOTA, f'{account.name}: {quota.NAMES[code]}',
                          used.get(code, 0), limit, 'vCPUs',
                          note=f'{code}; used by this cloud alone')

    def _vcpus(self, account: overview.Seen) -> dict[str, int]:
        """vCPUs that this cloud runs in an account, by quota."""
        found = [one for one in self._seen.get(account.name, ())
                 if one.state in (ServerState.PENDING, ServerState.RUNNING)]
        sizes = self._sizes if found else {}
        used: dict[str, int] = collections.defaultdict(int)
        for one in found:
            used[quota.code(one.instance_type, one.market)] += sizes.get(
                one.instance_type, 0)
        return used

    def _from_ports(self) -> Iterator[Row]:
        if not self._ports:
            for area in (THROTTLES, UNAVAILABLE):
                yield Row(area, 'nova-compute', None, note='not asked: name '
                          'the metrics ports by --metrics HOST:PORT')
        for port in self._ports:
            try:
                yield from _scraped(port)
            except (OSError, ValueError) as error:
                yield Row(THROTTLES, port, None, note=str(error))


def _sorts(server: Server, account: str) -> Iterator[tuple[str, str]]:
    yield 'type', server.instance_type
    yield 'zone', server.zone
    yield 'market', server.market
    yield 'project', server.owner.project_id if server.owner else '-'
    yield 'state', server.state.value
    yield 'account', account


def _scraped(port: str) -> Iterator[Row]:
    """Throttles and offerings without room, of one nova-compute."""
    with urllib.request.urlopen(f'http://{port}/metrics',
                                timeout=_PATIENCE) as answer:
        text = answer.read().decode()
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == 'nova_ec2_throttles_total' and one.value:
                yield Row(THROTTLES, one.labels['action'], one.value,
                          note=one.labels['host'])
            elif one.name == 'nova_ec2_unavailable_offerings':
                yield Row(UNAVAILABLE, ' '.join(
                    one.labels[key] for key in ('instance_type', 'zone',
                                                'market')),
                    one.value, note=one.labels['host'])


def _told(area: str, part: Part) -> list[Row]:
    try:
        return list(part())
    except Exception as error:
        return [Row(area, 'all', None, note=str(error) or repr(error))]
