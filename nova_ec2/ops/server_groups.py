# SPDX-License-Identifier: Apache-2.0
"""The placement groups behind Nova's server groups."""

import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import cachetools
from nova import context as nova_context
from nova import exception as nova_exc
from nova import objects
from oslo_log import log as logging

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pacing
from nova_ec2.mapping import server_group
from nova_ec2.models import tags as tag_keys
from nova_ec2.models.launch import LaunchRequest
from nova_ec2.models.placement_group import (
    PARTITIONS_MOST,
    SPREAD_MOST,
    GroupWish,
)
from nova_ec2.models.server import ServerState
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

UNKNOWN = 'InvalidPlacementGroup.Unknown'
_DUPLICATE = 'InvalidPlacementGroup.Duplicate'

# Groups that are known to be there, and for how many seconds.
_KNOWN = 1000
_REMEMBERED = 600

_RUNNING = (ServerState.PENDING, ServerState.RUNNING)


@dataclasses.dataclass
class ServerGroups:
    """Finds, makes and removes the placement groups of one cloud."""

    site: Site

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._there: cachetools.TTLCache[str, str] = cachetools.TTLCache(
            _KNOWN, _REMEMBERED)

    def wish(self, instance: Any) -> GroupWish | None:
        """The placement group that a server should be in, if any.

        Server groups are in the API database. Where nova-compute's conductor
        cannot reach it the operator sets ``[workarounds]
        disable_group_policy_check_upcall``, and servers get no placement
        group.

        :raises FlavorRefused: flavor and policy contradict each other
        """
        if self.site.conf.workarounds.disable_group_policy_check_upcall:
            return None
        try:
            group = objects.InstanceGroup.get_by_instance_uuid(
                nova_context.get_admin_context(), instance.uuid)
        except nova_exc.InstanceGroupNotFound:
            return None
        return server_group.wish(group, instance.flavor, self.site.cloud_id)

    def ensure(self, request: LaunchRequest) -> None:
        """Have a launch's placement group on EC2.

        :raises FlavorRefused: the group is there with another strategy
        :raises NotOwned: somebody else made one of that name
        """
        wanted = request.group
        if wanted is None or not any(one.group
                                     for one in request.candidates):
            return
        with self._lock:
            if self._there.get(wanted.name) == wanted.strategy:
                return
        self._create(wanted)
        with self._lock:
            self._there[wanted.name] = wanted.strategy

    def _create(self, wanted: GroupWish) -> None:
        partitions = (PARTITIONS_MOST if wanted.strategy == 'partition'
                      else 0)
        try:
            self.site.ec2.placement_groups.create(
                wanted.name, wanted.strategy, {
                    tag_keys.CLOUD: self.site.cloud_id,
                    tag_keys.SERVER_GROUP: wanted.uuid},
                partitions=partitions)
        except exc.InvalidRequest as error:
            if error.code != _DUPLICATE:
                raise
            self._check(wanted)

    def _check(self, wanted: GroupWish) -> None:
        found = self.site.ec2.placement_groups.named(wanted.name)
        if found is None:
            return  # It was deleted just now; the launch will say so.
        if found.tags.get(tag_keys.CLOUD) != self.site.cloud_id:
            raise exc.NotOwned(
                f'EC2 has a placement group {wanted.name} that is not of '
                f'cloud {self.site.cloud_id}; server group {wanted.uuid} '
                f'needs that name, so delete it there')
        if found.strategy != wanted.strategy:
            raise exc.FlavorRefused(
                f'server group {wanted.uuid} has placement group '
                f'{wanted.name} with the strategy {found.strategy}, and '
                f'this flavor asks for {wanted.strategy} '
                f'(ec2:placement_strategy); all its members must have the '
                f'same')

    def forget(self, request: LaunchRequest) -> None:
        """The group turned out to be gone from EC2."""
        if request.group is not None:
            with self._lock:
                self._there.pop(request.group.name, None)

    @contextlib.contextmanager
    def explaining(self, request: LaunchRequest) -> Iterator[None]:
        """Say what the placement group has to do with a refused launch.

        :raises CapacityExhausted: it has; another host may have room
        """
        try:
            yield
        except (exc.CapacityExhausted, exc.QuotaExceeded,
                exc.InvalidRequest) as error:
            wanted = request.group
            if wanted is None or not request.candidates[-1].group:
                raise
            reason = self._reason(wanted, error)
            if not reason:
                raise
            # Nova cuts a fault's message after 255 characters.
            raise exc.CapacityExhausted(
                f'{reason}; EC2 says: {error}') from error

    def _reason(self, wanted: GroupWish, error: exc.AWSError) -> str:
        zone, what = self.site.zone, f'server group {wanted.uuid}'
        if wanted.strategy == 'spread':
            running = sum(
                server.zone == zone and server.state in _RUNNING
                for server in self.site.ec2.instances.in_groups(
                    [wanted.name]))
            # EC2's documentation does not tell the code of this error.
            if running >= SPREAD_MOST:
                return (f'{what} has {running} running members in {zone}, '
                        f'EC2 spreads at most {SPREAD_MOST} a zone; use '
                        f'soft-anti-affinity, or in the flavor '
                        f'ec2:placement_strategy=partition')
        if isinstance(error, exc.CapacityExhausted):
            return (f'no room in the {wanted.strategy} placement group of '
                    f'{what}; use soft-{wanted.policy}, or stop and start '
                    f'all its members together')
        return ''

    def remove_empty(self) -> None:
        """Delete this cloud's placement groups without instances.

        A launch that finds its group gone makes it again.
        """
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                names = {group.name for group in
                         self.site.ec2.placement_groups.find(
                             {tag_keys.CLOUD: self.site.cloud_id})
                         if tag_keys.SERVER_GROUP in group.tags}
                if names:
                    names -= {server.placement_group for server in
                              self.site.ec2.instances.in_groups(
                                  sorted(names))}
                for name in sorted(names):
                    self._delete(name)
        except exc.NovaEC2Error as error:
            LOG.warning('Placement groups without instances could not be '
                        'removed: %s', error)

    def _delete(self, name: str) -> None:
        with self._lock:
            self._there.pop(name, None)
        # A launch was quicker, or another host's housekeeping.
        with contextlib.suppress(exc.IncorrectState, exc.NotFound):
            self.site.ec2.placement_groups.delete(name)
            LOG.info('Placement group %s had no instances and is deleted',
                     name)
