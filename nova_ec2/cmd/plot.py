# SPDX-License-Identifier: Apache-2.0
"""Bars of what was spent, as PNG or SVG."""

from collections.abc import Sequence

import matplotlib
from matplotlib import figure

from nova_ec2.costs.report import Row

_MOST = 40
"""Bars that are readable; the others become one."""

_KINDS = (('instances', '#4c78a8'), ('volumes', '#f58518'),
          ('addresses', '#54a24b'))


def draw(rows: Sequence[Row], path: str, title: str) -> None:
    """Write a picture.

    :param rows: from the top to the bottom
    :param path: ends in ``.png`` or ``.svg``
    :raises OSError: it cannot be written
    """
    # No display is needed, and equal data give an equal file.
    matplotlib.use('Agg')
    matplotlib.rcParams['svg.hashsalt'] = 'nova-ec2'
    shown = _shown(rows)
    picture = figure.Figure(figsize=(10, 1.5 + 0.35 * max(len(shown), 2)),
                            layout='constrained')
    axes = picture.add_subplot()
    places = range(len(shown))
    left = [0.0] * len(shown)
    for name, color in _KINDS:
        widths = [float(getattr(row, name)) for row in shown]
        axes.barh(places, widths, left=left, color=color, label=name)
        left = [one + more for one, more in zip(left, widths, strict=True)]
    for place, row, end in zip(places, shown, left, strict=True):
        axes.text(end, place, f' {row.total:.2f}', va='center')
    axes.set_yticks(places, [row.key for row in shown])
    axes.invert_yaxis()
    axes.set_xlabel('USD')
    axes.margins(x=0.1)
    axes.set_title(title)
    axes.legend(loc='lower right')
    picture.savefig(path, metadata={'Date': None} if path.endswith('.svg')
                    else None)


def _shown(rows: Sequence[Row]) -> list[Row]:
    """At most so many; what was left out is summed up."""
    if len(rows) <= _MOST:
        return list(rows)
    others = Row(f'{len(rows) - _MOST + 1} others')
    for row in rows[_MOST - 1:]:
        others.add(row)
    return [*rows[:_MOST - 1], others]
