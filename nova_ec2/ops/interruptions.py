# SPDX-License-Identifier: Apache-2.0
"""Spot instances that EC2 is about to take back: the user reads it before.

EC2 says so two minutes ahead, inside the guest and in the spot request. The
request is read here, as long as this host has spot instances. The end itself
is seen by the fleet's view like any other.
"""

import dataclasses
import datetime
import threading
from typing import Any

from nova import context as nova_context
from nova import objects, rpc
from oslo_log import log as logging

from nova_ec2.aws import pacing
from nova_ec2.models.server import Server
from nova_ec2.models.spot import Interruption
from nova_ec2.ops import notices
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

EVENT = 'compute.instance.ec2_spot_interruption'
"""The notification's name."""

# EC2's notice.
_NOTICE = datetime.timedelta(minutes=2)


@dataclasses.dataclass
class Interruptions:
    """Watches one host's spot instances.

    :param interval: seconds between two looks; 0 for none
    """

    site: Site
    interval: float
    _told: set[str] = dataclasses.field(default_factory=set)
    _ended: threading.Event = dataclasses.field(
        default_factory=threading.Event)

    def begin(self) -> None:
        """Look from now on, in a thread of its own."""
        if self.interval:
            threading.Thread(target=self._run, daemon=True,
                             name='nova-ec2-interruptions').start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(self.interval):
            try:
                with pacing.priority(pacing.Priority.HOUSEKEEPING):
                    self.look()
            except Exception as error:
                LOG.warning('Spot requests could not be read; the next look '
                            'tries again: %s', error)

    def look(self) -> None:
        """Tell of what is new; asks EC2 only where there is spot here."""
        spots = {server.instance_id: server
                 for server in self.site.fleet.held() if server.is_spot}
        self._told &= spots.keys()
        if not spots:
            return
        marked = [one for one in self.site.ec2.spots.marked(
            self.site.cloud_id) if one.instance_id in spots]
        for one in marked:
            if one.instance_id not in self._told:
                self._told.add(one.instance_id)
                self._tell(one, spots[one.instance_id])
        self._follow()

    def _follow(self) -> None:
        """See the end of what was marked, long before the next sweep."""
        if self._told:
            found = self.site.ec2.instances.describe(sorted(self._told))
            for server in found.values():
                self.site.fleet.note(server)

    def _tell(self, what: Interruption, server: Server) -> None:
        assert server.owner is not None
        context = nova_context.get_admin_context()
        found = objects.InstanceList.get_by_filters(
            context, {'uuid': [server.owner.server_uuid], 'deleted': False},
            expected_attrs=[])
        for instance in found:
            message = _sentence(what)
            LOG.warning('%s', message, instance=instance)
            notices.write_once(instance, notices.INTERRUPTED, message)
            self._notify(context, instance, what, server)

    def _notify(self, context: Any, instance: Any, what: Interruption,
                server: Server) -> None:
        if rpc.LEGACY_NOTIFIER is None:
            return
        # Nova's own way would refuse an event that is none of Nova's.
        rpc.LEGACY_NOTIFIER.prepare(
            publisher_id=f'compute.{self.site.host}').warn(context, EVENT, {
            'instance_id': instance.uuid, 'tenant_id': instance.project_id,
            'user_id': instance.user_id, 'host': self.site.host,
            'ec2_instance_id': what.instance_id,
            'instance_type': server.instance_type,
            'availability_zone': server.zone, 'status': what.status,
            'ends_at': str(_end(what) or '')})


def _end(what: Interruption) -> datetime.datetime | None:
    return what.since + _NOTICE if what.since else None


def _sentence(what: Interruption) -> str:
    end = _end(what)
    when = (f' at about {end.astimezone(datetime.UTC):%H:%M:%S} UTC'
            if end else ' in at most two minutes')
    return (f'EC2 takes spot instance {what.instance_id} back{when} '
            f'({what.status}): {what.message}')
