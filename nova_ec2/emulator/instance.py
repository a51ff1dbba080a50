# SPDX-License-Identifier: Apache-2.0
"""An instance: moto's model with states that EC2 would have."""

import datetime
import itertools
from typing import Any

from moto.ec2.models.block_device import BlockDeviceMapping
from moto.ec2.models.instances import (
    Instance,
    InstancePlacement,
    InstanceState,
    MetadataOptions,
    StateReason,
)
from moto.ec2.utils import random_instance_id

CODES = {'pending': 0, 'running': 16, 'shutting-down': 32, 'terminated': 48,
         'stopping': 64, 'stopped': 80}

_serials = itertools.count(1)


class StrictInstance(Instance):
    """An instance that moto's other calls can use too.

    Its states are changed by transitions.py alone.

    :param spec: a launch.Spec
    :param index: EC2's AmiLaunchIndex
    """

    def __init__(self, backend: Any, spec: Any, index: int) -> None:
        self.ec2_backend = backend
        self.serial = next(_serials)
        self.id = random_instance_id()
        self.owner_id = backend.account_id
        self.region_name = backend.region_name
        self.reservation_id = ''
        self.ami_launch_index = index
        self.client_token = spec.client_token
        self.launch_time: datetime.datetime = backend.world.clock.utc()
        self.visible_at = 0.0
        self.console_at: float | None = None
        self.boots = 1
        self.generation = 0
        self._state = InstanceState('pending', 0)
        self._reason = ''
        self.state_reason = StateReason('pending', 'pending')
        self._describe(spec)
        self._place(spec)
        self._private_ips: set[str] = set()
        self.nics: dict[int, Any] = {}
        self.block_device_mapping = BlockDeviceMapping()

    def __del__(self) -> None:
        """Nothing: addresses are released at termination, not by chance."""

    def _describe(self, spec: Any) -> None:
        image = spec.image
        self.image_id = image.id
        self.platform = image.platform
        self.virtualization_type = image.virtualization_type or 'hvm'
        self.architecture = image.architecture or 'x86_64'
        self.boot_mode = image.boot_mode
        self.tpm_support = image.tpm_support
        self.ena_support = image.ena_support
        self.imds_support = image.imds_support
        self.sev_snp = spec.sev_snp
        self.root_device_name = image.root_device_name
        self.root_device_type = 'ebs'
        self.kernel: str | None = None
        self.kernel_id: str | None = None
        self.ramdisk: str | None = None
        self.product_codes: list[str] = []
        self.hypervisor = 'xen'
        self.instance_type = spec.instance_type
        self.vcpus = spec.vcpus
        self.key_name = spec.key_name
        self.user_data = spec.user_data
        # moto adds these to the groups of every interface; ours belong to
        # the interfaces alone.
        self.security_groups: list[Any] = []
        self.metadata_options = MetadataOptions(spec.metadata_options)
        self.disable_api_termination = spec.disable_api_termination
        self.disable_api_stop = spec.disable_api_stop
        self.instance_initiated_shutdown_behavior = spec.shutdown_behavior
        self.ebs_optimized = spec.ebs_optimized
        self.monitoring_state = spec.monitoring
        self.sriov_net_support = 'simple'
        self.iam_instance_profile = spec.iam_instance_profile
        self.hibernation_options = None
        self.hibernation: bool = spec.hibernation
        self.hibernated = False
        self.interrupts = 0
        self.password = self.password_data = ''
        self.lifecycle = 'spot' if spec.spot else None
        self.spot_request_id = ''
        self._spot_fleet_id = None
        self._fleet_id = None

    def _place(self, spec: Any) -> None:
        self.placement_group: str | None = spec.placement_group
        self._placement = InstancePlacement(spec.subnet.availability_zone)
        self._subnet_id = spec.subnet.id
        self.associate_public_ip = spec.interfaces[0].public

    def enter(self, state: str, billed: bool = False) -> InstanceState:
        """Change the state and return the one before it.

        :param billed: it is charged for though it is not running
        """
        before = self._state
        world = self.ec2_backend.world
        world.bill.entered(self, billed or state == 'running',
                           world.clock.at(world.timeline.now()))
        self._state = InstanceState(state, CODES[state])
        self.generation += 1
        return before

    def explain(self, code: str, message: str, transition: str) -> None:
        """Set EC2's StateReason and StateTransitionReason."""
        self.state_reason = StateReason(message, code)
        self._reason = transition

    @property
    def instance_id(self) -> str:
        """The id, by the name that moto's serializer looks for."""
        return self.id

    @property
    def private_ip(self) -> str | None:
        """The first interface's address, None once it is released."""
        return self.nics[0].private_ip_address if 0 in self.nics else None

    @property
    def private_ip_address(self) -> str | None:
        """The same, by EC2's name."""
        return self.private_ip

    @property
    def private_dns_name(self) -> str:
        """EC2's internal name, '' once the address is released."""
        return super().private_dns_name if self.private_ip else ''

    @property
    def public_ip(self) -> str | None:
        """The first interface's public address or None."""
        return self.nics[0].public_ip if 0 in self.nics else None

    @property
    def public_ip_address(self) -> str | None:
        """The same, by EC2's name."""
        return self.public_ip

    @property
    def groups(self) -> list[Any]:
        """The security groups of the first interface."""
        return list(self.nics[0].group_set) if 0 in self.nics else []

    @property
    def source_dest_check(self) -> bool:
        """What the first interface has."""
        return 0 not in self.nics or bool(self.nics[0].source_dest_check)

    @source_dest_check.setter
    def source_dest_check(self, value: bool) -> None:
        """Change it for the first interface."""
        self.nics[0].source_dest_check = value

    @property
    def is_over(self) -> bool:
        """Whether it is terminated or on the way there."""
        return self.state in ('shutting-down', 'terminated')
