# SPDX-License-Identifier: Apache-2.0
"""Notices that a server is deleted while it builds.

Nova's build holds the server's lock, so the deletion waits for it: the build
must look by itself. A query every other second finds all servers of this host
that are being deleted, however many are building.
"""

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from nova import context as nova_context
from nova import objects
from nova.compute import task_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)

_INTERVAL = 2.0

# Which records are of a server that is being deleted, and which of one that
# the API has deleted by itself, as it does where a host seems to be down.
_DELETING: dict[str, Any] = {'task_state': task_states.DELETING}
_DELETED: dict[str, Any] = {'deleted': True, 'soft_deleted': False}
_DELETED_EVERY = 4
"""Rounds; it is rare, and each query holds nova-conductor up."""


class Cancellation:
    """Watches the builds of one host."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._building: dict[str, bool] = {}
        self._thread: threading.Thread | None = None
        self._finished = threading.Event()

    @contextlib.contextmanager
    def watching(self, uuid: str) -> Iterator[Callable[[], None]]:
        """Watch one build.

        Yields a function that costs nothing and raises ``BuildCancelled``
        once the deletion was seen.
        """
        with self._lock:
            self._building[uuid] = False
            if self._thread is None:
                self._finished = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._finished,), daemon=True,
                    name='nova-ec2-cancellation')
                self._thread.start()
        try:
            yield lambda: self._check(uuid)
        finally:
            with self._lock:
                del self._building[uuid]
                if not self._building:
                    self._finished.set()
                    self._thread = None

    def _check(self, uuid: str) -> None:
        with self._lock:
            if self._building.get(uuid):
                raise exc.BuildCancelled(
                    f'server {uuid} is being deleted while it builds')

    def _run(self, finished: threading.Event) -> None:
        for number in itertools.count():
            if finished.wait(_INTERVAL):
                return
            try:
                deleting = self._found(_DELETING)
                if number % _DELETED_EVERY == 0:
                    deleting |= self._found(_DELETED)
            except Exception:
                LOG.warning('Could not see which builds are being deleted; '
                            'trying again', exc_info=True)
                continue
            with self._lock:
                for uuid in deleting & self._building.keys():
                    self._building[uuid] = True

    def _found(self, sign: dict[str, Any]) -> set[str]:
        with self._lock:
            building = list(self._building)
        if not building:
            return set()
        # The database sorts out the others: a hundred records a second
        # through nova-conductor would slow the builds themselves.
        context = nova_context.get_admin_context(read_deleted='yes')
        return {instance.uuid for instance
                in objects.InstanceList.get_by_filters(
                    context, {'uuid': building, **sign}, expected_attrs=[])}
