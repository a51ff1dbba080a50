# SPDX-License-Identifier: Apache-2.0
"""EC2Driver wherever Nova's tests ask for one of its fake drivers.

Some fake drivers fail on purpose. There EC2 fails instead, in the way that
must lead to the same end.
"""

import uuid
from collections.abc import Callable
from typing import Any

import nova.conf
from nova.virt import driver, fake

from nova_ec2.driver import EC2Driver
from tests.conformance.nova import ec2

CONF = nova.conf.CONF
_NODES = uuid.UUID(int=0)


def install() -> None:
    """Replace the loader, and the class whose methods tests have fail."""
    driver.load_compute_driver = load
    fake.FakeDriver = EC2Driver


def load(virtapi: Any, compute_driver: str | None = None) -> EC2Driver:
    """In place of nova.virt.driver.load_compute_driver."""
    name = (compute_driver or CONF.compute_driver).rpartition('.')[2]
    trouble = _TROUBLES.get(name)
    if trouble:
        trouble()
    made = EC2Driver(virtapi)
    # Hosts have a file with the identity of their node each; these share one
    # process, and Nova's tests its memory of it.
    made.get_nodenames_by_uuid = lambda refresh=False: {
        str(uuid.uuid5(_NODES, name)): name
        for name in made.get_available_nodes(refresh)}
    return made


def _first_launch_finds_no_room() -> None:
    ec2.here().control.clear_faults()
    ec2.here().control.no_capacity(times=1)


def _no_launch_is_authorized(from_the: int = 1) -> None:
    ec2.here().control.clear_faults()
    ec2.here().control.fault(
        'error', 'RunInstances', nth=from_the, times=0, status=403,
        code='UnauthorizedOperation',
        message='You are not authorized to perform this operation.')


def _only_the_first_launch_is_authorized() -> None:
    _no_launch_is_authorized(from_the=2)


_TROUBLES: dict[str, Callable[[], None]] = {
    'FakeRescheduleDriver': _first_launch_finds_no_room,
    'FakeBuildAbortDriver': _no_launch_is_authorized,
    'FakeUnshelveSpawnFailDriver': _only_the_first_launch_is_authorized,
}
