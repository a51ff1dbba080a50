# SPDX-License-Identifier: Apache-2.0
"""Filters of listings: any thing, any table of what they look at.

"Filtering your resources", Amazon EC2 User Guide.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nova_ec2.emulator.errors import Refusal

FILTERS_MAX, VALUES_MAX = 50, 200

Values = Callable[[Any], Iterable[Any]]
"""All values that a thing has for a filter."""

Tags = Callable[[Any], Mapping[str, str]]
"""The tags of a thing."""


def matching(things: Iterable[Any], filters: list[dict[str, Any]] | None,
             readers: Mapping[str, Values], tags_of: Tags) -> Iterator[Any]:
    """What passes every filter; values may have wildcards.

    :param readers: what each filter looks at, besides the tags
    """
    tests = [_test(entry, readers, tags_of)
             for entry in _checked(filters or [])]
    for thing in things:
        if all(test(thing) for test in tests):
            yield thing


def _checked(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(filters) > FILTERS_MAX or any(
            len(entry.get('Values') or []) > VALUES_MAX for entry in filters):
        raise Refusal('FilterLimitExceeded',
                      f'A request may have {FILTERS_MAX} filters of '
                      f'{VALUES_MAX} values.')
    return filters


def _test(entry: dict[str, Any], readers: Mapping[str, Values],
          tags_of: Tags) -> Callable[[Any], bool]:
    wanted = entry.get('Values') or []
    read = _reader(entry.get('Name') or '', readers, tags_of)
    exact = {value for value in wanted if not _is_wild(value)}
    wild = [_pattern(value) for value in wanted if _is_wild(value)]

    def test(thing: Any) -> bool:
        have = {str(value) for value in read(thing) if value is not None}
        return bool(have & exact) or any(
            pattern.fullmatch(value) for pattern in wild for value in have)
    return test


def _reader(name: str, readers: Mapping[str, Values],
            tags_of: Tags) -> Values:
    if name.startswith('tag:'):
        key = name[4:]
        return lambda one: [tags_of(one).get(key)]
    if name == 'tag-key':
        return tags_of
    if name == 'tag-value':
        return lambda one: tags_of(one).values()
    if name not in readers:
        raise Refusal('InvalidParameterValue',
                      f"The filter '{name}' is invalid")
    return readers[name]


def _is_wild(value: str) -> bool:
    return any(sign in value for sign in '*?')


def _pattern(value: str) -> re.Pattern[str]:
    """EC2's wildcards: * and ?, a backslash before a literal one."""
    return re.compile(fnmatch.translate(
        value.replace('\\*', '[*]').replace('\\?', '[?]')))
