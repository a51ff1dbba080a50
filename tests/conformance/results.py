# SPDX-License-Identifier: Apache-2.0
"""What tests came to, read from the subunit stream that they write."""

import dataclasses
import io
import re
from collections.abc import Iterable, Iterator

import subunit
import testtools

PASSED, FAILED, SKIPPED = 'passed', 'failed', 'skipped'

_CLASS = re.compile(r'setUpClass \((.+)\)')

_WORDS = {'success': PASSED, 'skip': SKIPPED, 'fail': FAILED,
          'uxsuccess': FAILED, 'xfail': PASSED, 'inprogress': FAILED}


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """One test.

    :param status: PASSED, FAILED or SKIPPED
    :param seconds: how long it took
    :param text: the traceback, or why it was skipped
    """

    test_id: str
    status: str
    seconds: float = 0.0
    text: str = dataclasses.field(default='', repr=False)


def read(stream: bytes) -> list[Result]:
    """The tests of a subunit stream (version 2), in order.

    One that began and did not end, as in a process that died, has failed.
    """
    found: list[Result] = []
    summary = testtools.StreamToDict(
        lambda test: found.extend(_result(test)))
    summary.startTestRun()
    try:
        subunit.ByteStreamToStreamResult(
            io.BytesIO(stream), non_subunit_name='output').run(summary)
    finally:
        summary.stopTestRun()
    return found


def spread(results: Iterable[Result], wanted: Iterable[str]
           ) -> list[Result]:
    """What a class came to before its tests could begin, said of each test.

    unittest reports a class that is skipped, or fails, in ``setUpClass`` as
    one test of a name of its own.

    :param wanted: the ids of all tests that were to run
    """
    found, classes = [], {}
    for one in results:
        match = _CLASS.fullmatch(one.test_id)
        if match:
            classes[match[1]] = one
        else:
            found.append(one)
    have = {one.test_id for one in found}
    return found + [
        dataclasses.replace(classes[owner], test_id=test)
        for test in wanted if test not in have
        and (owner := _class_of(test)) in classes]


def _class_of(test_id: str) -> str:
    # Attributes that follow in brackets may have dots.
    return test_id.partition('[')[0].partition('(')[0].rpartition('.')[0]


def _result(test: dict) -> Iterator[Result]:
    status = _WORDS.get(test['status'])
    if status is None:
        # Output between the tests, or a test that is only listed.
        return
    begun, ended = test['timestamps']
    seconds = (ended - begun).total_seconds() if begun and ended else 0.0
    yield Result(test['id'], status, round(seconds, 2),
                 _text(test['details']))


def _text(details: dict) -> str:
    """What was said, the traceback last: it tells most."""
    said = sorted(details.items(),
                  key=lambda item: item[0].startswith('traceback'))
    return '\n'.join(f'--- {name}\n{content.as_text()}'
                     for name, content in said
                     if content.content_type.type == 'text')
