# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 status``: how private hosts, EC2, money and quotas stand."""

import argparse
import time
from collections.abc import Sequence
from typing import Any

from cliff import lister

from nova_ec2.cmd.overview import AREAS, Overview, Row

COLUMNS = ('Area', 'Name', 'Value', 'Of', 'Unit', 'Note')

_TITLES = {'private': 'Private hosts', 'fleet': 'On EC2',
           'spend': 'Spending', 'budget': 'Budgets',
           'quota': 'EC2 vCPU quotas', 'throttles': 'Throttled calls',
           'unavailable': 'Without capacity'}


class Status(lister.Lister):
    """Show how full the private hosts are, what runs on EC2 and what it
    costs.

    Private hosts are read from Placement (OS_CLOUD or the other OS_*
    variables), servers and quotas from EC2 in every account, spending and
    budgets from the ledger. Throttled calls and offerings without capacity
    are known to each nova-compute alone; they are read from the ports of
    [ec2] metrics_port that are named. What cannot be read is told in its
    place.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options, the ports and the live view."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--metrics', action='append', default=[], metavar='HOST:PORT',
            help='[ec2] metrics_port of a nova-compute; may be given several '
                 'times.')
        parser.add_argument(
            '--watch', action='store_true',
            help='Go on showing it on the terminal until Ctrl-C.')
        parser.add_argument(
            '--interval', type=float, default=10.0, metavar='SECONDS',
            help='Seconds between two reads with --watch (10).')
        parser.add_argument(
            '--rounds', type=int, default=0, metavar='NUMBER',
            help='With --watch, end after so many reads; 0 never.')
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        """A table once, or a live view."""
        if not parsed_args.watch:
            code: int = super().run(parsed_args)
            return code
        watch(Overview(self.app.conf, parsed_args.metrics),
              parsed_args.interval, parsed_args.rounds, self.app.stdout)
        return 0

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        rows = Overview(self.app.conf, parsed_args.metrics).rows()
        return COLUMNS, [(one.area, one.name, one.value, one.most, one.unit,
                          one.note) for one in rows]


def watch(overview: Overview, interval: float, rounds: int,
          out: Any) -> None:
    """Show it on a terminal again and again.

    :param rounds: reads until it ends, 0 for no end
    """
    from rich import console, live

    shown = 0
    try:
        with live.Live(console=console.Console(file=out),
                       auto_refresh=False) as screen:
            while True:
                screen.update(view(overview.rows()), refresh=True)
                shown += 1
                if shown == rounds:
                    return
                time.sleep(interval)
    except KeyboardInterrupt:
        return


def view(rows: Sequence[Row]) -> Any:
    """A table for each area that there is something of."""
    from rich import console, table

    tables = []
    for area in AREAS:
        found = [one for one in rows if one.area == area]
        if not found:
            continue
        made = table.Table(title=_TITLES[area], title_justify='left',
                           expand=True)
        made.add_column('', ratio=3)
        made.add_column('', justify='right', ratio=2)
        made.add_column('', ratio=4, style='dim')
        for one in found:
            made.add_row(one.name, _figure(one), one.note,
                         style='red' if _is_tight(one) else None)
        tables.append(made)
    return console.Group(*tables)


def _figure(row: Row) -> str:
    if row.value is None:
        return '-'
    most = '' if row.most is None else f' / {row.most:g}'
    return f'{row.value:g}{most} {row.unit}'.rstrip()


def _is_tight(row: Row) -> bool:
    """Nothing left of a budget, or nine tenths taken of all else."""
    if row.value is None or not row.most:
        return False
    if row.area == 'budget':
        return row.value <= 0
    return row.value >= 0.9 * row.most
