# SPDX-License-Identifier: Apache-2.0
"""What the view of the fleet costs: calls, processor time, memory."""

import gc
import statistics
import time
import tracemalloc

from nova_ec2.fleet.view import Fleet
from tests.benchmarks import figures
from tests.benchmarks.emulated import Region
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

SIZES = (1000, 10000)
_TIMES = 5


def run(quick: bool) -> list[Figure]:
    """Sweep 1,000 and 10,000 servers."""
    region = Region()
    found: list[Figure] = []
    for size in SIZES[:1] if quick else SIZES:
        region.populate(f'bench-{size}', size)
        say(f'sweeping {size} servers ...')
        found += _measure(region, size)
    return found


def _measure(region: Region, size: int) -> list[Figure]:
    fleet = region.fleet(f'bench-{size}')
    region.pages.forget()
    (first,), _ = _timed(fleet, 1)
    assert len(fleet.servers()) == size
    region.control.clear_calls()
    cpu, wall = _timed(fleet, _TIMES)
    calls = region.control.counts()['DescribeInstances'] / _TIMES
    thousands = size / 1000
    return [
        figures.exactly(f'sweep.calls_per_1000 at {size}',
                        calls / thousands, 1, 'calls'),
        figures.at_most(
            f'sweep.cpu_ms_per_1000 at {size}',
            statistics.median(cpu) * 1000 / thousands, 150, 'ms',
            all_ms=[one * 1000 / thousands for one in cpu],
            wall_ms=statistics.median(wall) * 1000 / thousands,
            first_ms=first * 1000 / thousands),
        figures.at_most(f'fleet.bytes_per_server at {size}',
                        _bytes(region, size) / size, 4096, 'bytes')]


def _timed(fleet: Fleet, times: int) -> tuple[list[float], list[float]]:
    """Processor and wall seconds of each sweep."""
    cpu, wall = [], []
    for _ in range(times):
        begun, begun_cpu = time.perf_counter(), time.process_time()
        fleet.sweep()
        cpu.append(time.process_time() - begun_cpu)
        wall.append(time.perf_counter() - begun)
    return cpu, wall


def _bytes(region: Region, size: int) -> int:
    """Memory that a view holds once it was swept twice."""
    fleet = region.fleet(f'bench-{size}')
    region.pages.forget()
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        fleet.sweep()
        fleet.sweep()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before
