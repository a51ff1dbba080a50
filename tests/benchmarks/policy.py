# SPDX-License-Identifier: Apache-2.0
"""10,000 arrivals at 100 private hosts, by each policy.

The real filters and all of Nova's weighers; Placement is a small one of the
tests, and time is simulated: an arrival a second, each lives 1,000 seconds on
average. Costs are those of the shipped price table, for the type that each
flavor's size would get.
"""

import time
from collections.abc import Iterator
from typing import Any

from nova import objects

from nova_ec2.costs import prices
from nova_ec2.policy import burst
from tests.benchmarks import figures
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say
from tests.unit.scheduler import simulation

POLICIES = ('never', 'spill', 'above:80%-75%', 'prefer', 'only')
_LIFETIME = 1000.0
_TYPES = {(1, 2048): 't3.small', (2, 8192): 'm5.large',
          (4, 16384): 'm5.xlarge', (8, 16384): 'c5.2xlarge'}


def run(quick: bool) -> Iterator[Figure]:
    """Each policy once; above must not pass its threshold by two requests."""
    objects.register_all()
    count = 500 if quick else 10000
    with simulation.builds():
        for policy in POLICIES:
            say(f'{count} arrivals by {policy} ...')
            yield from _measure(policy, count)


def _measure(policy: str, count: int) -> Iterator[Figure]:
    cloud = simulation.Simulation(
        policy, weigher_names=simulation.ALL_WEIGHERS)
    rank = prices.load().rank
    usd = seconds_on_ec2 = peak = 0.0
    on_ec2 = refused = over = 0
    begun = time.perf_counter()
    rule = burst.parse(policy)
    for placed, seconds in simulation.run(cloud, count, lifetime=_LIFETIME):
        room = cloud.placement.room()
        peak = max(peak, room.utilisation)
        if placed.on_ec2:
            on_ec2 += 1
            seconds_on_ec2 += seconds
            usd += seconds / 3600 * float(
                rank('us-east-1', _TYPES[placed.size]) or 0)
        elif not placed.host:
            refused += 1
        elif rule.begins and placed.before.reaches(rule.begins):
            over += 1
    took = (time.perf_counter() - begun) / count
    key = f'policy.{policy} at {count}'
    detail: dict[str, Any] = {
        'on_ec2': on_ec2, 'refused': refused,
        'peak_percent': round(peak, 1),
        'hours_on_ec2': round(seconds_on_ec2 / 3600, 1),
        'placement_gets': cloud.placement.gets}
    yield figures.beside(f'{key}: cost', round(usd, 2), 'USD', **detail)
    yield figures.beside(f'{key}: a request', round(took * 1000, 2), 'ms')
    if rule.begins:
        # Let in although the threshold was passed before.
        yield figures.exactly(f'{key}: overshoot', over, 0, 'requests',
                              **detail)
