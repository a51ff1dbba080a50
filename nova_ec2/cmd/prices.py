# SPDX-License-Identifier: Apache-2.0
"""``nova-ec2 prices``: what EC2 costs, as this cloud reckons with it."""

import argparse
import datetime
import fnmatch
import pathlib
import sys
from typing import Any

from cliff import lister

from nova_ec2 import exceptions as exc
from nova_ec2.cmd import atomic
from nova_ec2.costs import current, prices, refresh
from nova_ec2.costs.figures import KINDS, Figure
from nova_ec2.costs.table import PriceTable
from nova_ec2.wiring import cli

COLUMNS = ('Kind', 'Region', 'Item', 'Above', 'Unit', 'Amount', 'Source',
           'Date')


class Show(lister.Lister):
    """List the prices in use: those of [ec2] price_file, or the package's.

    Amounts are USD a unit; those above zero begin with so many units more.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options and what to list."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument('--region', metavar='REGION',
                            help='Only figures of this Region.')
        parser.add_argument('--kind', choices=list(KINDS),
                            help='Only figures of this kind.')
        parser.add_argument(
            '--type', metavar='PATTERN', default='*',
            help="Only of these types, for instance 'm5.*' or gp3.")
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        table = current.watch(self.app.conf).now()
        return COLUMNS, [
            (one.kind, one.region, one.item, f'{one.above:f}', one.unit,
             f'{one.amount:f}', one.source, one.date)
            for one in table.figures()
            if parsed_args.region in (None, one.region)
            and parsed_args.kind in (None, one.kind)
            and fnmatch.fnmatchcase(one.item, parsed_args.type)]


class Update(lister.Lister):
    """Read the prices of Regions from AWS's Price List into a file.

    What the file says of other Regions, and of kinds that AWS does not
    publish (spot, committed), stays in it. Services that have the file as
    [ec2] price_file read it by themselves. Lists what has come.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        """cliff's options, the Regions and the file."""
        parser: argparse.ArgumentParser = super().get_parser(prog_name)
        parser.add_argument(
            '--region', action='append', metavar='REGION', default=[],
            help='Region to read; may be given several times. Without it '
                 '[ec2] region_name.')
        parser.add_argument(
            '--output', metavar='FILE', type=pathlib.Path,
            help='File to write. Without it [ec2] price_file.')
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        """Columns and rows for cliff."""
        conf = self.app.conf
        path = parsed_args.output or conf.ec2.price_file
        if not path:
            raise exc.ConfigurationError(
                'is not set; name the file with --output',
                option='[ec2] price_file')
        before = _figures(pathlib.Path(path))
        regions = parsed_args.region or [cli.session(conf).region]
        pricing = cli.pricing(conf)
        read = [one for region in dict.fromkeys(regions)
                for one in refresh.of_region(pricing, region, self._tell)]
        table = PriceTable(merged(before, read), str(path))
        now = datetime.datetime.now(datetime.UTC)
        atomic.write(path, prices.text(
            table.figures(), f'{now:%Y-%m-%dT%H:%M:%SZ}'))
        return ('Region', 'Kind', 'Figures', 'New', 'Changed'), [
            *counted(before, read)]

    def _tell(self, region: str, what: str, count: int) -> None:
        """How far it is, where somebody looks on."""
        if sys.stderr.isatty():
            self.app.stderr.write(f'{region}: {count} {what}\n')


def merged(before: list[Figure], read: list[Figure]) -> list[Figure]:
    """What was read, and what else there was.

    Of a kind and Region of which something was read, nothing old stays.
    """
    fresh = {(one.kind, one.region) for one in read}
    return [*(one for one in before
              if (one.kind, one.region) not in fresh), *read]


def counted(before: list[Figure], read: list[Figure]
            ) -> list[tuple[str, str, int, int, int]]:
    """Region, kind, figures, and how many are new or have changed."""
    amounts = {_key(one): one.amount for one in before}
    rows: dict[tuple[str, str], list[int]] = {}
    for one in read:
        row = rows.setdefault((one.region, one.kind), [0, 0, 0])
        row[0] += 1
        row[1] += _key(one) not in amounts
        row[2] += amounts.get(_key(one), one.amount) != one.amount
    return [(region, kind, count, new, changed)
            for (region, kind), (count, new, changed) in rows.items()]


def _key(one: Figure) -> tuple[Any, ...]:
    return one.kind, one.region, one.item, one.above


def _figures(path: pathlib.Path) -> list[Figure]:
    """What a file has already, nothing where there is none.

    :raises ConfigurationError: it is there and no price file
    """
    return prices.read(str(path))[0] if path.exists() else []
