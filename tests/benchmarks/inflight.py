# SPDX-License-Identifier: Apache-2.0
"""How often EC2 is asked while builds wait, however many wait."""

import contextlib
import threading
import time
from collections.abc import Iterator

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.launch import Launcher, Offerings
from nova_ec2.fleet.view import Fleet
from tests.benchmarks import figures
from tests.benchmarks.emulated import PENDING_SECONDS, Region
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

WAITING = (1, 10, 100)
IDLE = 10000
_LONG = 100000.0


def run(quick: bool) -> list[Figure]:
    """Count the reads by id while 1, 10 and 100 builds wait."""
    region = Region()
    seconds = 8.0 if quick else 20.0
    idle = 1000 if quick else IDLE
    region.populate(f'bench-{idle}', idle)
    region.control.settings(pending_seconds=_LONG)
    try:
        found = [_measure(region, host, beside, waiting, seconds)
                 for host, beside in (('bench-0', 0),
                                      (f'bench-{idle}', idle))
                 for waiting in WAITING]
    finally:
        region.control.settings(pending_seconds=PENDING_SECONDS)
    return figures.alike(found, within=0.2)


def _measure(region: Region, host: str, beside: int, waiting: int,
             seconds: float) -> Figure:
    say(f'{waiting} builds wait beside {beside} idle servers ...')
    fleet = region.fleet(host)
    fleet.sweep()
    with _builds(region, fleet, host, waiting), _sync(fleet):
        first = region.control.calls()[-1]['number']
        time.sleep(seconds)
        calls = region.control.calls(since=first, action='DescribeInstances')
    by_id = [call for call in calls if 'InstanceId.1' in call['params']]
    return figures.beside(
        f'inflight.describe_per_s, {waiting} waiting, {beside} idle',
        len(by_id) / seconds, 'calls/s', seconds=seconds,
        pages_of_sweeps=len(calls) - len(by_id))


@contextlib.contextmanager
def _builds(region: Region, fleet: Fleet, host: str,
            count: int) -> Iterator[None]:
    """So many launches that wait for their server to run."""
    launcher = Launcher(region.ec2.instances, fleet, Offerings(), _LONG)
    accepted = threading.Semaphore(0)
    ended = threading.Event()
    ids: list[str] = []

    def check() -> None:
        if ended.is_set():
            raise exc.BuildCancelled('the benchmark is over')

    def took(server) -> None:
        ids.append(server.instance_id)
        accepted.release()

    def build() -> None:
        with contextlib.suppress(exc.BuildCancelled):
            launcher.launch(region.request(host), took, check)

    threads = [threading.Thread(target=build) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            if not accepted.acquire(timeout=120):
                raise RuntimeError('a launch was not accepted in time')
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join(60)
        region.ec2.instances.terminate(ids)
        region.control.advance(10)


@contextlib.contextmanager
def _sync(fleet: Fleet) -> Iterator[None]:
    """Nova's own readers beside: they are answered from the view."""
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(0.2):
            for server in fleet.servers()[:100]:
                assert server.owner is not None
                fleet.cached(server.owner.server_uuid)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
