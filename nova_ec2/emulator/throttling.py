# SPDX-License-Identifier: Apache-2.0
"""EC2's published throttling: token buckets per account and region.

Figures from the Amazon EC2 Developer Guide, "Request throttling for the
Amazon EC2 API".
"""

import dataclasses
import threading

from nova_ec2.emulator.clock import Clock
from nova_ec2.emulator.request import Call


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """A bucket's size and what flows in a second."""

    size: float
    refill: float


READ = Limit(100, 20)
READ_EVERYTHING = Limit(50, 10)
CHANGE = Limit(50, 5)

UNPAGED = frozenset({
    'DescribeInstances', 'DescribeInstanceStatus', 'DescribeVolumes',
    'DescribeNetworkInterfaces', 'DescribeSecurityGroups',
    'DescribeSnapshots'})
"""Reads with a smaller bucket where neither filter, id nor page is given."""

REQUESTS = {
    'RunInstances': Limit(5, 2), 'StartInstances': Limit(5, 2),
    'TerminateInstances': Limit(100, 5),
    'CreateTags': Limit(100, 10), 'DeleteTags': Limit(100, 10),
    'CreateVolume': Limit(100, 5), 'DeleteVolume': Limit(100, 5),
    'CreateSnapshot': Limit(100, 5), 'DeleteSnapshot': Limit(100, 5),
    'CreateNetworkInterface': Limit(100, 5),
    'DeleteNetworkInterface': Limit(100, 5),
    'ModifyNetworkInterfaceAttribute': Limit(100, 5),
    'DeregisterImage': Limit(100, 5), 'CopyImage': Limit(100, 1)}

RESOURCES = {
    'RunInstances': Limit(1000, 2), 'StartInstances': Limit(1000, 2),
    'TerminateInstances': Limit(1000, 20), 'StopInstances': Limit(1000, 20)}
"""Further buckets, emptied by one for each instance asked for."""


class Buckets:
    """Levels of all buckets that were ever used."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._levels: dict[tuple[str, ...], tuple[float, float]] = {}
        self._lock = threading.Lock()

    def admit(self, call: Call, multiplier: float) -> bool:
        """Whether the buckets have enough for a call; takes it if so.

        A call that is refused takes nothing.
        """
        scope = (call.account_id, call.region)
        name, limit = _request_limit(call)
        wanted: list[tuple[tuple[str, ...], Limit, float]] = [
            ((*scope, 'request', name), limit, 1.0)]
        if call.action in RESOURCES:
            wanted.append(((*scope, 'resource', call.action),
                           RESOURCES[call.action], float(_resources(call))))
        with self._lock:
            now = self._clock.now()
            levels = {}
            for key, limit, amount in wanted:
                level = self._level(key, limit, multiplier, now) - amount
                if level < 0:
                    return False
                levels[key] = (level, now)
            self._levels.update(levels)
            return True

    def _level(self, key: tuple[str, ...], limit: Limit, multiplier: float,
               now: float) -> float:
        size, refill = limit.size * multiplier, limit.refill * multiplier
        level, since = self._levels.get(key, (size, now))
        return min(size, level + (now - since) * refill)


def _request_limit(call: Call) -> tuple[str, Limit]:
    if call.action in REQUESTS:
        return call.action, REQUESTS[call.action]
    if not call.action.startswith(('Describe', 'Get', 'List')):
        return call.action, CHANGE
    if call.action in UNPAGED and _asks_for_everything(call):
        return f'{call.action}:unpaged', READ_EVERYTHING
    return call.action, READ


def _asks_for_everything(call: Call) -> bool:
    return not any(name in ('MaxResults', 'NextToken')
                   or name.startswith('Filter') or 'Id.' in name
                   for name in call.params)


def _resources(call: Call) -> int:
    if call.action == 'RunInstances':
        wanted = call.params.get('MaxCount', '1')
        return int(wanted) if wanted.isdigit() else 1
    return sum(name.startswith('InstanceId.') for name in call.params)
