# SPDX-License-Identifier: Apache-2.0
"""EC2Driver wherever Nova's tests ask for one of its fake drivers.

Some fake drivers fail on purpose. There EC2 fails instead, in the way that
must lead to the same end.
"""

import importlib
from collections.abc import Callable
from typing import Any

import nova.conf
from nova.virt import driver, fake
from oslo_utils.fixture import uuidsentinel as uuids

from nova_ec2.driver import EC2Driver
from nova_ec2.mapping import flavor
from tests.conformance.nova import ec2

CONF = nova.conf.CONF


def install() -> None:
    """Replace the loader, and the class whose methods tests have fail."""
    driver.load_compute_driver = load
    fake.FakeDriver = EC2Driver
    # It has a loader of its own.
    test_server_group = importlib.import_module(
        'nova.tests.functional.test_server_group')
    test_server_group._fake_load_compute_driver = load


def load(virtapi: Any, compute_driver: str | None = None) -> EC2Driver:
    """In place of nova.virt.driver.load_compute_driver."""
    name = (compute_driver or CONF.compute_driver).rpartition('.')[2]
    trouble = _TROUBLES.get(name)
    if trouble:
        trouble()
    made = EC2Driver(virtapi)
    _give_identity(made)
    return made


def _give_identity(made: EC2Driver) -> None:
    """Its node's own, as Nova's fake driver has it.

    A nova-compute keeps it in a file and remembers it for the process, which
    several share here.
    """
    resources = made.get_available_resource

    def identity(name: str) -> str:
        return str(getattr(uuids, f'node_{name}'))
    made.get_nodenames_by_uuid = lambda refresh=False: {
        identity(name): name for name in made.get_available_nodes(refresh)}
    made.get_available_resource = lambda name: {
        **resources(name), 'uuid': identity(name)}


def _first_launch_finds_no_room() -> None:
    ec2.here().control.clear_faults()
    # None of the types that a launch tries.
    ec2.here().control.no_capacity(times=flavor.MOST)


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
