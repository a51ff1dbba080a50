# SPDX-License-Identifier: Apache-2.0
"""EC2's reason in the fault of a build that found no host at all.

A capacity error sends the build back to nova-conductor, which tries the
remaining hosts and, where there is none, writes a fault that says only that
hosts are exhausted. Then, and only then, the reason that this host gave is
written as the last word, so that the user reads it.
"""

import threading
import time
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.compute import utils as compute_utils
from nova.compute import vm_states
from oslo_log import log as logging

LOG = logging.getLogger(__name__)

# Seconds between looks, and until a build's fate is no longer followed.
_INTERVAL = 1.0
_PATIENCE = 120.0

_RESCHEDULED = (nova_exc.ComputeResourcesUnavailable,
                nova_exc.InstanceDeployFailure)


class Verdicts:
    """Follows the builds that one host sent back to the scheduler."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Exception, float]] = {}
        self._thread: threading.Thread | None = None

    def remember(self, instance: Any, error: Exception) -> None:
        """Follow a build, if its error sends it to another host."""
        if not isinstance(error, _RESCHEDULED):
            return
        with self._lock:
            self._open[instance.uuid] = (error,
                                         time.monotonic() + _PATIENCE)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, daemon=True, name='nova-ec2-verdicts')
                self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(_INTERVAL)
            with self._lock:
                followed = dict(self._open)
            ended = {uuid for uuid, (error, until) in followed.items()
                     if self._settle(uuid, error)
                     or time.monotonic() > until}
            with self._lock:
                for uuid in ended:
                    if self._open.get(uuid) == followed[uuid]:
                        del self._open[uuid]
                if not self._open:
                    self._thread = None
                    return

    def _settle(self, uuid: str, error: Exception) -> bool:
        """Whether the build's fate is known; writes the fault if it failed."""
        context = nova_context.get_admin_context()
        try:
            instance = objects.Instance.get_by_uuid(context, uuid)
            if instance.host:
                # It builds, or ran into its fate, on some host.
                return instance.host != self._host
            if instance.vm_state != vm_states.ERROR:
                return False
            verdict = nova_exc.NoValidHost(
                reason=f'{self._host} said: {error}')
            if _is_last_word(context, uuid, verdict):
                return True
            compute_utils.add_instance_fault_from_exc(
                context, instance, verdict,
                (type(error), error, error.__traceback__))
            # Looked at once more: the conductor writes its own fault some
            # time after the state.
            return False
        except nova_exc.InstanceNotFound:
            pass
        except Exception:
            LOG.warning("The reason of server %s's failed build could not "
                        'be written into its fault', uuid, exc_info=True)
        return True


def _is_last_word(context: Any, uuid: str,
                  verdict: nova_exc.NovaException) -> bool:
    fault = objects.InstanceFault.get_latest_for_instance(context, uuid)
    # Nova cuts messages to what its database holds.
    return fault is not None and verdict.format_message().startswith(
        fault.message)
