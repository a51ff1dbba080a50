# SPDX-License-Identifier: Apache-2.0
"""Price tables as files: the package's, and an operator's.

Two forms, both CSV. The plain one has on-demand prices only, under the header
``region,instance_type,usd_per_hour``. The full one, which ``nova-ec2 prices
update`` writes, has in its first line ``nova-ec2 prices``, the number of the
form and the version of the table, then a header and a row a figure::

    nova-ec2 prices,1,2026-11-21T10:00:00Z
    kind,region,item,above,unit,amount,source,date
    volume,eu-west-1,gp3,0,usd/gib-month,0.088,AWS Price List,2026-11-20

What kinds of figure a file has none of are taken from the package.
"""

import csv
import datetime
import decimal
import importlib.resources
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal

from nova_ec2 import exceptions as exc
from nova_ec2.conf import files
from nova_ec2.costs import figures as kinds
from nova_ec2.costs.figures import Figure
from nova_ec2.costs.table import REFUSE, PriceTable

__all__ = ('PriceTable', 'load', 'parse', 'read', 'text')

OPTION = '[ec2] price_file'

PLAIN = ('region', 'instance_type', 'usd_per_hour')
FULL = ('kind', 'region', 'item', 'above', 'unit', 'amount', 'source',
        'date')
MAGIC = 'nova-ec2 prices'
SCHEMA = '1'

ON_DEMAND_SHIPPED = 'on-demand-2026-07-20.csv'
OTHERS_SHIPPED = 'others-2026-07-20.csv'
SHIPPED = (ON_DEMAND_SHIPPED, OTHERS_SHIPPED)


def load(path: str | None = None, unpriced: str = REFUSE) -> PriceTable:
    """Read the operator's file, or the tables of this package.

    :param path: ``[ec2] price_file``; None or '' takes the package's own
    :param unpriced: ``[ec2_costs] unpriced``
    :raises ConfigurationError: the file cannot be read or has a mistake;
        names the file, the line and the field
    """
    shipped = [figure for name in SHIPPED
               for figure in parse(_shipped(name), name)[0]]
    if not path:
        return PriceTable(shipped, ON_DEMAND_SHIPPED,
                          ON_DEMAND_SHIPPED[-14:-4], unpriced)
    own, version = read(path)
    has = {figure.kind for figure in own}
    return PriceTable(
        [*own, *(one for one in shipped if one.kind not in has)], path,
        version, unpriced)


def read(path: str) -> tuple[list[Figure], str]:
    """The figures of a file, and its version.

    :raises ConfigurationError: see :func:`load`
    """
    return parse(files.text_of(path, OPTION), path)


def parse(text: str, source: str) -> tuple[list[Figure], str]:
    """The figures of a table in either form, and its version.

    :param source: the file's name, for messages
    :raises ConfigurationError: see :func:`load`
    """
    rows = _Rows(text, source)
    header = rows.header()
    version = ''
    if header[0] == MAGIC:
        version = rows.version(header)
        read = rows.full(rows.header())
    elif header == PLAIN:
        read = rows.plain()
    else:
        raise rows.mistake(f'the header must be {",".join(PLAIN)}, or the '
                           f'first line {MAGIC},{SCHEMA} and a version')
    figures: dict[tuple[str, str, str, Decimal], Figure] = {}
    for one in read:
        key = (one.kind, one.region, one.item, one.above)
        if key in figures:
            raise rows.wrong(rows.item, f'{one.item} in {one.region} occurs '
                                        f'a second time')
        figures[key] = one
    if not figures:
        raise exc.ConfigurationError(f'{source} has no prices', OPTION)
    return list(figures.values()), version


def text(figures: Iterable[Figure], version: str) -> str:
    """A table in the full form.

    :param figures: in the order that they are to have
    """
    out = io.StringIO(newline='')
    writer = csv.writer(out, lineterminator='\n')
    writer.writerow((MAGIC, SCHEMA, version))
    writer.writerow(FULL)
    writer.writerows(
        (one.kind, one.region, one.item, f'{one.above:f}', one.unit,
         f'{one.amount:f}', one.source, one.date) for one in figures)
    return out.getvalue()


class _Rows:
    """The rows of a file, which know their line for complaints."""

    item = 'item'

    def __init__(self, text: str, source: str) -> None:
        self._reader = csv.reader(io.StringIO(text, newline=''), strict=True)
        self._source = source

    def header(self) -> tuple[str, ...]:
        return tuple(field.strip() for field in self._next([''])) or ('',)

    def version(self, line: tuple[str, ...]) -> str:
        if len(line) < 3 or not line[2]:
            raise self.wrong('version', 'is missing')
        if line[1] != SCHEMA:
            raise self.wrong('schema', f'{line[1]!r} is none that is known '
                                       f'here, which is {SCHEMA}')
        return line[2]

    def plain(self) -> Iterator[Figure]:
        self.item = 'instance_type'
        for region, name, usd in self._each(PLAIN):
            yield Figure(kinds.ON_DEMAND, region, name, kinds.HOUR,
                         self._amount('usd_per_hour', usd),
                         source=self._source)

    def full(self, header: tuple[str, ...]) -> Iterator[Figure]:
        if header != FULL:
            raise self.mistake(f'the header must be {",".join(FULL)}')
        for row in self._each(FULL, optional=('source', 'date')):
            yield self._figure(*row)

    def _figure(self, kind: str, region: str, item: str, above: str,
                unit: str, amount: str, source: str, date: str) -> Figure:
        if kind not in kinds.KINDS:
            raise self.wrong('kind', f'{kind!r} is none of '
                                     f'{", ".join(kinds.KINDS)}')
        if unit not in kinds.KINDS[kind]:
            raise self.wrong('unit', f'{unit!r} is not '
                                     f'{" or ".join(kinds.KINDS[kind])}')
        share = unit == kinds.SHARE
        for field, value in (('region', region), ('item', item)):
            if kinds.ALL in value and not share:
                raise self.wrong(field, f'{value!r} is for shares only')
        usd = self._amount('amount', amount)
        if share and usd > 1:
            raise self.wrong('amount', f'{amount!r} is no share from 0 to 1')
        self._check_date(date)
        return Figure(kind, region, item, unit, usd,
                      self._amount('above', above, least=0), source, date)

    def _check_date(self, date: str) -> None:
        try:
            if date:
                datetime.date.fromisoformat(date)
        except ValueError:
            raise self.wrong('date', f'{date!r} is no date') from None

    def _each(self, columns: tuple[str, ...],
              optional: tuple[str, ...] = ()) -> Iterator[list[str]]:
        while row := self._next():
            fields = [field.strip() for field in row]
            for column, value in zip(columns, fields, strict=False):
                if not value and column not in optional:
                    raise self.wrong(column, 'is empty')
            if len(fields) < len(columns):
                raise self.wrong(columns[len(fields)], 'is missing')
            if len(fields) > len(columns):
                raise self.mistake(f'{len(fields)} fields instead of '
                                   f'{len(columns)}')
            yield fields

    def _next(self, end: list[str] | None = None) -> list[str]:
        """The next row that is not empty; ``end`` after the last."""
        try:
            return next((row for row in self._reader if row), end or [])
        except csv.Error as error:
            raise self.mistake(str(error)) from None

    def _amount(self, field: str, value: str, least: int = 1) -> Decimal:
        """A finite number, positive or, with ``least`` 0, not negative."""
        try:
            amount = Decimal(value)
        except decimal.InvalidOperation:
            amount = Decimal('NaN')
        if not amount.is_finite() or amount < 0 or (least and not amount):
            raise self.wrong(field, f'{value!r} is no positive number')
        return amount

    def wrong(self, field: str, what: str) -> exc.ConfigurationError:
        return self.mistake(f'{field}: {what}')

    def mistake(self, what: str) -> exc.ConfigurationError:
        line = max(self._reader.line_num, 1)
        return exc.ConfigurationError(
            f'{self._source} line {line}: {what}', OPTION)


def _shipped(name: str) -> str:
    data = importlib.resources.files('nova_ec2.costs') / 'data'
    return (data / name).read_text(encoding='utf-8')
