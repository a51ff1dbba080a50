# SPDX-License-Identifier: Apache-2.0
"""DescribeInstanceStatus, with scheduled events.

"Scheduled events for Amazon EC2 instances", Amazon EC2 User Guide;
DescribeInstanceStatus, Amazon EC2 API Reference.
"""

import datetime
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

CODES = ('instance-reboot', 'system-reboot', 'system-maintenance',
         'instance-retirement', 'instance-stop')

# EC2's own for this action.
IDS_MAX = 100

Event = dict[str, Any]


def schedule(instance: StrictInstance, code: str, description: str,
             not_before: datetime.datetime,
             not_after: datetime.datetime | None = None) -> str:
    """EC2 plans something for an instance; the event's id."""
    if code not in CODES:
        raise ValueError(f'no such event: {code}; there are '
                         f'{", ".join(CODES)}')
    event_id = f'instance-event-{secrets.token_hex(8)}0'
    events_of(instance).append({
        'InstanceEventId': event_id, 'Code': code,
        'Description': description, 'NotBefore': not_before,
        **({'NotAfter': not_after} if not_after else {})})
    return event_id


def settle(instance: StrictInstance, event_id: str, word: str) -> None:
    """An event is over: EC2 goes on to show it, marked, for a week."""
    for event in events_of(instance):
        if event['InstanceEventId'] == event_id:
            event['Description'] = f'[{word}] {event["Description"]}'
            return
    raise ValueError(f'no such event: {event_id}')


def events_of(instance: StrictInstance) -> list[Event]:
    """The events that are shown of an instance."""
    found: list[Event] = instance.__dict__.setdefault('scheduled_events', [])
    return found


def statuses(instances: Iterable[StrictInstance], params: dict[str, Any]
             ) -> list[dict[str, Any]]:
    """What DescribeInstanceStatus shows, by default of running ones."""
    ids = params.get('InstanceIds') or []
    if len(ids) > IDS_MAX:
        raise Refusal('InvalidParameterValue',
                      f'The maximum number of instance IDs is {IDS_MAX}')
    if ids and params.get('MaxResults') is not None:
        raise Refusal('InvalidParameterCombination',
                      'The parameter instancesSet cannot be used with the '
                      'parameter maxResults')
    every = str(params.get('IncludeAllInstances')).lower() == 'true'
    tests = [_test(entry) for entry in params.get('Filters') or []]
    return [_status(one) for one in instances
            if (every or one.state == 'running')
            and all(test(one) for test in tests)]


_READERS: dict[str, Callable[[StrictInstance], list[str | None]]] = {
    'instance-state-name': lambda one: [one.state],
    'availability-zone': lambda one: [one.availability_zone],
    'event.code': lambda one: [
        event['Code'] for event in events_of(one)],
    'event.instance-event-id': lambda one: [
        event['InstanceEventId'] for event in events_of(one)],
}


def _test(entry: dict[str, Any]) -> Callable[[StrictInstance], bool]:
    name, wanted = entry.get('Name') or '', set(entry.get('Values') or [])
    if name not in _READERS:
        raise Refusal('InvalidParameterValue',
                      f"The filter '{name}' is invalid")
    return lambda one: bool(wanted & set(_READERS[name](one)))


def _status(one: StrictInstance) -> dict[str, Any]:
    runs = one.state == 'running'
    check = ({'Status': 'ok', 'Details': [
        {'Name': 'reachability', 'Status': 'passed'}]} if runs
        else {'Status': 'not-applicable'})
    return {'InstanceId': one.id,
            'AvailabilityZone': one.availability_zone,
            'InstanceState': one.instance_state,
            'InstanceStatus': check, 'SystemStatus': check,
            'Events': list(events_of(one))}
