# SPDX-License-Identifier: Apache-2.0
"""Transactions on the ledger, by oslo.db.

Nova, Cinder and Neutron have oslo.db's global facade for their own
databases; this is another, with a context manager of its own.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from oslo_db import api as oslo_db_api
from oslo_db import exception as db_exc
from oslo_db.sqlalchemy import enginefacade
from oslo_log import log as logging
from sqlalchemy import exc as sa_exc

from nova_ec2 import exceptions as exc
from nova_ec2.costs.db import schema

LOG = logging.getLogger(__name__)

OPTION = '[ec2_costs] connection'

_TRIES = 10
_Answer = TypeVar('_Answer')


@enginefacade.transaction_context_provider
class _Context:
    """Carries one transaction; a new one for each."""


class Database:
    """The ledger's database; it is connected to when it is first asked.

    :param connection: ``[ec2_costs] connection``
    :raises ArgumentError: it is no URL of a database
    """

    def __init__(self, connection: str) -> None:
        sa.make_url(connection)
        self._manager = enginefacade.transaction_context()
        # No tries at the start: a database that is away must not keep a
        # service from starting.
        self._manager.configure(connection=connection, max_retries=0)
        self._manager.append_on_engine_create(_take_turns)

    def run(self, work: Callable[[Any], _Answer]) -> _Answer:
        """Do something within one writing transaction, or not at all.

        :param work: given SQLAlchemy's connection; it may be called again
            where another transaction was in the way
        :raises LedgerUnavailable: the database cannot be used now
        :raises DBDuplicateEntry: somebody else has written the same
        """
        return self._transact(self._manager.writer, work)

    def read(self, work: Callable[[Any], _Answer]) -> _Answer:
        """The same for reading only."""
        return self._transact(self._manager.reader, work)

    def upgrade(self) -> str:
        """Bring the tables up to date.

        :returns: the version that they then have
        """
        self.run(schema.upgrade)
        return self.run(schema.version)

    def _transact(self, mode: Any,
                  work: Callable[[Any], _Answer]) -> _Answer:
        @oslo_db_api.wrap_db_retry(
            max_retries=_TRIES, retry_interval=0.05, max_retry_interval=1,
            inc_retry_interval=True, jitter=True, retry_on_deadlock=True,
            exception_checker=_is_conflict)
        def transaction() -> _Answer:
            with mode.connection.using(_Context()) as connection:
                return work(connection)

        with _explained():
            return transaction()


def _take_turns(engine: Any) -> None:
    """Let SQLite's transactions lock the file when they begin.

    Elsewhere the first statement does (rows.lock); SQLite would refuse a
    transaction that has read and then wants to write beside another.
    """
    if engine.dialect.name != 'sqlite':
        return

    @sa.event.listens_for(engine, 'begin')
    def begin(connection: Any) -> None:
        # oslo.db's own listener was first, and its BEGIN locks nothing.
        connection.exec_driver_sql('COMMIT')
        connection.exec_driver_sql('BEGIN IMMEDIATE')


def _is_conflict(error: BaseException) -> bool:
    """MariaDB's other word for a deadlock."""
    return isinstance(error, db_exc.DBConsistencyError)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Raise ours; without the statement, which goes to the log."""
    try:
        yield
    except db_exc.DBDuplicateEntry:
        raise
    except (db_exc.DBNonExistentTable, sa_exc.ProgrammingError) as error:
        raise exc.LedgerUnavailable(
            'the ledger has no tables, or older ones: run nova-ec2 db sync',
            OPTION) from error
    except (db_exc.DBError, sa_exc.SQLAlchemyError, ImportError) as error:
        LOG.error('The database of the ledger failed: %s', error)
        raise exc.LedgerUnavailable(
            f'the database of the ledger cannot be used '
            f'({type(error).__name__})', OPTION) from error
