# SPDX-License-Identifier: Apache-2.0
"""Tests in several processes, some at a time in each.

Each batch of tests has a process of its own, so that one that dies or hangs
costs its batch only, and what tests leave behind is gone soon.
"""

import concurrent.futures
import dataclasses
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.conformance import results
from tests.conformance.results import Result

BATCH = 50
_ID = re.compile(r'[\w.]+\.\w+(\(.+\))?(\[.+\])?(\(.+\))?')
"""What a test's id looks like; modules that are imported write logs."""

_PER_TEST = 180
"""Seconds after which one test is given up."""


@dataclasses.dataclass(frozen=True, slots=True)
class Workers:
    """Runs the tests of one module.

    :param module: has ``load_tests``
    :param number: how many processes at a time
    :param environment: for the processes, beside this one's own
    :param log: where the processes' own words go
    """

    module: str
    number: int
    environment: dict[str, str]
    log: Path

    def ids(self) -> list[str]:
        """The ids of all tests that the module has."""
        done = subprocess.run(
            [sys.executable, '-m', 'testtools.run', '--list', self.module],
            env=self._environment(), capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f'{self.module} cannot be listed:\n'
                             f'{(done.stdout + done.stderr)[-2000:]}')
        return [line for line in done.stdout.splitlines()
                if _ID.fullmatch(line)]

    def run(self, ids: Sequence[str],
            tell: Callable[[Sequence[Result]], None]) -> list[Result]:
        """Run the tests with these ids.

        :param tell: called with the results of each batch
        :returns: the results; a test without one is not in it
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        found: list[Result] = []
        with concurrent.futures.ThreadPoolExecutor(self.number) as pool:
            for done in concurrent.futures.as_completed(
                    [pool.submit(self._batch, one)
                     for one in batches(ids)]):
                found += done.result()
                tell(done.result())
        return found

    def _batch(self, ids: Sequence[str]) -> list[Result]:
        with tempfile.NamedTemporaryFile('w', suffix='.ids') as listed, \
                self.log.open('ab') as log:
            listed.write('\n'.join(ids))
            listed.flush()
            process = subprocess.Popen(
                [sys.executable, '-m', 'subunit.run', '--load-list',
                 listed.name, self.module],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, env=self._environment())
            try:
                stream, _ = process.communicate(timeout=_PER_TEST * len(ids))
            except subprocess.TimeoutExpired:
                process.kill()
                stream, _ = process.communicate()
        return results.spread(results.read(stream), ids)

    def _environment(self) -> dict[str, str]:
        return os.environ | {
            'OS_TEST_TIMEOUT': str(_PER_TEST),
            'PYTHONWARNINGS': 'ignore'} | self.environment


def batches(ids: Iterable[str]) -> list[list[str]]:
    """Tests of a class together, small classes with their neighbours."""
    made: list[list[str]] = [[]]
    for _, group in itertools.groupby(
            ids, lambda test_id: test_id.rpartition('.')[0]):
        tests = list(group)
        if made[-1] and len(made[-1]) + len(tests) > BATCH:
            made.append([])
        for test in tests:
            if len(made[-1]) == BATCH:
                made.append([])
            made[-1].append(test)
    return [batch for batch in made if batch]
