# SPDX-License-Identifier: Apache-2.0
"""One process of many does the work that is to be done once."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from typing import Any

import tooz
from oslo_log import log as logging
from sqlalchemy.engine import url as database_url
from tooz import coordination

LOG = logging.getLogger(__name__)

_LOCK = b'nova-ec2-reconciler'


class Election:
    """A lock that at most one process holds.

    :param conf: a ``ConfigOpts`` of Neutron's
    """

    def __init__(self, conf: Any) -> None:
        self._coordinator = coordination.get_coordinator(
            _place(conf), uuid.uuid4().bytes)
        self._coordinator.start()

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Try to hold it inside; tells whether it is held.

        A lock whose connection was lost meanwhile is lost as well: then
        nothing is released here, and another process may have it already.
        """
        lock = self._coordinator.get_lock(_LOCK)
        try:
            got = lock.acquire(blocking=False)
        except tooz.ToozError as error:
            LOG.warning('The process that reconciles EC2 could not be '
                        'chosen: %s', error)
            got = False
        try:
            yield got
        finally:
            if got:
                with contextlib.suppress(tooz.ToozError):
                    lock.release()

    def close(self) -> None:
        """Leave the election."""
        self._coordinator.stop()


def _place(conf: Any) -> str:
    """Where the lock is, as a URL of tooz."""
    if told := conf.ml2_ec2.coordination_url:
        return str(told)
    database = database_url.make_url(conf.database.connection)
    if database.get_backend_name() == 'mysql':
        return database.set(drivername='mysql', query={
            key: value for key, value in database.query.items()
            if key == 'unix_socket' or key.startswith('ssl_')
        }).render_as_string(hide_password=False)
    folder = conf.oslo_concurrency.lock_path or os.path.join(
        conf.state_path, 'lock')
    return f'file://{os.path.abspath(folder)}'
