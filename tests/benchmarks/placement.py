# SPDX-License-Identifier: Apache-2.0
"""How often one boot reads from Placement, by the servers that exist.

The existing servers are allocations in Placement, which is all that Nova's
read sees of them.
"""

import uuid
from typing import Any
from unittest import mock

from nova.scheduler.client import report

from tests.benchmarks import figures, inside_nova
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

_KEY = 'placement.gets_per_boot'


def run(quick: bool) -> list[Figure]:
    """Count at 0, 100 and 500 existing servers, and at 100 without item 5.
    """
    sizes = (0, 20, 40) if quick else (0, 100, 500)
    found = inside_nova.measure(lambda cloud: figures.alike(
        [_at(cloud, size, _KEY) for size in sizes], within=0))
    return found + inside_nova.measure(
        lambda cloud: _as_nova_does(cloud, sizes[1]), start=False)


def _as_nova_does(cloud: Any, size: int) -> list[Figure]:
    cloud.flags(group='ec2', skip_allocation_read=False)
    cloud.compute = cloud.start_ec2()
    return [_at(cloud, size, f'{_KEY}, Nova as it is')]


def _at(cloud: Any, size: int, key: str) -> Figure:
    say(f'{key} at {size} existing ...')
    _fill(cloud, size)
    cloud.boot()
    with _Counting() as gets:
        server = cloud.boot()
    count = sum('/allocations/' in url for url in gets)
    cloud.delete(server)
    return figures.beside(f'{key} at {size}', len(gets), 'GETs',
                          of_allocations=count)


def _fill(cloud: Any, size: int) -> None:
    """Have so many consumers of the host's resources."""
    provider = cloud._get_provider_uuid_by_host(cloud.compute.host)
    have = len(cloud._get_allocations_by_provider_uuid(provider))
    for _ in range(size - have):
        answer = cloud.placement.put(
            f'/allocations/{uuid.uuid4()}', {
                'allocations': {provider: {'resources': {
                    'VCPU': 1, 'MEMORY_MB': 2048}}},
                'project_id': 'bench', 'user_id': 'bench',
                'consumer_generation': None}, version='1.28')
        if answer.status != 204:
            raise RuntimeError(f'Placement said {answer.status}')


class _Counting:
    """The URLs of all GETs that go to Placement from any client."""

    def __enter__(self) -> list[str]:
        urls: list[str] = []
        really = report.SchedulerReportClient.get

        def get(client: Any, url: str, *args: Any, **kwargs: Any) -> Any:
            urls.append(url)
            return really(client, url, *args, **kwargs)

        self._patch = mock.patch.object(
            report.SchedulerReportClient, 'get', get)
        self._patch.start()
        return urls

    def __exit__(self, *exc_info: object) -> None:
        self._patch.stop()
