# SPDX-License-Identifier: Apache-2.0
"""Rescues that the last run of the service began: undone or finished.

Nova leaves their task states for ever, and with them the servers busy.
"""

import dataclasses
import threading
from collections.abc import Iterable
from typing import Any

from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects, utils
from nova.compute import task_states, vm_states
from oslo_log import log as logging

from nova_ec2.ops.rescue import Rescue

LOG = logging.getLogger(__name__)

_TASKS = (task_states.RESCUING, task_states.UNRESCUING)


@dataclasses.dataclass(frozen=True)
class RescueRecovery:
    """Brings servers out of an interrupted rescue or unrescue."""

    rescue: Rescue

    def at_start(self, instances: Iterable[Any]) -> None:
        """Have it done while the service goes on to start.

        It takes minutes; the task state keeps users' verbs away meanwhile.

        :param instances: Nova's servers of this host
        """
        found = [instance.uuid for instance in instances
                 if instance.task_state in _TASKS]
        if found:
            threading.Thread(target=self._all, args=(found,), daemon=True,
                             name='nova-ec2-rescue-recovery').start()

    def _all(self, uuids: list[str]) -> None:
        for uuid in uuids:
            try:
                self._one(uuid)
            except nova_exc.InstanceNotFound:
                continue
            except Exception:
                LOG.exception('The interrupted rescue of server %s could not '
                              'be undone; the next start tries again', uuid)

    def _one(self, uuid: str) -> None:
        # The lock that a deletion takes.
        @utils.synchronized(uuid)
        def bring_back() -> None:
            instance = objects.Instance.get_by_uuid(
                nova_context.get_admin_context(), uuid,
                expected_attrs=['system_metadata'])
            if instance.task_state not in _TASKS:
                return
            LOG.warning('%s was interrupted: the original root volume boots '
                        'again', instance.task_state, instance=instance)
            self._bring_back(instance)

        bring_back()

    def _bring_back(self, instance: Any) -> None:
        if instance.task_state == task_states.UNRESCUING:
            instance.vm_state = vm_states.ACTIVE
        self.rescue.leave(instance,
                          run=instance.vm_state != vm_states.STOPPED)
        instance.task_state = None
        instance.save()
