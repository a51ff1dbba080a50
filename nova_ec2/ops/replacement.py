# SPDX-License-Identifier: Apache-2.0
"""Another instance for a server whose spot instance EC2 took back.

The Nova server stays what it is, with its ports and volumes; what was on the
disks of the instance is lost. The one that was lost is noted in the server's
record before anything is done, and gives the launch its client token: a
replacement that a crash interrupted is made again, and never twice.
"""

import dataclasses
import threading
import uuid
from collections.abc import Iterable
from typing import Any

import nova.utils
from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from nova.compute import power_state, task_states, vm_states
from nova.compute import utils as compute_utils
from nova.virt import driver
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.fleet.launch import Offerings
from nova_ec2.fleet.news import Change
from nova_ec2.mapping import markets, volumes
from nova_ec2.models.launch import Candidate
from nova_ec2.models.market import NONE, ON_DEMAND, SPOT, TAKEN_BACK
from nova_ec2.models.server import Server
from nova_ec2.ops import errors, notices
from nova_ec2.ops.context import INSTANCE_ID, MARKET, Site
from nova_ec2.ops.destroy import Destroy
from nova_ec2.ops.spawn import Build, Spawn

LOG = logging.getLogger(__name__)

LOST = 'ec2_lost_instance'
"""System metadata of a server that is being given another instance: the one
that it lost."""

_TASK = task_states.REBUILD_SPAWNING


@dataclasses.dataclass(frozen=True)
class Replacement:
    """Replaces one host's interrupted spot instances."""

    site: Site
    spawn: Spawn
    destroy: Destroy

    def takes(self, instance: Any, change: Change) -> bool:
        """Whether a server's end is answered by a replacement, which begins.

        :param instance: Nova's record, at rest
        """
        server = change.after
        return (server is not None and self._wanted(instance, server)
                and self._begin(instance, server))

    def at_start(self, instances: Iterable[Any]) -> None:
        """Go on with what a crash interrupted or nobody was there to see.

        :param instances: Nova's servers of this host
        """
        for instance in instances:
            try:
                self._resume(instance)
            except Exception:
                LOG.exception('Whether its spot instance was taken back '
                              'could not be settled', instance=instance)

    def _resume(self, instance: Any) -> None:
        """Nova's own start must not see the task: it would end in ERROR."""
        begun = LOST in instance.system_metadata
        if begun and instance.task_state == _TASK:
            instance.task_state = None
            instance.save(expected_task_state=[_TASK])
        elif (instance.task_state is not None
                or instance.system_metadata.get(MARKET) != SPOT
                or self.site.fleet.known(instance.uuid)):
            return
        elif not begun:
            server = self.site.locate(instance)
            if server is None or not self._wanted(instance, server):
                return
            instance.system_metadata[LOST] = server.instance_id
            instance.save(expected_task_state=[None])
            self._remember(server)
        self._start(instance.uuid)

    def _wanted(self, instance: Any, server: Server) -> bool:
        if (not server.is_spot or not server.state.is_gone
                or server.reason_code not in TAKEN_BACK
                or instance.vm_state != vm_states.ACTIVE):
            return False
        try:
            return markets.replacement(instance.flavor,
                                       self.site.conf) != NONE
        except exc.FlavorRefused:
            return False

    def _begin(self, instance: Any, server: Server) -> bool:
        """Note the loss; whoever else has begun something goes first."""
        instance.system_metadata[LOST] = server.instance_id
        instance.task_state = _TASK
        try:
            instance.save(expected_task_state=[None])
        except (nova_exc.UnexpectedTaskStateError,
                nova_exc.InstanceNotFound):
            return False
        self._remember(server)
        self._start(instance.uuid)
        return True

    def _remember(self, server: Server) -> None:
        """What EC2 has just taken back it would not give again."""
        offerings: Offerings = self.site.launcher.offerings
        offerings.remember(
            Candidate(server.instance_type, server.zone, SPOT),
            exc.CapacityExhausted('a spot instance of this type was just '
                                  'taken back', code=server.reason_code,
                                  action='RunInstances'))

    def _start(self, server_uuid: str) -> None:
        threading.Thread(
            target=nova.utils.synchronized(server_uuid)(self._replace),
            args=(server_uuid,), daemon=True,
            name='nova-ec2-replacement').start()

    def _replace(self, server_uuid: str) -> None:
        """Launch, with Nova's lock of the server held."""
        context = nova_context.get_admin_context()
        try:
            instance = objects.Instance.get_by_uuid(context, server_uuid)
            if LOST not in instance.system_metadata:
                return
            instance.task_state = _TASK
            instance.save(expected_task_state=[None, _TASK])
            self._carry_out(context, instance)
        except (exc.BuildCancelled, nova_exc.InstanceNotFound,
                nova_exc.UnexpectedTaskStateError) as error:
            LOG.info('Server %s gets no other instance, for something else '
                     'is done with it: %s', server_uuid, error)
        except Exception as error:
            self._failed(context, server_uuid, error)

    def _carry_out(self, context: Any, instance: Any) -> None:
        info = _block_device_info(context, instance)
        self._clear_away(instance, info)
        lost = instance.system_metadata[LOST]
        context.request_id = _request_id(instance.uuid, lost)
        server = self.spawn.again(Build(
            context, instance, instance.image_meta,
            instance.get_network_info(), info, market=self._market(instance)))
        del instance.system_metadata[LOST]
        instance.vm_state = vm_states.ACTIVE
        instance.power_state = power_state.RUNNING
        instance.task_state = None
        instance.save(expected_task_state=[_TASK])
        notices.write(instance, notices.REPLACED, (
            f'Spot instance {lost} was replaced by {server.instance_id} '
            f'({server.instance_type}, {server.market})'))

    def _market(self, instance: Any) -> str:
        """Which market alone, '' for those of the flavor."""
        wanted = markets.replacement(instance.flavor, self.site.conf)
        return ON_DEMAND if wanted == ON_DEMAND else ''

    def _clear_away(self, instance: Any, info: Any) -> None:
        """The lost one is over; so is what a crash left half made."""
        found = self.site.locate(instance)
        if found is not None and not found.state.is_gone:
            # Its client token is spent with it.
            instance.system_metadata[LOST] = found.instance_id
            instance.save(expected_task_state=[_TASK])
        self.destroy.terminate(instance, volumes.ebs_ids(info))

    def _failed(self, context: Any, server_uuid: str,
                error: Exception) -> None:
        LOG.exception('Server %s got no other instance for the spot instance '
                      'that EC2 took back', server_uuid)
        instance = objects.Instance.get_by_uuid(context, server_uuid)
        # Nova shows the words of its own exceptions only.
        shown = (errors.translated(instance, error, building=True)
                 if isinstance(error, exc.NovaEC2Error) else error)
        compute_utils.add_instance_fault_from_exc(
            context, instance, shown,
            (type(error), error, error.__traceback__))
        notices.write(instance, notices.REPLACED,
                      f'No other instance could be had: {error}')
        lost = instance.system_metadata.pop(LOST, '')
        instance.system_metadata.pop(INSTANCE_ID, '')
        LOG.info('Instance %s was not replaced', lost, instance=instance)
        instance.vm_state = vm_states.ERROR
        instance.power_state = power_state.CRASHED
        instance.task_state = None
        instance.save(expected_task_state=[_TASK])


def _block_device_info(context: Any, instance: Any) -> Any:
    """As Nova hands it to spawn; only volumes that are attached."""
    info = driver.get_block_device_info(
        instance, objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid))
    info['block_device_mapping'] = [
        bdm for bdm in driver.block_device_info_get_mapping(info)
        if bdm.get('connection_info')]
    return info


def _request_id(server_uuid: str, lost: str) -> str:
    """The same for the same loss: it goes into the client token."""
    made = uuid.uuid5(uuid.UUID(server_uuid), lost)
    return f'req-{made}'
