# SPDX-License-Identifier: Apache-2.0
"""What the results of a run say, held against what is expected."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from tests.conformance.exclusions import Exclusion
from tests.conformance.results import FAILED, PASSED, SKIPPED, Result


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of a run, and what is wrong with it.

    :param excluded: failed, as expected
    :param failed: ids of tests that failed and should not
    :param surprises: ids of excluded tests that did not fail
    :param unknown: exclusions and verbs' tests that do not exist
    :param missing: tests that were to run and have no result
    :param unproven: verbs of which no test passed
    """

    passed: int
    skipped: int
    excluded: int
    failed: tuple[str, ...]
    surprises: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    unproven: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the run may be called a success."""
        return not (self.failed or self.surprises or self.unknown
                    or self.missing or self.unproven)


def judge(results: Sequence[Result], wanted: Collection[str],
          known: Collection[str], excluded: Mapping[str, Exclusion],
          verbs: Mapping[str, Sequence[str]]) -> Verdict:
    """Judge a run.

    :param wanted: the ids that were to run
    :param known: all ids that there are
    :param excluded: by id
    :param verbs: test ids by verb; only those that ran are looked at

    Ids are those of the files: without the attributes that Tempest adds.
    """
    status = {bare(one.test_id): one.status for one in results}
    wanted, known = ({bare(one) for one in ids} for ids in (wanted, known))
    failures = {one for one in status if status[one] == FAILED}
    named = {*excluded, *(test for tests in verbs.values() for test in tests)}
    return Verdict(
        passed=_count(status, PASSED), skipped=_count(status, SKIPPED),
        excluded=len(failures & set(excluded)),
        failed=_sorted(failures - set(excluded)),
        surprises=_sorted(one for one in excluded
                          if status.get(one) in (PASSED, SKIPPED)),
        unknown=_sorted(named - known),
        missing=_sorted(wanted - set(status)),
        unproven=_sorted(
            verb for verb, tests in verbs.items()
            if wanted.issuperset(set(tests) & known)
            and not any(status.get(one) == PASSED for one in tests)))


def bare(test_id: str) -> str:
    """An id without attributes, ``module.Class.test[id-1,smoke]``."""
    return test_id.partition('[')[0]


def _count(status: Mapping[str, str], word: str) -> int:
    return sum(one == word for one in status.values())


def _sorted(ids: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
