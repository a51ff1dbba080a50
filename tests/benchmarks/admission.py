# SPDX-License-Identifier: Apache-2.0
"""One request held against six budgets, beside all that runs.

The ledger is a file of SQLite; what is measured is the processor's time,
which is also how long other requests wait for the lock.
"""

import datetime
import tempfile
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from nova_ec2.costs.admission import Ledger, utc
from nova_ec2.costs.budgets import Budget, Budgets
from nova_ec2.costs.db import rows
from nova_ec2.costs.db.database import Database
from nova_ec2.costs.periods import Period
from nova_ec2.costs.spans import Kind, Use
from tests.benchmarks import figures
from tests.benchmarks.figures import Figure
from tests.benchmarks.progress import say

_ENOUGH = Decimal('1e9')
_RATES = ('0.0104', '0.0208', '0.0416', '0.0832', '0.096', '0.192', '0.17')
_PROJECTS = 20
_REQUESTS = 20
_MOST_MS = 100


def run(quick: bool) -> Iterator[Figure]:
    """With a few servers, and with as many as a host may have."""
    for servers in (100, 1000 if quick else 10000):
        say(f'a request beside {servers} servers ...')
        with tempfile.TemporaryDirectory() as home:
            ledger = Ledger(Database(f'sqlite:///{Path(home) / "l.db"}'),
                            _budgets, 1800)
            ledger.database.upgrade()
            ledger.database.run(lambda connection, servers=servers: _fill(
                connection, servers))
            yield figures.at_most(
                f'policy.admission beside {servers} servers',
                round(_measure(ledger) * 1000, 2), _MOST_MS, 'ms')


def _budgets() -> Budgets:
    def each(whose: str) -> tuple[Budget, ...]:
        return tuple(Budget(whose, period, _ENOUGH) for period in Period)
    return Budgets(each(''), {}, each('default'))


def _use(number: int, **more: str) -> Use:
    return Use(kind=Kind.INSTANCE, item='t3.small', min_seconds=60,
               rate=Decimal(_RATES[number % len(_RATES)]),
               project_id=f'project-{number % _PROJECTS}',
               server_uuid=str(uuid.uuid4()), **more)


def _fill(connection: Any, servers: int) -> None:
    now = utc()
    for number in range(servers):
        began = now - datetime.timedelta(minutes=number)
        rows.insert(connection, _use(number, resource_id=f'i-{number}'),
                    began, began)


def _measure(ledger: Ledger) -> float:
    ledger.reserve(_use(0))
    begun = time.process_time()
    for number in range(_REQUESTS):
        ledger.reserve(_use(number))
    return (time.process_time() - begun) / _REQUESTS
