# SPDX-License-Identifier: Apache-2.0
"""A server as EC2 knows it."""

import dataclasses
import datetime
import enum

from nova_ec2.models.market import ON_DEMAND, SPOT

HIBERNATED = 'Client.UserInitiatedHibernate'
"""The StateReason code of a server that was stopped by hibernation."""


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
class BlockDevice:
    """An EBS volume of a server, as the instance shows it.

    :param status: ``attaching``, ``attached``, ``detaching``, ``detached``
    """

    device_name: str
    volume_id: str = ''
    status: str = ''
    delete_on_termination: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Server:
    """One EC2 instance.

    :param reason_code: StateReason.Code, why the state was last left
    :param reason: StateReason.Message
    :param owner: None where the instance carries no tags of ours
    :param block_devices: the EBS volumes, the root's among them
    :param launch_time: of the last start, not of the first
    :param hibernation: it was launched so that it can hibernate
    :param platform: ``windows``, else ''
    :param key_name: EC2's name of its key pair, '' for none
    :param market: how it is paid for, ``on-demand`` or ``spot``
    :param spot_request_id: the request behind a spot instance, ``sir-...``
    :param stopped_at: when somebody stopped or terminated it last, as
        StateTransitionReason tells; None where it tells no time
    :param user_id: the Keystone user who had it made
    :param stack: what its costs are summed up as, '' for nothing
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
    placement_group: str = ''
    root_device_name: str = ''
    interfaces: tuple[Interface, ...] = ()
    block_devices: tuple[BlockDevice, ...] = ()
    hibernation: bool = False
    platform: str = ''
    key_name: str = ''
    market: str = ON_DEMAND
    spot_request_id: str = ''
    stopped_at: datetime.datetime | None = None
    user_id: str = ''
    stack: str = ''

    @property
    def is_spot(self) -> bool:
        """Whether EC2 may take it back, and cannot stop it."""
        return self.market == SPOT

    @property
    def hibernates(self) -> bool:
        """Whether its memory is, or is being, kept on the root volume."""
        return (self.reason_code == HIBERNATED and self.state in (
            ServerState.STOPPING, ServerState.STOPPED))

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the EBS volumes, the root's among them."""
        return tuple(one.device_name for one in self.block_devices)

    @property
    def root(self) -> BlockDevice | None:
        """The root volume; None while it is detached."""
        return self.at(self.root_device_name)

    def at(self, device_name: str) -> BlockDevice | None:
        """The volume under a device name."""
        return next((one for one in self.block_devices
                     if one.device_name == device_name), None)

    def holding(self, volume_id: str) -> BlockDevice | None:
        """The attachment of a volume."""
        return next((one for one in self.block_devices
                     if one.volume_id == volume_id), None)
