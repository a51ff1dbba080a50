# SPDX-License-Identifier: Apache-2.0
"""rebuild: another root volume under the same instance, or a new instance.

The instance stays wherever it can: with it stay its place on EC2, which may
be hard to get again, its addresses and its volumes. A new one is launched
where something changes that was fixed at the launch: the key pair, the
architecture or firmware; where further disks of its own must be blank again;
and where EC2 has no instance any more. That is Nova's own way, which
NotImplementedError asks for.
"""

import dataclasses
from typing import Any, NoReturn

from nova import exception as nova_exc
from nova.compute import task_states, vm_states
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import volumes
from nova_ec2.models.image import Image
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors, server_tags
from nova_ec2.ops.boot_images import BootImages
from nova_ec2.ops.context import Site
from nova_ec2.ops.root_replacement import RootReplacement
from nova_ec2.ops.spawn import Build, Spawn
from nova_ec2.ops.states import States
from nova_ec2.ops.swaps import alone

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """How a server is rebuilt in place.

    :param image: the AMI of the new root; None where the root, a volume of
        Cinder, stays as it is
    :param wanted: what would be launched if it were launched anew
    """

    server: Server
    image: Image | None
    wanted: LaunchRequest


@dataclasses.dataclass(frozen=True)
class Rebuild:
    """Rebuilds one host's servers."""

    site: Site
    states: States
    spawn: Spawn
    roots: RootReplacement

    def __call__(self, build: Build, *, preserve_ephemeral: bool,
                 reimage_boot_volume: bool) -> None:
        """Nova's ``rebuild`` on the same host; the server runs on return.

        What cannot be is refused before anything is touched, and the server
        goes on as it was.

        :raises NotImplementedError: Nova shall destroy the server and build
            it anew, with the same ports
        :raises InstanceFaultRollback: with Nova's exception inside
        """
        with alone(build.instance.uuid):
            self._rebuild(build, preserve_ephemeral, reimage_boot_volume)

    def _rebuild(self, build: Build, preserve_ephemeral: bool,
                 reimage_boot_volume: bool) -> None:
        instance = build.instance
        try:
            with errors.as_nova(instance):
                plan = self._plan(build, reimage_boot_volume,
                                  preserve_ephemeral)
        except nova_exc.NovaException as error:
            raise nova_exc.InstanceFaultRollback(
                inner_exception=error) from error
        with errors.as_nova(instance):
            _enter(instance, task_states.REBUILD_BLOCK_DEVICE_MAPPING,
                   task_states.REBUILDING)
            server_tags.follow(self.site, plan.server.instance_id,
                               plan.wanted.tags)
            _enter(instance, task_states.REBUILD_SPAWNING,
                   task_states.REBUILD_BLOCK_DEVICE_MAPPING)
            self._carry_out(build, plan)

    def _plan(self, build: Build, reimage: bool,
              preserve_ephemeral: bool) -> Plan:
        instance, info = build.instance, build.block_device_info
        wanted = self.spawn.wanted(build)
        try:
            server = self.states.settled(instance)
        except exc.NotOwned:
            _anew(instance, preserve_ephemeral, 'EC2 has no instance of it')
        on_volume = volumes.root_volume(info) is not None
        if on_volume and reimage:
            _anew(instance, preserve_ephemeral,
                  'Cinder writes the image while nobody has the volume')
        if server.key_name != wanted.key_name:
            _anew(instance, preserve_ephemeral, 'its key pair changes')
        if build.injected_files:
            _anew(instance, preserve_ephemeral,
                  'its config drive is to hold files')
        if _own_data_disks(server) and not preserve_ephemeral:
            _anew(instance, preserve_ephemeral,
                  'its ephemeral disks are to be blank again')
        if server.is_spot and self._must_stop(build, server, wanted):
            _anew(instance, preserve_ephemeral,
                  'EC2 does not stop spot instances')
        if on_volume:
            return Plan(server, None, wanted)
        images = BootImages(self.site)
        image = images.of(build.context, instance, build.image_meta)
        try:
            images.check_boots(image, server)
        except exc.ImageRefused as error:
            _anew(instance, preserve_ephemeral, str(error))
        return Plan(server, image, wanted)

    def _must_stop(self, build: Build, server: Server,
                   wanted: LaunchRequest) -> bool:
        """Whether it cannot be rebuilt while it runs."""
        data = self.site.ec2.attributes.user_data(server.instance_id)
        return (data != wanted.user_data
                or not _runs_well(build.instance, server))

    def _carry_out(self, build: Build, plan: Plan) -> None:
        server, wanted = plan.server, plan.wanted
        there = self.site.ec2.attributes.user_data(server.instance_id)
        new_data = there != wanted.user_data
        if (plan.image is not None and not new_data and _runs_well(
                build.instance, server)
                and self.roots.by_task(build, server, plan.image, wanted)):
            return
        server = self._stopped(server)
        try:
            if new_data:
                self.site.ec2.attributes.set_user_data(server.instance_id,
                                                       wanted.user_data)
            if plan.image is not None:
                self.roots.by_hand(build, server, plan.image, wanted)
        finally:
            # Where it failed the old system runs again.
            self.states.start(server, goes_on=True)

    def _stopped(self, server: Server) -> Server:
        # The task may have ended with the server in another state.
        seen = self.site.fleet.reader.fresh(server.instance_id) or server
        if seen.state is ServerState.STOPPED:
            return seen
        return self.states.stop(seen, self.site.conf.shutdown_timeout)


def _runs_well(instance: Any, server: Server) -> bool:
    """Whether its root is its own; after an error it may be another."""
    return (server.state is ServerState.RUNNING
            and instance.vm_state != vm_states.ERROR)


def _own_data_disks(server: Server) -> list[str]:
    """Ephemeral and swap disks: what goes with it, besides the root."""
    return [one.device_name for one in server.block_devices
            if one.delete_on_termination
            and one.device_name != server.root_device_name]


def _anew(instance: Any, preserve_ephemeral: bool, why: str) -> NoReturn:
    """Have Nova destroy the server and build it anew."""
    if preserve_ephemeral:
        raise nova_exc.PreserveEphemeralNotSupported()
    LOG.info('It is rebuilt by a new launch: %s', why, instance=instance)
    raise NotImplementedError(why)


def _enter(instance: Any, task_state: str, before: str) -> None:
    instance.task_state = task_state
    instance.save(expected_task_state=[before])
