# SPDX-License-Identifier: Apache-2.0
"""What EC2 says of an instance type (DescribeInstanceTypes)."""

import dataclasses

VOLUMES_MAX = 27
"""EBS volumes that a type takes where EC2 does not say."""


@dataclasses.dataclass(frozen=True, slots=True)
class InstanceType:
    """One instance type as offered in a zone.

    :param memory_mib: memory in MiB
    :param architectures: EC2's names: ``x86_64``, ``arm64``, ``i386``,
        ``x86_64_mac``, ``arm64_mac``
    :param accelerated: has GPUs, FPGAs, inference or media accelerators
    :param interfaces_max: network interfaces it can have
    :param addresses_per_interface: private IPv4 addresses of each, the first
        included
    :param ipv6_per_interface: IPv6 addresses of each
    :param volumes_max: EBS volumes it can have with one network interface
    :param volumes_apart: whether that is whatever interfaces it has; else each
        further interface takes the place of a volume
    :param boot_modes: ``legacy-bios``, ``uefi``
    :param instance_store_gb: local disk in GB, 0 where it has none
    :param placement_strategies: of the groups it can be in: ``cluster``,
        ``spread``, ``partition``
    :param nitro_tpm: can have NitroTPM
    :param sev_snp: can encrypt its memory by AMD SEV-SNP
    :param threads_per_core: by default, 2 with hyper-threading
    """

    name: str
    vcpus: int
    memory_mib: int
    architectures: frozenset[str]
    current_generation: bool = True
    bare_metal: bool = False
    accelerated: bool = False
    hypervisor: str = 'nitro'
    interfaces_max: int = 2
    addresses_per_interface: int = 2
    ipv6_per_interface: int = 2
    boot_modes: frozenset[str] = frozenset({'legacy-bios', 'uefi'})
    virtualization: frozenset[str] = frozenset({'hvm'})
    instance_store_gb: int = 0
    volumes_max: int = VOLUMES_MAX
    volumes_apart: bool = False
    hibernation: bool = False
    placement_strategies: frozenset[str] = frozenset()
    nitro_tpm: bool = False
    sev_snp: bool = False
    threads_per_core: int = 1

    @property
    def is_mac(self) -> bool:
        """Whether it is a Mac: dedicated hosts, 24 hours minimum."""
        return any(arch.endswith('_mac') for arch in self.architectures)

    @property
    def family(self) -> str:
        """The part before the dot, for instance ``m7i``."""
        return self.name.partition('.')[0]
