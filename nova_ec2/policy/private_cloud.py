# SPDX-License-Identifier: Apache-2.0
"""The private hosts as Placement has them, and how full they are.

One call lists the providers that are not EC2's and not disabled, with their
generations. A claim raises the generation of its provider, so only of those
that changed inventories and usages are read. A release does not raise it
(Placement's ``DELETE /allocations``), so what is remembered is never less than
what is taken, and may be more; who needs to know reads usages anew.
"""

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from nova_ec2.policy.room import Room

LIST = '/resource_providers?required=!CUSTOM_EC2,!COMPUTE_STATUS_DISABLED'
VERSION = '1.22'
"""Of Placement's API: forbidden traits."""

Get = Callable[[str], Mapping[str, Any]]
"""Asks Placement: takes a path, gives the answer's JSON, raises its own."""

_VCPUS = ('VCPU', 'PCPU')
_MEMORY = 'MEMORY_MB'
# What an EC2 host reports before it has its trait.
_ENDLESS = 0x7FFFFFFF


@dataclasses.dataclass(frozen=True, slots=True)
class Provider:
    """One private provider.

    :param inventory: what Placement gives away at most, by resource class
    :param read: when the usages were read, by the clock
    """

    uuid: str
    name: str
    generation: int
    inventory: Mapping[str, int]
    usages: Mapping[str, int]
    read: float

    @property
    def room(self) -> Room:
        """Its vCPUs and memory; none of a host that is EC2's."""
        if self.inventory.get('VCPU', 0) >= _ENDLESS:
            return Room()
        return Room(
            vcpus=sum(self.inventory.get(kind, 0) for kind in _VCPUS),
            vcpus_used=sum(self.usages.get(kind, 0) for kind in _VCPUS),
            memory_mb=self.inventory.get(_MEMORY, 0),
            memory_mb_used=self.usages.get(_MEMORY, 0))


class PrivateCloud:
    """Reads the private hosts from Placement. Threads may share it.

    :param get: asks Placement in :data:`VERSION` of its API
    :param clock: seconds, for the age of what is remembered
    """

    def __init__(self, get: Get,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._get, self._clock = get, clock
        self._lock = threading.Lock()
        self._known: dict[str, Provider] = {}

    def providers(self, at_most: float | None = None) -> list[Provider]:
        """All private providers, full ones included.

        :param at_most: seconds that usages may be old; None trusts them
            until the generation changes
        """
        with self._lock:
            listed = self._get(LIST)['resource_providers']
            self._known = {each['uuid']: self._fresh(each, at_most)
                           for each in listed}
            return list(self._known.values())

    def room(self, at_most: float | None = None) -> Room:
        """All of them together; see :meth:`providers`."""
        total = Room()
        for provider in self.providers(at_most):
            total += provider.room
        return total

    def _fresh(self, listed: Mapping[str, Any],
               at_most: float | None) -> Provider:
        known = self._known.get(listed['uuid'])
        now = self._clock()
        path = f'/resource_providers/{listed["uuid"]}'
        if known is None or known.generation != listed['generation']:
            # What changes between the two reads has another generation.
            inventories = self._get(f'{path}/inventories')['inventories']
            return Provider(
                listed['uuid'], listed['name'], listed['generation'],
                {kind: _given(one) for kind, one in inventories.items()},
                self._get(f'{path}/usages')['usages'], now)
        if (at_most is not None and any(known.usages.values())
                and now - known.read > at_most):
            return dataclasses.replace(
                known, usages=self._get(f'{path}/usages')['usages'],
                read=now)
        return known


def _given(inventory: Mapping[str, Any]) -> int:
    """What Placement gives away at most, counted as Placement counts."""
    return int((inventory['total'] - inventory['reserved'])
               * inventory['allocation_ratio'])
