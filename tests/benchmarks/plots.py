# SPDX-License-Identifier: Apache-2.0
"""The figures as pictures, for the documentation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use('Agg')

from matplotlib import pyplot  # noqa: E402

Figures = dict[str, dict[str, Any]]


def draw(figures: Figures, directory: Path) -> Iterator[Path]:
    """A PNG for each group of figures that is there."""
    quick = any(row['quick'] for row in figures.values())
    directory.mkdir(parents=True, exist_ok=True)
    for name, title, prefixes in (
            ('calls', 'EC2 calls a verb', ('calls.',)),
            ('burst', 'Seconds until all of one request run', ('burst.',)),
            ('inflight', 'Reads of EC2 a second while builds wait',
             ('inflight.',)),
            ('placement', 'Reads of Placement a boot', ('placement.',)),
            ('view', "The view's cost", ('sweep.', 'fleet.', 'rss.'))):
        chosen = {key: row for key, row in figures.items()
                  if key.startswith(prefixes)}
        if chosen:
            path = directory / f'{name}.png'
            _bars(title + ' (quick, not comparable)' * quick, chosen, path)
            yield path


def _bars(title: str, figures: Figures, path: Path) -> None:
    """Horizontal bars, each as long as its part of the largest of its unit.
    """
    largest: dict[str, float] = {}
    for row in figures.values():
        unit = _scale(row)
        largest[unit] = max(largest.get(unit, 0), row['value']) or 1
    picture, axes = pyplot.subplots(
        figsize=(9, 0.9 + 0.36 * len(figures)))
    keys = list(figures)[::-1]
    rows = [figures[key] for key in keys]
    colours = {True: '#2f7d4f', False: '#b23a3a', None: '#8a8f98'}
    axes.barh(keys, [row['value'] / (largest[_scale(row)] or 1)
                     for row in rows],
              color=[colours[row['met']] for row in rows])
    for place, row in enumerate(rows):
        words = f' {row["value"]:.4g} {row["unit"]}'
        if row['must_be']:
            words += f' (must be {row["must_be"]})'
        axes.text(row['value'] / (largest[_scale(row)] or 1), place, words,
                  va='center', fontsize=8)
    axes.set_xlim(0, 1.7)
    axes.set_xticks([])
    axes.spines[['top', 'right', 'bottom']].set_visible(False)
    axes.tick_params(axis='y', labelsize=8)
    axes.set_title(title, loc='left', fontsize=10)
    picture.savefig(path, dpi=120, bbox_inches='tight')
    pyplot.close(picture)


def _scale(row: dict[str, Any]) -> str:
    """What a bar is compared within: seconds, cut off or not, are seconds."""
    return str(row['unit']).partition(',')[0]
