# SPDX-License-Identifier: Apache-2.0
"""Maintenance that EC2 has scheduled stands in the server's list of actions.

AWS writes of it to the account's owner only; the server's user would learn of
the reboot when it happens.
"""

import dataclasses
import datetime
import time

from nova import context as nova_context
from nova import objects
from oslo_log import log as logging

from nova_ec2.aws import pacing
from nova_ec2.models.maintenance import ScheduledEvent
from nova_ec2.ops import notices
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)

_WHAT = {
    'instance-reboot': 'reboot the instance',
    'system-reboot': 'reboot the machine under the instance',
    'system-maintenance': 'interrupt network or power of the instance',
    'instance-retirement': 'stop or terminate the instance for good',
    'instance-stop': 'stop the instance'}


@dataclasses.dataclass
class Maintenance:
    """Tells of the events of one host's servers.

    :param interval: seconds between two looks; 0 for none
    """

    site: Site
    interval: float
    _looked: float = float('-inf')

    def look(self) -> None:
        """Tell of what is new, if it is time to look.

        Failures are logged; whatever this is called from goes on.
        """
        now = time.monotonic()
        if not self.interval or now - self._looked < self.interval:
            return
        self._looked = now
        try:
            with pacing.priority(pacing.Priority.HOUSEKEEPING):
                self._look()
        except Exception as error:
            LOG.warning('Scheduled events could not be read; the next look '
                        'tries again: %s', error)

    def _look(self) -> None:
        events = self.site.ec2.maintenance.scheduled()
        if not events:
            return
        servers = {server.instance_id: server.owner.server_uuid
                   for server in self.site.fleet.servers() if server.owner}
        ours = [event for event in events if event.instance_id in servers]
        context = nova_context.get_admin_context()
        instances = {instance.uuid: instance for instance
                     in objects.InstanceList.get_by_filters(
                         context, {'uuid': sorted({
                             servers[event.instance_id] for event in ours}),
                             'deleted': False}, expected_attrs=[])}
        for event in ours:
            instance = instances.get(servers[event.instance_id])
            if instance is not None:
                notices.write_once(instance, notices.MAINTENANCE,
                                   _sentence(event))


def _sentence(event: ScheduledEvent) -> str:
    what = _WHAT.get(event.code, event.code)
    when = f' from {_when(event.not_before)}' if event.not_before else ''
    until = f' to {_when(event.not_after)}' if event.not_after else ''
    return (f'EC2 will {what} {event.instance_id}{when}{until} '
            f'({event.code}, {event.event_id}): {event.description}')


def _when(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime('%Y-%m-%d %H:%M UTC')
