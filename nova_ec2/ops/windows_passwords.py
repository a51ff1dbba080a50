# SPDX-License-Identifier: Apache-2.0
"""The password that Windows chose, into Nova's password store.

EC2 keeps it encrypted for the key pair of the launch, as ``nova
get-password`` expects it; nobody here can read it. It is there some minutes
after the first start, so a thread follows new Windows servers until it is.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.api.metadata import password as password_store
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Seconds between looks, and until a server is no longer followed.
_INTERVAL = 30.0
_PATIENCE = 3600.0

_WINDOWS = 'windows'


class WindowsPasswords:
    """Follows the new Windows servers of one host."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._open: dict[str, float] = {}
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def at_start(self, instances: Iterable[Any]) -> None:
        """Follow those again that the last run did not see to their end.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            if (not password_store.extract_password(instance)
                    and time.time() - _launched(instance) < _PATIENCE):
                self.follow(instance)

    def follow(self, instance: Any) -> None:
        """Have the password stored when it is there, if this is Windows."""
        server = self._site.fleet.known(instance.uuid)
        if (server is None or server.platform != _WINDOWS
                or not instance.key_name):
            return
        with self._lock:
            self._open[instance.uuid] = time.monotonic() + _PATIENCE
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(
                    target=self._run, daemon=True,
                    name='nova-ec2-windows-passwords')
                self._thread.start()

    def stop(self) -> None:
        """End the thread; the next start follows on."""
        self._stopping.set()

    def _run(self) -> None:
        while True:
            stopping = self._stopping.wait(_INTERVAL)
            with self._lock:
                followed = dict(self._open)
            ended = {uuid for uuid, until in followed.items()
                     if not stopping and (self._settle(uuid)
                                          or time.monotonic() > until)}
            with self._lock:
                for uuid in ended:
                    self._open.pop(uuid, None)
                if stopping or not self._open:
                    self._thread = None
                    return

    def _settle(self, uuid: str) -> bool:
        """Whether there is nothing more to wait for."""
        try:
            instance = objects.Instance.get_by_uuid(
                nova_context.get_admin_context(), uuid,
                expected_attrs=['system_metadata'])
            if (instance.host != self._site.host
                    or password_store.extract_password(instance)):
                return True
            if instance.task_state is not None:
                return False  # Another verb may be writing there.
            data = self._read(self._site.locate(instance))
            if not data:
                return False
            instance.system_metadata.update(
                password_store.convert_password(None, data))
            instance.save(expected_task_state=[None])
            LOG.info('The password that Windows chose is in the password '
                     'store, encrypted for key pair %s', instance.key_name,
                     instance=instance)
            return True
        except nova_exc.InstanceNotFound:
            return True
        except (exc.NovaEC2Error, nova_exc.NovaException) as error:
            LOG.warning("Server %s's Windows password could not be read yet: "
                        '%s', uuid, error)
            return False
        except Exception:
            LOG.exception("Server %s's Windows password is given up", uuid)
            return True

    def _read(self, server: Server | None) -> str:
        if server is None or server.state is not ServerState.RUNNING:
            return ''
        with pacing.priority(pacing.Priority.HOUSEKEEPING):
            return self._site.ec2.guests.password_data(server.instance_id)


def _launched(instance: Any) -> float:
    return instance.launched_at.timestamp() if instance.launched_at else 0.0
