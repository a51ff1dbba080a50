# SPDX-License-Identifier: Apache-2.0
"""``python -m tests.conformance nova|tempest``."""

import argparse
import importlib
import os
import re
import sys

from tests.conformance import exclusions, verbs, verdict
from tests.conformance.report import Report


def main() -> int:
    """Run one suite; 0 is success."""
    parser = argparse.ArgumentParser(
        prog='tests.conformance', description='Tests that others wrote.')
    parser.add_argument('suite', choices=verbs.SUITES)
    parser.add_argument('--only', default='', metavar='REGEX',
                        help='run tests whose id it is found in')
    parser.add_argument('--workers', type=int, default=os.cpu_count() or 2,
                        help='how many at a time')
    options = parser.parse_args()
    runner = importlib.import_module(
        f'tests.conformance.{options.suite}.runner')
    excluded = exclusions.load(options.suite)
    proofs = verbs.load(options.suite)
    with runner.ready(options.workers) as suite:
        known = suite.ids()
        wanted = [one for one in known if re.search(options.only, one)]
        if not wanted:
            parser.error(f'no test has {options.only!r} in its id')
        report = Report(options.suite, len(wanted))
        found = suite.run(wanted, report.progress)
    judged = verdict.judge(found, wanted, known, excluded, proofs)
    report.close(judged, found)
    return int(not judged.good)


if __name__ == '__main__':
    sys.exit(main())
