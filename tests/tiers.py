# SPDX-License-Identifier: Apache-2.0
"""Which tests of a part are left to ``make test-long``.

As a program it prints them as stestr's lists want them, a regular expression
a line: ``python tests/tiers.py PART``. It imports nothing of OpenStack, or
each run would begin with some seconds of that.
"""

import configparser
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
MATRIX = HERE.parent / 'doc' / 'source' / 'support-matrix.ini'


def named(part: str) -> list[str]:
    """The regular expressions of a part's long.txt; none without one."""
    path = HERE / part / 'long.txt'
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if line and not line.startswith('#')]


def proofs() -> list[str]:
    """The tests that prove the support matrix: ``make test`` runs them."""
    parser = configparser.ConfigParser()
    parser.read(MATRIX)
    named_by = [parser[row].get('driver-tests.ec2', '').split()
                for row in parser.sections()]
    return sorted(set().union(*named_by))


def long(part: str) -> list[str]:
    """The same, without what proves the support matrix."""
    kept = '|'.join(re.escape(test) for test in proofs())
    return [f'^(?!(?:{kept})$).*{one}' for one in named(part)]


if __name__ == '__main__':
    print('\n'.join(long(sys.argv[1])))
