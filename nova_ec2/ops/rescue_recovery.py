# SPDX-License-Identifier: Apache-2.0
"""Rescues and rebuilds that the last run of the service began.

A rescue is undone, an unrescue finished; Nova would leave their task states
for ever, and with them the servers busy. Of a rebuild, which Nova puts into
ERROR, the swap of root volumes is brought to its end, so that nothing of it
lies about until somebody rebuilds or deletes the server.
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

from nova_ec2.ops import swaps
from nova_ec2.ops.rescue import Rescue

LOG = logging.getLogger(__name__)

_RESCUES = (task_states.RESCUING, task_states.UNRESCUING)
_REBUILDS = (task_states.REBUILDING,
             task_states.REBUILD_BLOCK_DEVICE_MAPPING,
             task_states.REBUILD_SPAWNING)


@dataclasses.dataclass(frozen=True)
class RescueRecovery:
    """Brings servers out of what was interrupted."""

    rescue: Rescue

    def at_start(self, instances: Iterable[Any]) -> None:
        """Have it done while the service goes on to start.

        It takes minutes; the task state keeps users' verbs away from rescues
        meanwhile.

        :param instances: Nova's servers of this host
        """
        found = {instance.uuid: instance.task_state for instance in instances
                 if instance.task_state in (*_RESCUES, *_REBUILDS)}
        if found:
            threading.Thread(target=self._all, args=(found,), daemon=True,
                             name='nova-ec2-rescue-recovery').start()

    def _all(self, tasks: dict[str, str]) -> None:
        for uuid, task_state in tasks.items():
            try:
                self._one(uuid, task_state)
            except nova_exc.InstanceNotFound:
                continue
            except Exception:
                LOG.exception('What %s left of server %s could not be put '
                              'right; a hard reboot tries again', task_state,
                              uuid)

    def _one(self, uuid: str, task_state: str) -> None:
        # The lock that a deletion takes.
        @utils.synchronized(uuid)
        def bring_back() -> None:
            instance = objects.Instance.get_by_uuid(
                nova_context.get_admin_context(), uuid,
                expected_attrs=['system_metadata'])
            if task_state in _REBUILDS:
                # Nova clears the task state as it sets ERROR.
                if instance.task_state in (None, task_state):
                    with swaps.alone(uuid):
                        self.rescue.finish(instance)
            elif instance.task_state == task_state:
                LOG.warning('%s was interrupted: the original root volume '
                            'boots again', task_state, instance=instance)
                self._bring_back(instance)

        bring_back()

    def _bring_back(self, instance: Any) -> None:
        if instance.task_state == task_states.UNRESCUING:
            instance.vm_state = vm_states.ACTIVE
        self.rescue.leave(instance,
                          run=instance.vm_state != vm_states.STOPPED)
        instance.task_state = None
        instance.save()
