# SPDX-License-Identifier: Apache-2.0
"""A run's results on the terminal and as files in build/conformance."""

import dataclasses
import json
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.conformance.results import FAILED, Result
from tests.conformance.verdict import Verdict

BUILD = Path(__file__).resolve().parents[2] / 'build' / 'conformance'

_COMPLAINTS = (
    ('failed', 'failed'),
    ('surprises', 'excluded, but did not fail: take the exclusion out'),
    ('unknown', 'named in a file here, but there is no such test'),
    ('missing', 'ended without a result'),
    ('unproven', 'a verb of which no outside test passes'),
)


class Report:
    """Of one suite.

    :param suite: ``nova`` or ``tempest``
    :param total: how many tests will run
    """

    def __init__(self, suite: str, total: int) -> None:
        self._suite, self._total, self._done = suite, total, 0
        self._began = time.monotonic()
        self._failures = BUILD / suite
        shutil.rmtree(self._failures, ignore_errors=True)
        self._failures.mkdir(parents=True)

    def progress(self, results: Sequence[Result]) -> None:
        """Say how far it is; keep the words of failed tests."""
        self._done += len(results)
        failures = [one for one in results if one.status == FAILED]
        for one in failures:
            name = one.test_id.replace('/', '_')[-200:]
            (self._failures / f'{name}.txt').write_text(one.text)
        print(f'[{self._seconds():4.0f} s] {self._done} of {self._total}, '
              f'{len(failures)} of the last {len(results)} failed',
              flush=True)

    def close(self, verdict: Verdict, results: Iterable[Result]) -> None:
        """Print the verdict and write the results as JSON."""
        for field, words in _COMPLAINTS:
            for one in getattr(verdict, field):
                print(f'{one}: {words}')
        file = BUILD / f'{self._suite}.json'
        file.write_text(json.dumps({
            'seconds': round(self._seconds()),
            'verdict': dataclasses.asdict(verdict),
            'tests': {one.test_id: {'status': one.status,
                                    'seconds': one.seconds}
                      for one in sorted(results, key=lambda one: one.test_id)
                      }}, indent=1) + '\n')
        failed = len(verdict.failed) + len(verdict.missing)
        print(f'conformance-{self._suite}: {verdict.passed} passed, '
              f'{failed} failed, {verdict.skipped} skipped, '
              f'{verdict.excluded} excluded (failed as expected) '
              f'in {self._seconds():.0f} s; see {file.parent}')

    def _seconds(self) -> float:
        return time.monotonic() - self._began
