# SPDX-License-Identifier: Apache-2.0
"""What an hour of an instance type costs, from a table.

The package ships one (``costs/data``, dated in its name), which an operator
replaces with ``[ec2] price_file``: CSV with the header
``region,instance_type,usd_per_hour``.
"""

import csv
import decimal
import importlib.resources
import io
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from nova_ec2 import exceptions

COLUMNS = ('region', 'instance_type', 'usd_per_hour')
SHIPPED = 'on-demand-2026-07-20.csv'
OPTION = '[ec2] price_file'
REFERENCE_REGION = 'us-east-1'


class PriceTable:
    """Prices by region and instance type, in USD an hour.

    :param prices: by region, then by type
    :param source: where they come from, for logs
    """

    def __init__(self, prices: Mapping[str, Mapping[str, Decimal]],
                 source: str) -> None:
        self._prices = prices
        self.source = source

    def price(self, region: str, instance_type: str) -> Decimal | None:
        """USD an hour, None where the table has no figure. For bills."""
        return self._prices.get(region, {}).get(instance_type)

    def rank(self, region: str, instance_type: str) -> Decimal | None:
        """A figure to compare types of one region by. For choices only.

        A region without any figures is ranked by those of us-east-1: the
        amounts differ between regions, the order of the types hardly does.
        """
        known = region if region in self._prices else REFERENCE_REGION
        return self.price(known, instance_type)


def load(path: str | None = None) -> PriceTable:
    """Read the operator's file, or the table of this package.

    :param path: ``[ec2] price_file``; None or '' takes the package's own
    :raises ConfigurationError: the file cannot be read or has a mistake;
        names the file, the line and the field
    """
    if path:
        text, source = _read(path), path
    else:
        shipped = importlib.resources.files('nova_ec2.costs') / 'data'
        text = (shipped / SHIPPED).read_text(encoding='utf-8')
        source = SHIPPED
    return parse(io.StringIO(text, newline=''), source)


def parse(lines: Iterable[str], source: str) -> PriceTable:
    """Make a table from CSV lines.

    :param source: the file's name, for messages
    :raises ConfigurationError: see :func:`load`
    """
    prices: dict[str, dict[str, Decimal]] = {}
    for line, row in _rows(lines, source):
        region, name, amount = row
        of_region = prices.setdefault(region, {})
        if name in of_region:
            raise _mistake(source, line, 'instance_type',
                           f'{name} in {region} occurs a second time')
        of_region[name] = _amount(amount, source, line)
    if not prices:
        raise exceptions.ConfigurationError(
            f'{source} has no prices', OPTION)
    return PriceTable(prices, source)


def _read(path: str) -> str:
    try:
        return pathlib.Path(path).read_text(encoding='utf-8-sig')
    except OSError as error:
        raise exceptions.ConfigurationError(
            f'{path} cannot be read: {error.strerror}', OPTION) from None
    except UnicodeDecodeError:
        raise exceptions.ConfigurationError(
            f'{path} is not UTF-8 text', OPTION) from None


def _rows(lines: Iterable[str], source: str
          ) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Line number and the three fields of every row after the header."""
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        if tuple(field.strip() for field in header) != COLUMNS:
            raise exceptions.ConfigurationError(
                f'{source} line 1: the header must be '
                f'{",".join(COLUMNS)}', OPTION)
        for row in reader:
            if row:
                yield reader.line_num, _fields(row, source, reader.line_num)
    except csv.Error as error:
        raise exceptions.ConfigurationError(
            f'{source} line {reader.line_num}: {error}', OPTION) from None


def _fields(row: list[str], source: str, line: int) -> tuple[str, str, str]:
    fields = [field.strip() for field in row]
    for column, value in zip(COLUMNS, fields, strict=False):
        if not value:
            raise _mistake(source, line, column, 'is empty')
    if len(fields) < len(COLUMNS):
        raise _mistake(source, line, COLUMNS[len(fields)], 'is missing')
    if len(fields) > len(COLUMNS):
        raise exceptions.ConfigurationError(
            f'{source} line {line}: {len(fields)} fields instead of '
            f'{len(COLUMNS)}', OPTION)
    region, name, amount = fields
    return region, name, amount


def _amount(text: str, source: str, line: int) -> Decimal:
    try:
        amount = Decimal(text)
    except decimal.InvalidOperation:
        amount = Decimal('NaN')
    if not amount.is_finite() or amount <= 0:
        raise _mistake(source, line, 'usd_per_hour',
                       f'{text!r} is no positive number')
    return amount


def _mistake(source: str, line: int, field: str,
             what: str) -> exceptions.ConfigurationError:
    return exceptions.ConfigurationError(
        f'{source} line {line}: {field}: {what}', OPTION)
