# SPDX-License-Identifier: Apache-2.0
"""The budgets of ``[ec2_costs] budget_file``: YAML, read again on change.

::

    cloud:
      month: {limit: 5000}
    default:
      day: 20
    projects:
      8f3b...:
        day: {limit: 100, warn_at: 70%, on_exhausted: stop}
"""

import decimal
import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from nova_ec2.conf import marked
from nova_ec2.conf.marked import Marked
from nova_ec2.conf.watched import WatchedFile
from nova_ec2.costs.budgets import Budget, Budgets, OnExhausted
from nova_ec2.costs.periods import Period

OPTION = '[ec2_costs] budget_file'

_SECTIONS = ('cloud', 'default', 'projects')
_FIELDS = ('limit', 'warn_at', 'on_exhausted')


def watch(path: str | None) -> WatchedFile[Budgets]:
    """The budgets that hold now, followed as the file changes.

    :param path: ``[ec2_costs] budget_file``; '' or None for no budgets
    :raises ConfigurationError: the file has a mistake; names file, line and
        field
    """
    return WatchedFile(path or '', functools.partial(read, path or ''),
                       'budgets')


def read(path: str) -> Budgets:
    """The budgets of a file; there are none where there is no file.

    :raises ConfigurationError: it has a mistake; names the file, the line
        and the field
    """
    if not path:
        return Budgets()
    return _budgets(marked.load(path, OPTION))


def parse(text: str, source: str) -> Budgets:
    """The budgets of a YAML text.

    :param source: the file's name, for messages
    :raises ConfigurationError: see :func:`read`
    """
    return _budgets(marked.parse(text, source, OPTION))


def _budgets(root: Marked) -> Budgets:
    top = root.fields(_SECTIONS)
    projects = dict(top['projects'].entries()) if 'projects' in top else {}
    return Budgets(
        cloud=_section(top, 'cloud'), default=_section(top, 'default'),
        projects={project_id: _limits(value, project_id)
                  for project_id, value in projects.items()})


def _section(top: Mapping[str, Marked], name: str) -> tuple[Budget, ...]:
    return _limits(top[name], '') if name in top else ()


def _limits(value: Marked, project_id: str) -> tuple[Budget, ...]:
    return tuple(_budget(said, project_id, Period(name)) for name, said
                 in value.fields(tuple(Period)).items())


def _budget(value: Marked, project_id: str, period: Period) -> Budget:
    if value.is_scalar:
        return Budget(project_id, period, _amount(value))
    fields = value.fields(_FIELDS)
    if 'limit' not in fields:
        raise value.wrong('lacks limit')
    more: dict[str, Any] = {}
    if 'warn_at' in fields:
        more['warn_at'] = _share(fields['warn_at'])
    if 'on_exhausted' in fields:
        more['on_exhausted'] = _action(fields['on_exhausted'])
    return Budget(project_id, period, _amount(fields['limit']), **more)


def _amount(value: Marked) -> Decimal:
    text = value.text(example='an amount of USD')
    amount = _number(text)
    if amount is None or amount < 0:
        raise value.wrong(f'{text!r} is no amount of USD')
    return amount


def _share(value: Marked) -> Decimal:
    example = 'share of the limit such as 80% or 0.8'
    text = value.text(example=f'a {example}')
    share = _number(text.removesuffix('%'))
    if share is not None and text.endswith('%'):
        share /= 100
    if share is None or not 0 < share <= 1:
        raise value.wrong(f'{text!r} is no {example}')
    return share


def _action(value: Marked) -> OnExhausted:
    known = ', '.join(OnExhausted)
    text = value.text(example=f'one of {known}')
    try:
        return OnExhausted(text)
    except ValueError:
        raise value.wrong(f'{text!r} is none of {known}') from None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except decimal.InvalidOperation:
        return None
    return number if number.is_finite() else None
