# SPDX-License-Identifier: Apache-2.0
"""One measured figure, what it must be, and whether it is."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class Figure:
    """What one benchmark found.

    :param key: as in the table of the documentation
    :param unit: of the value
    :param must_be: the target in words, '' for a figure beside others
    :param met: None where there is no target, or not at this size
    :param detail: what the value was made from
    """

    key: str
    value: float
    unit: str
    must_be: str = ''
    met: bool | None = None
    detail: dict[str, Any] = dataclasses.field(default_factory=dict)


def at_most(key: str, value: float, limit: float, unit: str,
            **detail: Any) -> Figure:
    """A figure that must not exceed a limit."""
    return Figure(key, value, unit, f'at most {limit:g}', value <= limit,
                  detail)


def at_least(key: str, value: float, limit: float, unit: str,
             **detail: Any) -> Figure:
    """A figure that must not fall below a limit."""
    return Figure(key, value, unit, f'at least {limit:g}', value >= limit,
                  detail)


def exactly(key: str, value: float, wanted: float, unit: str,
            **detail: Any) -> Figure:
    """A figure that must be a certain value."""
    return Figure(key, value, unit, f'{wanted:g}', value == wanted, detail)


def beside(key: str, value: float, unit: str, **detail: Any) -> Figure:
    """A figure that others are compared with."""
    return Figure(key, value, unit, detail=detail)


def alike(figures: list[Figure], within: float) -> list[Figure]:
    """The same figures, which must all lie within a part of the least."""
    values = [one.value for one in figures]
    met = max(values) <= min(values) * (1 + within)
    must_be = f'all within {within:.0%}' if within else 'all the same'
    return [dataclasses.replace(one, must_be=must_be, met=met)
            for one in figures]
