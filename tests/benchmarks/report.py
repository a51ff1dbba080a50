# SPDX-License-Identifier: Apache-2.0
"""build/bench.json, and the same as a table on the terminal."""

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import rich.console
import rich.table

from tests.benchmarks.runner import Outcome

_PLAIN = {True: 'met', False: 'missed', None: ''}
_WORDS = {True: '[green]met[/]', False: '[red]missed[/]', None: ''}


def document(about: dict[str, Any], outcomes: list[Outcome],
             quick: bool) -> dict[str, Any]:
    """All that is known after a run, as plain values."""
    return {
        **about, 'quick': quick,
        'seconds': {one.benchmark.name: round(one.seconds, 1)
                    for one in outcomes},
        'could_not_run': {one.benchmark.name: one.failure
                          for one in outcomes if one.failure},
        'figures': {figure.key: _row(dataclasses.asdict(figure))
                    for one in outcomes for figure in one.figures}}


def merged(path: Path, new: dict[str, Any]) -> dict[str, Any]:
    """``new`` with figures of an earlier run of the same kind, if any.

    Each figure says when it was measured, so that a run of some benchmarks
    does not throw away the others.
    """
    for row in new['figures'].values():
        row['date'], row['quick'] = new['date'], new['quick']
    try:
        old = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return new
    if old.get('quick') != new['quick']:
        return new
    figures = {key: row for key, row in old['figures'].items()
               if key not in new['figures']}
    return new | {'figures': figures | new['figures'],
                  'seconds': old.get('seconds', {}) | new['seconds']}


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + '\n')


def write_csv(path: Path, content: dict[str, Any]) -> None:
    """The table, for Sphinx."""
    with path.open('w', newline='') as stream:
        writer = csv.writer(stream, lineterminator='\n')
        writer.writerow(('key', 'measured', 'unit', 'must be', ''))
        for key, row in content['figures'].items():
            writer.writerow((key, _short(row['value']), row['unit'],
                             row['must_be'], _PLAIN[row['met']]))


def show(content: dict[str, Any]) -> None:
    """Print the table."""
    console = rich.console.Console()
    title = 'quick figures, not comparable' if content['quick'] else ''
    table = rich.table.Table(title=title)
    for name, justify in (('key', 'left'), ('measured', 'right'),
                          ('unit', 'left'), ('must be', 'left'), ('', 'left')):
        table.add_column(name, justify=justify)
    for key, row in content['figures'].items():
        table.add_row(key, _short(row['value']), row['unit'],
                      row['must_be'], _WORDS[row['met']])
    console.print(table)
    machine = content['machine']
    console.print(f'{machine["cores"]} cores, {machine["memory_gib"]} GiB, '
                  f'load {machine["load_at_start"]} at the start')
    for name, why in content['could_not_run'].items():
        console.print(f'[red]{name} could not run:[/] {why}')


def _short(value: float) -> str:
    return f'{value:.0f}' if value >= 1000 else f'{value:.4g}'


def _row(figure: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figure.items() if name != 'key'}
