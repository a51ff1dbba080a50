# SPDX-License-Identifier: Apache-2.0
"""Which tests of a part are left to ``make test-long``.

As a program it prints them as stestr's lists want them, a regular expression
a line: ``python tests/tiers.py PART``. It imports nothing of OpenStack, or
each run would begin with some seconds of that.
"""

import configparser
import functools
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
MATRIX = HERE.parent / 'doc' / 'source' / 'support-matrix.ini'


def named(part: str) -> list[str]:
    """The regular expressions of a part's long.txt."""
    lines = (HERE / part / 'long.txt').read_text().splitlines()
    return [line for line in lines if line and not line.startswith('#')]


@functools.cache
def matrix() -> configparser.ConfigParser:
    """The support matrix."""
    parser = configparser.ConfigParser()
    parser.read_string(MATRIX.read_text())
    return parser


def tests_of(row: str) -> list[str]:
    """The ids of the tests of a row."""
    return matrix()[row].get('driver-tests.ec2', '').split()


def proofs() -> list[str]:
    """The tests that prove the support matrix: ``make test`` runs them."""
    return sorted(set().union(*map(tests_of, matrix().sections())))


def long(part: str) -> list[str]:
    """The same, without what proves the support matrix."""
    kept = '|'.join(re.escape(test) for test in proofs())
    return [f'^(?!(?:{kept})$).*{one}' for one in named(part)]


if __name__ == '__main__':
    print('\n'.join(long(sys.argv[1])))
