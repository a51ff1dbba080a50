# SPDX-License-Identifier: Apache-2.0
"""Interfaces that no server has, or should no longer have: they go.

They are found by our tags alone. What is attached is touched only where its
tags name the server and the port that it is asked for by.
"""

import contextlib
import dataclasses
import time
from typing import Any

from nova import context as nova_context
from nova.network import neutron
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.fleet.waits import Reader
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.interface import NetworkInterface
from nova_ec2.ops import port_profile
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

# Seconds for which an interface must have been seen loose: some verb may be
# about to attach it.
_OLD = 1800


@dataclasses.dataclass
class LooseInterfaces:
    """Removes interfaces of one host.

    :param reader: reads interfaces whose state changes
    :param timeout: seconds until one must be made, attached or detached
    """

    site: Site
    reader: Reader[NetworkInterface]
    timeout: float

    def __post_init__(self) -> None:
        self._first_seen: dict[str, float] = {}

    # What a verb leaves

    def clear(self, server_uuid: str, port_id: str) -> None:
        """Remove what an earlier try left for a port of a server."""
        for found in self.site.ec2.interfaces.find({
                tag_keys.CLOUD: self.site.cloud_id,
                tag_keys.SERVER: server_uuid, tag_keys.PORT: port_id}):
            self.remove(found.interface_id)

    def remove(self, interface_id: str) -> None:
        """Detach an interface, and delete it where it is ours.

        One that EC2 no longer knows is success.

        :raises WaitTimedOut: the guest did not let go of it
        """
        api = self.site.ec2.interfaces
        seen = self.reader.wait(interface_id, _is_settled, self.timeout)
        if seen is not None and seen.attachment_id:
            self._detach(seen)
            seen = self.reader.wait(interface_id, _is_loose, self.timeout)
        if seen is None or seen.tags.get(
                tag_keys.CLOUD) != self.site.cloud_id:
            return
        with contextlib.suppress(exc.NotFound):
            api.delete(interface_id)

    def _detach(self, seen: NetworkInterface) -> None:
        # The wait that follows tells what a lost reply has done.
        with contextlib.suppress(exc.NotFound, exc.OutcomeUnknown,
                                 exc.ServiceFault):
            self.site.ec2.interfaces.detach(seen.attachment_id)

    def undo(self, interface_id: str) -> None:
        """Remove an interface of a verb that failed, if it can be done."""
        try:
            self.remove(interface_id)
        except exc.NovaEC2Error as error:
            LOG.error('Interface %s of a failed verb could not be removed; '
                      'nova-compute tries again when it starts, and later '
                      'with the power sync: %s', interface_id, error)

    # What a crash leaves

    def at_start(self, instances: list[Any]) -> None:
        """Undo what the last run of this service left half done.

        A port that was never bound belongs to an attachment that was
        interrupted: its user was told that it failed.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            for vif in _unbound(instance):
                self._undo_attachment(instance, vif['id'])
        self._remove_all(lambda found: tag_keys.PORT in found.tags)

    def _undo_attachment(self, instance: Any, port_id: str) -> None:
        LOG.warning('The attachment of port %s was interrupted; it is '
                    'undone', port_id, instance=instance)
        try:
            self.clear(instance.uuid, port_id)
            port_profile.clear([{'id': port_id}])
            neutron.API().deallocate_port_for_instance(
                nova_context.get_admin_context(), instance, port_id)
        except Exception:
            LOG.exception('The attachment of port %s could not be undone',
                          port_id, instance=instance)

    def remove_old(self) -> None:
        """Remove what has been loose for long; with the power sync."""
        self._remove_all(self._is_old)

    def _remove_all(self, unwanted: Any) -> None:
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                found = self.site.ec2.interfaces.find({
                    tag_keys.CLOUD: self.site.cloud_id,
                    tag_keys.HOST: self.site.host}, unattached=True)
                self._note(found)
                for one in found:
                    if unwanted(one):
                        LOG.warning('Interface %s belongs to no instance: '
                                    'removing it', one.interface_id)
                        self.undo(one.interface_id)
        except exc.NovaEC2Error as error:
            LOG.warning('Interfaces that belong to no instance could not be '
                        'listed: %s', error)

    def _note(self, found: list[NetworkInterface]) -> None:
        now = time.monotonic()
        self._first_seen = {
            one.interface_id: self._first_seen.get(one.interface_id, now)
            for one in found}

    def _is_old(self, found: NetworkInterface) -> bool:
        age = time.monotonic() - self._first_seen[found.interface_id]
        return age >= _OLD


def _unbound(instance: Any) -> list[Any]:
    """Ports of a server at rest that were never bound."""
    if not instance.launched_at or instance.task_state is not None:
        return []
    return [vif for vif in instance.get_network_info()
            if vif.get('type') == 'unbound']


def _is_settled(seen: NetworkInterface | None) -> bool:
    """Neither on its way to an instance nor from one."""
    return (seen is None or not seen.attachment_id
            or seen.attachment_status == 'attached')


def _is_loose(seen: NetworkInterface | None) -> bool:
    return seen is None or not seen.attachment_id
