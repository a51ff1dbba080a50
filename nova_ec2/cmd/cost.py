# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 cost``: what was spent, and for whom."""

import argparse
import datetime
from typing import Any

from cliff import lister

from nova_ec2.cmd import ledger
from nova_ec2.costs import report
from nova_ec2.costs.periods import Period, bounds
from nova_ec2.costs.report import By, Row

_SUMS = ('Instance hours', 'Instances USD', 'Volumes USD', 'Addresses USD',
         'Total USD')


class Report(lister.Lister):
    """Sum up what EC2 has cost, from the ledger.

    Servers count from each start to its stop, a minute at least, by the
    prices of the time. What runs counts up to now. Times are UTC.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options and what to sum up."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--by', choices=[one.value for one in By], default=By.PROJECT,
            help='What a row is for. A stack is what the server metadata '
                 '"stack" says. Default: project.')
        parser.add_argument(
            '--from', dest='begins', type=moment, metavar='TIME',
            help='Leave out what was spent before, for instance 2026-07-01 '
                 'or 2026-07-01T12:00. Default: the first of this month.')
        parser.add_argument(
            '--to', dest='ends', type=moment, metavar='TIME',
            help='Leave out what was spent from then on. Default: now.')
        parser.add_argument('--project', metavar='ID', default='',
                            help='Only of this project.')
        parser.add_argument(
            '--plot', metavar='FILE', type=picture,
            help='Draw it, too: into a file that ends in .png or .svg.')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff; the last row of a table is the sum."""
        book = ledger.of(self.app.conf)
        now = book.clock()
        begins = parsed_args.begins or bounds(Period.MONTH, now)[0]
        ends = parsed_args.ends or now
        by = By(parsed_args.by)
        rows = report.report(
            book.within(begins, ends, parsed_args.project), by, begins, ends,
            now)
        if parsed_args.plot:
            # It takes a second to load.
            from nova_ec2.cmd import plot
            plot.draw(rows, parsed_args.plot, (
                f'EC2 by {by}, {begins:%Y-%m-%d %H:%M} to '
                f'{ends:%Y-%m-%d %H:%M} UTC'))
        if parsed_args.formatter == 'table' and rows:
            rows = [*rows, report.total(rows)]
        return (by.value.capitalize(), *_SUMS), [_texts(row) for row in rows]


def _texts(row: Row) -> tuple[str, ...]:
    return (row.key, f'{row.hours:.2f}', *(
        f'{usd:.4f}' for usd in (row.instances, row.volumes, row.addresses,
                                 row.total)))


def moment(text: str) -> datetime.datetime:
    """A time on the command line; UTC where it does not say otherwise."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'{text!r} is no time such as 2026-07-01 or 2026-07-01T12:00'
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def picture(text: str) -> str:
    """A file name on the command line."""
    if not text.endswith(('.png', '.svg')):
        raise argparse.ArgumentTypeError(
            f'{text!r} ends neither in .png nor in .svg')
    return text
