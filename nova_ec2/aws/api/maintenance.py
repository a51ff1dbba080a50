# SPDX-License-Identifier: Apache-2.0
"""Scheduled events: what EC2 is going to do to instances."""

from collections.abc import Iterator, Mapping
from typing import Any

from nova_ec2.aws.call import Caller
from nova_ec2.models.maintenance import ScheduledEvent

# DescribeInstanceStatus returns at most this many a page.
_PAGE = 1000

_CODES = ('instance-reboot', 'system-reboot', 'system-maintenance',
          'instance-retirement', 'instance-stop')

# With these words EC2 begins the description of an event that is over.
_OVER = ('[Completed]', '[Canceled]')


class Maintenance:
    """DescribeInstanceStatus, for its events."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def scheduled(self) -> list[ScheduledEvent]:
        """The events to come, of all instances in the Region.

        Instances without any are not in the answers.
        """
        return list(self._paged())

    def _paged(self) -> Iterator[ScheduledEvent]:
        more: dict[str, Any] = {}
        while True:
            answer = self._call(
                'describe_instance_status', MaxResults=_PAGE,
                IncludeAllInstances=True,
                Filters=[{'Name': 'event.code', 'Values': list(_CODES)}],
                **more)
            for raw in answer.get('InstanceStatuses', ()):
                yield from _events(raw)
            if not answer.get('NextToken'):
                return
            more = {'NextToken': answer['NextToken']}


def _events(raw: Mapping[str, Any]) -> Iterator[ScheduledEvent]:
    for event in raw.get('Events', ()):
        if not event.get('Description', '').startswith(_OVER):
            yield ScheduledEvent(
                instance_id=raw['InstanceId'],
                event_id=event.get('InstanceEventId', ''),
                code=event.get('Code', ''),
                description=event.get('Description', ''),
                not_before=event.get('NotBefore'),
                not_after=event.get('NotAfter'))
