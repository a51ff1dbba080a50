# SPDX-License-Identifier: Apache-2.0
"""Seconds from one request for many servers until all of them run.

Through the real local cloud, EC2's throttling as published; the same for
three other drivers, each alone on the cloud, on a host without servers.
"""

import collections
import ipaddress
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

from localcloud import ec2, errors
from localcloud.cloud import Cloud
from localcloud.steps import ec2_subnet
from nova_ec2.emulator.client import Control
from tests.benchmarks import emulated, figures
from tests.benchmarks.cloud import hosts, local, processor
from tests.benchmarks.cloud.tenant import Tenant, TimeUpError
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

_MINUTES = 40.0
"""For one burst; Nova as it is takes a time quadratic in the servers."""

_TIMES_OURS = 3.2
"""One that takes so many times as long as ours is cut off: the figure then
says what it certainly exceeds, and how many servers ran by then."""

_TIMES_OF_ITEM5 = {'no port': 1.3, 'one port': 1.6}
_TIMES_FASTER = 3.0
_CALLS_A_SERVER = 1.3


def run(quick: bool) -> Iterator[Figure]:
    """Bursts of 100 and 300 servers, without a port and with one.

    :raises CloudError: some failed; the others were measured all the same
    """
    failures: list[str] = []
    with local.running() as cloud:
        counts = ('20',) if quick else _chosen('BURST', ('100', '300'))
        for count in map(int, counts):
            for ports in _chosen('PORTS', _TIMES_OF_ITEM5):
                taken = {}
                for name in _chosen('WAYS', [way.name for way in hosts.WAYS]):
                    way = hosts.BY_NAME[name]
                    burst = _Burst(cloud, way, count, ports)
                    try:
                        taken[way] = burst.measure(_seconds_for(taken))
                    except errors.CloudError as error:
                        failures.append(f'{burst.name}: {error}')
                        say(failures[-1])
                yield from _figures(count, ports, taken)
    if failures:
        raise errors.CloudError('\n'.join(failures))


def _seconds_for(taken: dict[hosts.Way, dict[str, Any]]) -> float:
    ours = taken.get(hosts.OURS)
    return (ours['seconds'] * _TIMES_OURS if ours else _MINUTES * 60)


def _chosen(variable: str, default: Iterable[str]) -> list[str]:
    """What the environment chooses, for instance BURST=100; else all."""
    chosen = os.environ.get(variable, '')
    return chosen.split(',') if chosen else list(default)


class _Burst:
    """One burst, on a host and in a project of its own."""

    def __init__(self, cloud: Cloud, way: hosts.Way, count: int,
                 ports: str) -> None:
        self._cloud, self._way, self._count = cloud, way, count
        self._ports = ports
        self.name = f'ec2-{way.name}-{count}-{ports.replace(" ", "-")}'
        self._control = Control(cloud.url('emulator'), timeout=300)

    def measure(self, at_most: float) -> dict[str, Any]:
        """Seconds, and the EC2 calls of each action.

        :param at_most: seconds until it is cut off
        """
        self._renew_ec2()
        host = hosts.Host(
            self._cloud, self.name, self._way,
            {'port_addresses': 'ec2'} if self._ports == 'one port' else {})
        with host.running():
            tenant = Tenant(self._cloud, self.name, self.name)
            network = self._network(tenant)
            # Key and image are known from now on.
            tenant.ask(1, network)
            tenant.await_active(1, minutes=5)
            self._control.clear_calls()
            used = processor.seconds(self._cloud)
            begun = time.monotonic()
            tenant.ask(self._count, network)
            asked = time.monotonic() - begun
            cut_off = self._await(tenant, at_most)
            seconds = time.monotonic() - begun
            used = processor.since(self._cloud, used)
            calls, throttled = self._control.counts(), self._throttled()
        say(f'{self.name}: {seconds:.1f} s {cut_off or ""}')
        return {'seconds': round(seconds, 1), 'asking': round(asked, 1),
                'calls': calls, 'throttled': throttled,
                'processor_seconds': used, **cut_off}

    def _await(self, tenant: Tenant, seconds: float) -> dict[str, Any]:
        try:
            tenant.await_active(self._count + 1, seconds / 60)
        except TimeUpError:
            return {'cut_off': True, 'running_by_then': tenant.running() - 1}
        return {}

    def _renew_ec2(self) -> None:
        """An EC2 without instances, its buckets full."""
        self._control.settings(
            throttling=True, pending_seconds=emulated.PENDING_SECONDS)
        self._control.reset()
        ec2_subnet.EC2Subnet(self._cloud).run()
        found = ec2.read(self._cloud)
        ec2.client(self._cloud).create_subnet_cidr_reservation(
            SubnetId=found['subnet'], ReservationType='explicit',
            Cidr=str(_halves(found['cidr'])[1]))

    def _network(self, tenant: Tenant) -> str:
        """Neutron has one half of the subnet, EC2 the other to choose from.
        """
        if self._ports == 'no port':
            return ''
        cidr = ec2.read(self._cloud)['cidr']
        lower, upper = _halves(cidr)
        return tenant.network(cidr, str(upper[0]), str(upper[-2]),
                              str(lower[1]))

    def _throttled(self) -> dict[str, int]:
        return dict(collections.Counter(
            call['action'] for call in self._control.calls()
            if call['code'] == 'RequestLimitExceeded'))


def _halves(cidr: str) -> list[Any]:
    return list(ipaddress.ip_network(cidr).subnets(1))


def _figures(count: int, ports: str,
             taken: dict[hosts.Way, dict[str, Any]]) -> Iterator[Figure]:
    key = f'burst.{count}, {ports}'
    for way, one in taken.items():
        if way is not hosts.OURS:
            unit = 's, cut off' if one.get('cut_off') else 's'
            yield figures.beside(f'{key}: {way.about}', one['seconds'], unit,
                                 **one)
    ours = taken.get(hosts.OURS)
    if ours is None:
        return
    if hosts.ITEM5 in taken:
        times = _TIMES_OF_ITEM5[ports]
        limit = round(times * taken[hosts.ITEM5]['seconds'], 1)
        yield figures.at_most(key, ours['seconds'], limit, 's',
                              limit_is=f'{times} x (b)', **ours)
    if hosts.EARLIER in taken:
        faster = taken[hosts.EARLIER]['seconds'] / ours['seconds']
        name = f'{key}: times faster than (c)'
        yield (figures.at_least(name, faster, _TIMES_FASTER, 'times')
               if count >= 300 else figures.beside(name, faster, 'times'))
    yield figures.at_most(
        f'calls.burst_{count}, {ports}', sum(ours['calls'].values()) / count,
        _CALLS_A_SERVER, 'calls a server', **ours['calls'])
