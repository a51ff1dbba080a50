# SPDX-License-Identifier: Apache-2.0
"""evacuate: a server of a host that is down goes on under another.

Its instance does not depend on the nova-compute that made it, so nothing is
rebuilt: this host takes it over, and it runs on. The old host, when it is
back, lists only what it owns, and leaves the server alone.
"""

import dataclasses
from typing import Any

from nova import exception as nova_exc
from nova.compute import task_states, vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.models.server import ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.adoption import Adoption
from nova_ec2.ops.migrations import migration_of
from nova_ec2.ops.states import States
from nova_ec2.ops.stay_home import StayHome
from nova_ec2.ops.whereabouts import Moves

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Evacuate:
    """Takes servers over from hosts that are down."""

    states: States
    adoption: Adoption
    whereabouts: Moves
    stay_home: StayHome

    def __call__(self, instance: Any) -> None:
        """Nova's ``rebuild`` with ``evacuate``.

        :raises NotImplementedError: EC2 has no instance any more; Nova shall
            build the server anew, with the same ports
        :raises InstanceFaultRollback: it cannot come to this host
        """
        try:
            with errors.as_nova(instance):
                self.stay_home.check(instance)
                self._check_place(instance)
                there = self.adoption.find(instance)
                if there is not None:
                    self.adoption.adopt(instance)
        except nova_exc.NovaException as error:
            raise nova_exc.InstanceFaultRollback(
                inner_exception=error) from error
        if there is None:
            LOG.warning('EC2 has no instance of the server: it is built '
                        'anew', instance=instance)
            raise NotImplementedError
        with errors.as_nova(instance):
            self._run(instance)
        _enter(instance, task_states.REBUILD_BLOCK_DEVICE_MAPPING,
               task_states.REBUILDING)
        _enter(instance, task_states.REBUILD_SPAWNING,
               task_states.REBUILD_BLOCK_DEVICE_MAPPING)

    def _check_place(self, instance: Any) -> None:
        """Before EC2 is asked: it shows this host's account only."""
        migration = migration_of(instance)
        reason = self.whereabouts.refusal(migration.source_compute,
                                          migration.source_node)
        if reason:
            raise exc.RequestRefused(
                f'no evacuation from {migration.source_compute}: {reason}')

    def _run(self, instance: Any) -> None:
        """Nova holds it for running, unless it was stopped before."""
        server = self.states.settled(instance)
        if (server.state is ServerState.STOPPED
                and instance.vm_state != vm_states.STOPPED):
            self.states.start(server)


def _enter(instance: Any, state: str, before: str) -> None:
    """Nova expects its own steps of a rebuild to be gone through."""
    instance.task_state = state
    instance.save(expected_task_state=[before])
