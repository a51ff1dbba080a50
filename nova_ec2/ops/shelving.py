# SPDX-License-Identifier: Apache-2.0
"""Servers that were being offloaded or unshelved when the service ended.

Nova would leave the first in their task state for ever, and put the second
into ERROR, from where nothing leads back to the image that is all they have.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

from nova import context as nova_context
from nova.compute import rpcapi, task_states, vm_states
from nova.compute import utils as compute_utils
from nova.scheduler.client import report
from oslo_log import log as logging

from nova_ec2.mapping.image import SHELVED_IMAGE
from nova_ec2.ops import port_profile
from nova_ec2.ops.destroy import Destroy

LOG = logging.getLogger(__name__)

_IMAGE = 'image_base_image_ref'
"""Nova's key of the server's own image in its system metadata."""


@dataclasses.dataclass(frozen=True)
class ShelvingRecovery:
    """Finishes an offload, takes an unshelving back."""

    destroy: Destroy

    def at_start(self, instances: Iterable[Any]) -> list[Any]:
        """Deal with the servers that were under way.

        :param instances: Nova's servers of this host
        :returns: the others
        """
        return [instance for instance in instances
                if not self._dealt_with(instance)]

    def _dealt_with(self, instance: Any) -> bool:
        try:
            if _was_offloading(instance):
                self._offload(instance)
            elif _was_unshelving(instance):
                self._take_back(instance)
            else:
                return False
        except Exception:
            LOG.exception('What was begun of %s could not be put right; the '
                          'next start tries again', instance.task_state,
                          instance=instance)
        return True

    def _offload(self, instance: Any) -> None:
        """Ask this host once more; it answers when it has started."""
        LOG.warning('The offload was interrupted: it begins anew',
                    instance=instance)
        rpcapi.ComputeAPI().shelve_offload_instance(
            nova_context.get_admin_context(), instance, clean_shutdown=False)

    def _take_back(self, instance: Any) -> None:
        """The server is offloaded, as it was, and can be unshelved again.

        What Nova itself does where an unshelving fails.
        """
        LOG.warning('The unshelving was interrupted: the server is shelved '
                    'again', instance=instance)
        self.destroy.terminate(instance)
        port_profile.clear(instance.get_network_info() or ())
        report.report_client_singleton().delete_allocation_for_instance(
            nova_context.get_admin_context(), instance.uuid, force=True)
        meta = instance.system_metadata
        if meta.get(_IMAGE) and instance.image_ref == meta.get(SHELVED_IMAGE):
            instance.image_ref = meta[_IMAGE]
        if instance.key_name and not instance.key_data:
            instance.key_data = next(
                (pair.public_key for pair in instance.keypairs
                 if pair.name == instance.key_name), None)
        instance.host = instance.node = instance.compute_id = None
        instance.task_state = None
        instance.save()


def _was_offloading(instance: Any) -> bool:
    if instance.task_state == task_states.SHELVING_OFFLOADING:
        return True
    # A server on a volume has no image made of it; it is offloaded at once.
    return bool(instance.task_state == task_states.SHELVING
                and compute_utils.is_volume_backed_instance(
                    nova_context.get_admin_context(), instance))


def _was_unshelving(instance: Any) -> bool:
    return bool(instance.vm_state == vm_states.SHELVED_OFFLOADED
                and instance.task_state == task_states.SPAWNING)
