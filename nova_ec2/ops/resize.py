# SPDX-License-Identifier: Apache-2.0
"""resize and cold migrate, confirm and revert.

The instance stays on EC2. A resize gives it another type and a larger root
volume before Nova has changed anything of its own, so that whatever EC2
refuses leaves the server as it was. To move to another host is to change
hands, without a pause of the guest.

The type that it had is kept in a tag until the resize is confirmed, so a
revert is possible after any crash.
"""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

from nova import exception as nova_exc
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import disks as disk_mapping
from nova_ec2.mapping import markets
from nova_ec2.mapping import resize as mapping
from nova_ec2.mapping import tags as tag_mapping
from nova_ec2.mapping import volumes as volume_mapping
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server, ServerState
from nova_ec2.ops import errors, server_tags
from nova_ec2.ops.adoption import Adoption
from nova_ec2.ops.context import Site
from nova_ec2.ops.migrations import migration_of
from nova_ec2.ops.retype import Retype
from nova_ec2.ops.root_growth import Growth, RootGrowth
from nova_ec2.ops.server_groups import ServerGroups
from nova_ec2.ops.states import States, check_can_stop
from nova_ec2.ops.stay_home import StayHome
from nova_ec2.ops.swap_space import SwapSpace
from nova_ec2.ops.whereabouts import Moves

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Departure:
    """What Nova hands to ``migrate_disk_and_power_off``.

    :param flavor: what the server shall have; for a migration what it has
    :param timeout: seconds the guest has to shut down
    :param request_id: of Nova's request
    """

    instance: Any
    flavor: Any
    block_device_info: Any
    timeout: float
    request_id: str

    @property
    def other_swap(self) -> bool:
        """Whether the flavor wants another swap disk."""
        return _differ_in_swap(self.instance.flavor, self.flavor)


@dataclasses.dataclass(frozen=True)
class Resize:
    """Resizes one host's servers, and moves them from and to it."""

    site: Site
    states: States
    adoption: Adoption
    whereabouts: Moves
    groups: ServerGroups
    retype: Retype
    growth: RootGrowth
    swap_space: SwapSpace
    stay_home: StayHome

    def leave(self, departure: Departure) -> None:
        """Nova's ``migrate_disk_and_power_off``, on the source.

        :raises InstanceFaultRollback: with Nova's exception inside; the
            server is as it was before
        """
        instance = departure.instance
        try:
            with errors.as_nova(instance):
                self.stay_home.check(instance, departure.flavor)
                destination = self._destination(instance)
                # Before anything else: there may be no instance any more.
                server = self.states.settled(instance)
                if departure.flavor.id != instance.flavor.id:
                    self._change(departure, server)
                if destination != self.site.host:
                    self.site.fleet.hand_over(instance.uuid)
        except nova_exc.NovaException as error:
            raise nova_exc.InstanceFaultRollback(
                inner_exception=error) from error

    def arrive(self, instance: Any, *, power_on: bool) -> None:
        """Nova's ``finish_migration``, on the destination."""
        with errors.as_nova(instance):
            server = self._arrived(instance)
            self._describe(instance, server)
            if _may_have_other_swap(instance):
                self.swap_space.note_name(instance, server)
            self._power(instance, power_on)

    def _arrived(self, instance: Any) -> Server:
        try:
            return self.adoption.adopt(instance)
        except exc.NotOwned:
            # From a private host; where it must not be here that is why.
            self.stay_home.check(instance)
            raise

    def confirm(self, instance: Any) -> None:
        """Nova's ``confirm_migration``, on the source.

        The old type is forgotten. That this fails must not fail the
        confirmation: the next resize writes it anew.
        """
        try:
            server = self.adoption.find(instance)
            if server is not None:
                self._forget_type(server)
        except exc.NovaEC2Error as error:
            LOG.warning('The tag of the earlier type stays: %s', error,
                        instance=instance)

    def come_back(self, instance: Any, request_id: str, *,
                  power_on: bool) -> None:
        """Nova's ``finish_revert_migration``, on the source.

        Nova calls it, too, where this service ended in the middle of
        :meth:`leave`. The root volume keeps the size that it has.
        """
        with errors.as_nova(instance):
            self.adoption.adopt(instance)
            server = self.states.settled(instance)
            before = self.site.ec2.tags.of(server.instance_id).get(
                tag_keys.RESIZED_FROM, server.instance_type)
            if before != server.instance_type:
                server = self._stopped(server, 0)
                self.site.ec2.attributes.set_type(server.instance_id, before)
            if _may_have_other_swap(instance):
                self.swap_space.fit(instance, server, instance.flavor,
                                    request_id)
                self.swap_space.note_name(instance, server)
            self._power(instance, power_on)
            self._forget_type(server)
            self._describe(instance, server)

    # The steps

    def _destination(self, instance: Any) -> str:
        """The host that the server goes to, one that it can go to.

        nova-scheduler's EC2MoveFilter says so before; it may not be enabled,
        and an administrator can force a host.

        :raises RequestRefused: it cannot go there
        """
        migration = migration_of(instance)
        host: str = migration.dest_compute
        if host == self.site.host:
            return host
        reason = self.whereabouts.refusal(host, migration.dest_node)
        if reason:
            raise exc.RequestRefused(f'no move to {host}: {reason}')
        return host

    def _change(self, departure: Departure, server: Server) -> None:
        """Another type and a larger root, or everything as before."""
        flavor = departure.flavor
        check_can_stop(server)
        markets.check_change(flavor, self.site.conf, server.market)
        types = mapping.types(self._inputs(departure, server))
        growth = self._growth(departure, server)
        with self.site.spending.changing(server, types):
            self._carry_out(departure, server, types, growth)

    def _carry_out(self, departure: Departure, server: Server,
                   types: Sequence[str], growth: Growth | None) -> None:
        instance, flavor = departure.instance, departure.flavor
        self.site.ec2.tags.put(server.instance_id, {
            tag_keys.RESIZED_FROM: server.instance_type})
        if growth is not None:
            self.growth(growth)
        running = server.state is ServerState.RUNNING
        fits = server.instance_type in types
        if fits and not departure.other_swap:
            return
        LOG.info('Instance %s of type %s is resized for flavor %s',
                 server.instance_id, server.instance_type, flavor.name,
                 instance=instance)
        try:
            stopped = self._stopped(server, departure.timeout)
            if departure.other_swap:
                self.swap_space.fit(instance, stopped, flavor,
                                    departure.request_id)
            if fits:
                self._power(instance, running)
            else:
                self.retype(stopped, types, running)
        except exc.NovaEC2Error:
            self._restore(server, departure, running)
            raise

    def _inputs(self, departure: Departure,
                server: Server) -> mapping.Change:
        site, instance = self.site, departure.instance
        return mapping.Change(
            instance=instance, flavor=departure.flavor, server=server,
            image=self._image(server), types=site.catalogue.types(),
            rank=functools.partial(site.prices.rank, site.ec2.region),
            group=self.groups.wish(instance))

    def _image(self, server: Server) -> Image | None:
        try:
            return self.site.catalogue.image(server.image_id)
        except exc.ImageRefused:
            return None

    def _growth(self, departure: Departure, server: Server) -> Growth | None:
        """How the root volume changes, None where it stays as it is."""
        old, new = departure.instance.flavor, departure.flavor
        mapping.check_ephemeral_disks(old, new)
        if volume_mapping.root_volume(departure.block_device_info):
            return None  # Cinder's, as large as Cinder says.
        volume = self.growth.read(server)
        size = mapping.root_size(old, new, volume.size_gib)
        speed = mapping.root_speed(old, new)
        if not size and speed is None:
            return None
        return Growth(volume, size, speed)

    def _stopped(self, server: Server, timeout: float) -> Server:
        if server.state is ServerState.STOPPED:
            return server
        return self.states.stop(server, timeout)

    def _restore(self, server: Server, departure: Departure,
                 running: bool) -> None:
        """The type, the swap disk and the power that the server had."""
        instance = departure.instance
        try:
            now = self.states.settled(instance)
            if now.instance_type != server.instance_type:
                now = self._stopped(now, 0)
                self.site.ec2.attributes.set_type(server.instance_id,
                                                  server.instance_type)
            if departure.other_swap:
                self.swap_space.fit(instance, now, instance.flavor,
                                    departure.request_id)
            self._power(instance, running)
        except exc.NovaEC2Error:
            LOG.exception('Instance %s could not be given back type %s and '
                          'its power state', server.instance_id,
                          server.instance_type, instance=instance)

    def _power(self, instance: Any, power_on: bool) -> None:
        server = self.states.settled(instance)
        if power_on and server.state is ServerState.STOPPED:
            self.states.start(server, goes_on=True)
        elif not power_on and server.state is ServerState.RUNNING:
            self.states.stop(server, 0)

    def _describe(self, instance: Any, server: Server) -> None:
        server_tags.follow(self.site, server.instance_id,
                           tag_mapping.launch_tags(
                               instance, self.site.owner(instance)))

    def _forget_type(self, server: Server) -> None:
        self.site.ec2.tags.remove(server.instance_id,
                                  [tag_keys.RESIZED_FROM])


def _differ_in_swap(one: Any, other: Any) -> bool:
    return disk_mapping.swap_gib(one) != disk_mapping.swap_gib(other)


def _may_have_other_swap(instance: Any) -> bool:
    """Whether the move that a server comes back from changed its swap.

    Nova notes both flavors late in a move; one that died earlier may have.
    """
    old, new = instance.old_flavor, instance.new_flavor
    return old is None or new is None or _differ_in_swap(old, new)
