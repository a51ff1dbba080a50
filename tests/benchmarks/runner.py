# SPDX-License-Identifier: Apache-2.0
"""Runs each benchmark in a process of its own, and survives its failures."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import emulated, progress
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

_ROOT = Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Benchmark:
    """One file of this directory.

    :param name: the module
    :param about: what it measures
    :param minutes: after which it is ended
    """

    name: str
    about: str
    minutes: float


BENCHMARKS = (
    Benchmark('calls', 'EC2 calls of each verb', 10),
    Benchmark('sweep', 'the view of the fleet', 15),
    Benchmark('inflight', 'reads while builds wait', 15),
    Benchmark('rss', "the driver's memory", 10),
    Benchmark('placement', "Nova's reads of allocations", 10),
    Benchmark('policy', 'arrivals by each burst policy', 30),
    Benchmark('admission', 'requests held against budgets', 10),
    Benchmark('burst', 'bursts through the local cloud', 300),
)


@dataclasses.dataclass
class Outcome:
    """What a benchmark found, or why it could not run."""

    benchmark: Benchmark
    figures: list[Figure]
    seconds: float
    failure: str = ''


def run(names: list[str], quick: bool) -> list[Outcome]:
    """Run benchmarks one after the other."""
    with emulated.running() as endpoint:
        return [_run(one, quick, endpoint) for one in BENCHMARKS
                if one.name in names]


def _run(benchmark: Benchmark, quick: bool, endpoint: str) -> Outcome:
    say(f'{benchmark.name}: {benchmark.about} ...')
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / 'figures.json'
        failure = _process(benchmark, quick, endpoint, file)
        rows = json.loads(file.read_text()) if file.exists() else []
    return Outcome(benchmark, [Figure(**row) for row in rows],
                   time.monotonic() - begun, failure)


def _process(benchmark: Benchmark, quick: bool, endpoint: str,
             file: Path) -> str:
    """Run to the end; why it failed, or ''."""
    environment = os.environ | {
        emulated.ENDPOINT: endpoint, 'PYTHONWARNINGS': 'ignore',
        progress.VARIABLE: str(progress.STARTED),
        'OS_NOVA_DISABLE_EVENTLET_PATCHING': '1'}
    process = subprocess.Popen(
        [sys.executable, '-m', 'tests.benchmarks.one', benchmark.name,
         str(file), *(['--quick'] if quick else [])],
        cwd=_ROOT, env=environment, stdin=subprocess.DEVNULL,
        # An interrupt is handed on once, so that it can clean up.
        start_new_session=True)
    try:
        status = process.wait(benchmark.minutes * 60)
    except subprocess.TimeoutExpired:
        return f'it did not end within {benchmark.minutes:g} minutes'
    finally:
        _end(process)
    return f'it ended with status {status}' if status else ''


def _end(process: subprocess.Popen) -> None:
    """Have it clean up after itself, or end it."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
