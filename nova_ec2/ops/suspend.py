# SPDX-License-Identifier: Apache-2.0
"""suspend and resume: hibernation, where the launch asked for it.

EC2 lets an instance hibernate only if that was chosen when it was launched.
Any other server is refused and goes on running: a plain stop would lose what
is in its memory.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nova import exception as nova_exc
from nova.compute import power_state, task_states, vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import hibernation
from nova_ec2.models import extra_specs
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site
from nova_ec2.ops.states import States

LOG = logging.getLogger(__name__)

_OLD_STATE = 'old_vm_state'
_OURS = (task_states.SUSPENDING, task_states.RESUMING)


@dataclasses.dataclass(frozen=True)
class Suspend:
    """Suspends and resumes servers of one host."""

    site: Site
    states: States

    def suspend(self, instance: Any) -> None:
        """Have the server hibernate, and see it stopped (Nova's ``suspend``).

        :raises InstanceFaultRollback: Nova leaves the server as it was; of
            InstanceSuspendFailure, InstanceNotFound and others
        """
        with _rolled_back(instance, nova_exc.InstanceSuspendFailure):
            server = self.states.settled(instance)
            if server.hibernates:
                return
            _check(server)
            self.site.ec2.instances.hibernate(server.instance_id)
            stopped = self.states.reach(server, ServerState.STOPPED,
                                        self.site.timeouts.stop)
            if not stopped.hibernates:
                raise exc.LaunchFailed(
                    f'instance {server.instance_id} stopped without '
                    f'hibernating: {stopped.reason}', stopped.reason_code)

    def resume(self, instance: Any) -> None:
        """Start the server, which goes on where it was (Nova's ``resume``).

        :raises InstanceFaultRollback: Nova leaves the server suspended
        """
        with _rolled_back(instance, nova_exc.InstanceResumeFailure):
            server = self.states.settled(instance)
            if server.state is ServerState.STOPPED:
                self.states.start(server)

    def at_start(self, instances: Iterable[Any]) -> None:
        """After a crash: Nova's record says what EC2 made of the verb.

        Nova itself leaves such a server in its task state for ever.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            if instance.task_state not in _OURS:
                continue
            try:
                self._finish(instance)
            except Exception:
                LOG.exception('The interrupted verb %s could not be settled; '
                              'the next start tries again',
                              instance.task_state, instance=instance)

    def _finish(self, instance: Any) -> None:
        server = self.site.locate(instance)
        if server is not None and server.hibernates:
            instance.vm_state = vm_states.SUSPENDED
            instance.power_state = power_state.SUSPENDED
        elif instance.vm_state == vm_states.SUSPENDED and (
                server is not None and not server.state.is_gone
                and server.state is not ServerState.STOPPED):
            instance.vm_state = instance.system_metadata.pop(
                _OLD_STATE, vm_states.ACTIVE)
        LOG.warning('The verb %s was interrupted; the server is %s',
                    instance.task_state, instance.vm_state,
                    instance=instance)
        instance.task_state = None
        instance.save()


def _check(server: Server) -> None:
    """Refuse a server that cannot hibernate.

    :raises RequestRefused: says what to choose at the next launch
    """
    if not server.hibernation:
        raise exc.RequestRefused(
            f'instance {server.instance_id} was launched without hibernation, '
            f'which EC2 allows only to choose at launch: by the flavor extra '
            f'spec {extra_specs.SCOPE}hibernation=true or the image property '
            f'{hibernation.PROPERTY}=true')
    if server.state is not ServerState.RUNNING:
        raise exc.RequestRefused(
            f'instance {server.instance_id} is {server.state} on EC2, not '
            f'running')


@contextlib.contextmanager
def _rolled_back(instance: Any, failure: Callable[..., Exception]
                 ) -> Iterator[None]:
    """Have Nova put the server back into its state, whatever fails.

    :param failure: Nova's exception for this verb, made with a reason
    """
    try:
        with errors.as_nova(instance):
            yield
    except (nova_exc.InstanceNotFound, nova_exc.VirtDriverNotReady) as error:
        raise nova_exc.InstanceFaultRollback(error) from error
    except nova_exc.NovaException as error:
        raise nova_exc.InstanceFaultRollback(
            failure(reason=error.format_message())) from error
