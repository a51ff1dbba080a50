# SPDX-License-Identifier: Apache-2.0
"""get_info, the lists, and what Nova's power sync learns from them."""

import dataclasses
import threading
from typing import Any

from nova import exception as nova_exc
from nova.compute import power_state, task_states, vm_states
from nova.virt import hardware
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import power
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors, lifecycle
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)


@dataclasses.dataclass
class Sync:
    """Answers about one host's servers from the view."""

    site: Site
    # Nova reads each server at its start; those reads may use the sweep that
    # was made a moment before.
    started: threading.Event = dataclasses.field(
        default_factory=threading.Event)

    def info(self, instance: Any, *, use_cache: bool) -> Any:
        """Nova's ``get_info``.

        A server that was running and is no longer on EC2 is CRASHED, for
        Nova takes InstanceNotFound to mean "nothing known" and would show it
        as active for ever.

        :raises InstanceNotFound: it was never launched
        :raises VirtDriverNotReady: EC2 could not be asked
        """
        with errors.as_nova(instance):
            server = self._read(instance, use_cache)
            if server is not None:
                return hardware.InstanceInfo(
                    state=lifecycle.shown(_power_state(instance, server)),
                    internal_id=server.instance_id)
            if not instance.launched_at:
                raise exc.NotOwned(
                    f'server {instance.uuid} was never launched')
            return hardware.InstanceInfo(
                state=lifecycle.shown(power_state.CRASHED))

    def _read(self, instance: Any, use_cache: bool) -> Server | None:
        if use_cache or not self.started.is_set():
            known = self.site.fleet.cached(instance.uuid)
        else:
            # Nova asks after every verb, which has just seen its effect.
            known = self.site.fleet.recent(instance.uuid)
        return known or self.site.locate(instance)

    def exists(self, instance: Any) -> bool:
        """Nova's ``instance_exists``."""
        with errors.as_nova(instance):
            server = self._read(instance, use_cache=True)
            return server is not None and not server.state.is_gone

    def look_around(self) -> None:
        """Sweep if it is time to, so that changes are seen and told.

        Nova updates its resources once a minute, and the power sync is rare.
        Not the first time: that is at the start, after a sweep.
        """
        if not self.started.is_set():
            self.started.set()
            return
        try:
            self.site.fleet.servers()
        except exc.FleetUnavailable as error:
            LOG.warning('Changes on EC2 are not seen now: %s', error)

    def count(self) -> int:
        """Nova's ``get_num_instances``; its power sync begins with it.

        :raises VirtDriverNotReady: the sweep failed; Nova skips the round
        """
        try:
            self.site.fleet.sweep()
        except exc.FleetUnavailable as error:
            raise nova_exc.VirtDriverNotReady(str(error)) from error
        return len(self.uuids())

    def uuids(self) -> list[str]:
        """Nova's ``list_instance_uuids``: only what this host owns."""
        try:
            return [server.owner.server_uuid
                    for server in self.site.fleet.servers() if server.owner]
        except exc.FleetUnavailable as error:
            raise nova_exc.VirtDriverNotReady(str(error)) from error

    def names(self) -> list[str]:
        """Nova's ``list_instances``: EC2's ids."""
        try:
            return [server.instance_id
                    for server in self.site.fleet.servers()]
        except exc.FleetUnavailable as error:
            raise nova_exc.VirtDriverNotReady(str(error)) from error


def _power_state(instance: Any, server: Server) -> int:
    """Suspended only where Nova takes the server to be.

    One that was put to sleep behind Nova's back is shut down to it: a server
    that Nova knows as stopped it would stop again and again.
    """
    if server.hibernates and server.state is ServerState.STOPPED and (
            instance.vm_state == vm_states.SUSPENDED
            or instance.task_state == task_states.SUSPENDING):
        return power_state.SUSPENDED
    return power.power_of(server.state)
