# SPDX-License-Identifier: Apache-2.0
"""A server as EC2 knows it."""

import dataclasses
import datetime
import enum


class ServerState(enum.StrEnum):
    """EC2's instance states, by EC2's names (DescribeInstances)."""

    PENDING = 'pending'
    RUNNING = 'running'
    STOPPING = 'stopping'
    STOPPED = 'stopped'
    SHUTTING_DOWN = 'shutting-down'
    TERMINATED = 'terminated'

    @property
    def is_gone(self) -> bool:
        """Whether the instance is terminated or on its way there."""
        return self in (ServerState.SHUTTING_DOWN, ServerState.TERMINATED)

    @property
    def is_settled(self) -> bool:
        """Whether the state stays until somebody asks for another."""
        return self in (ServerState.RUNNING, ServerState.STOPPED,
                        ServerState.TERMINATED)


@dataclasses.dataclass(frozen=True, slots=True)
class Ownership:
    """Who a resource belongs to, as its reserved tags say.

    :param cloud_id: the OpenStack cloud ([ec2] cloud_id)
    :param host: the nova-compute host
    :param server_uuid: the Nova server
    :param project_id: the Keystone project
    """

    cloud_id: str
    host: str
    server_uuid: str
    project_id: str = ''


@dataclasses.dataclass(frozen=True, slots=True)
class Interface:
    """A network interface attached to a server (EC2: ENI)."""

    interface_id: str
    mac_address: str
    private_address: str
    subnet_id: str
    device_index: int


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """One EC2 instance.

    :param reason_code: StateReason.Code, why the state was last left
    :param reason: StateReason.Message
    :param owner: None where the instance carries no tags of ours
    :param devices: names of the attached EBS volumes, the root's among them
    :param launch_time: of the last start, not of the first
    """

    instance_id: str
    state: ServerState
    instance_type: str
    image_id: str
    zone: str
    owner: Ownership | None = None
    name: str = ''
    reason_code: str = ''
    reason: str = ''
    launch_time: datetime.datetime | None = None
    private_address: str = ''
    public_address: str = ''
    root_device_name: str = ''
    interfaces: tuple[Interface, ...] = ()
    devices: tuple[str, ...] = ()
