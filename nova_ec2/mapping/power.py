# SPDX-License-Identifier: Apache-2.0
"""EC2's instance states as Nova's power states."""

from nova.compute import power_state

from nova_ec2.models.server import ServerState

_POWER = {
    ServerState.PENDING: power_state.NOSTATE,
    ServerState.RUNNING: power_state.RUNNING,
    ServerState.STOPPING: power_state.RUNNING,
    ServerState.STOPPED: power_state.SHUTDOWN,
    ServerState.SHUTTING_DOWN: power_state.CRASHED,
    ServerState.TERMINATED: power_state.CRASHED,
}


def power_of(state: ServerState) -> int:
    """What ComputeDriver.get_info reports for an EC2 state.

    A server that stops still runs: told SHUTDOWN too early, Nova's power
    sync would call stop on it once more. A terminated one is CRASHED and not
    "not found": Nova answers InstanceNotFound with NOSTATE, which it only
    logs for an active server, so the server would stay ACTIVE for ever;
    CRASHED makes the sync stop it, and it can then be deleted.

    :returns: one of :mod:`nova.compute.power_state`
    """
    return _POWER[state]
