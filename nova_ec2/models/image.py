# SPDX-License-Identifier: Apache-2.0
"""An AMI (DescribeImages)."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Image:
    """One AMI.

    :param state: ``pending``, ``available``, ``failed``, ...
    :param architecture: EC2's name, for instance ``x86_64``
    :param root_gib: size of the root snapshot in GiB, 0 where unknown
    :param snapshot_ids: the EBS snapshots behind its disks
    :param root_snapshot_id: the one behind its root, '' where unknown
    :param public: whether every account may launch it
    :param boot_mode: ``legacy-bios``, ``uefi``, ``uefi-preferred`` or ''
    :param tpm_support: ``v2.0`` where its instances have NitroTPM, else ''
    :param imds_support: ``v2.0`` where its instances want session tokens
        for their metadata, else ''
    :param ena_support: whether it can have ENA, as Nitro types need
    :param tags: all tags, the tenant's and ours
    """

    image_id: str
    state: str
    architecture: str
    root_device_name: str
    root_gib: int = 0
    snapshot_ids: tuple[str, ...] = ()
    root_snapshot_id: str = ''
    owner_id: str = ''
    public: bool = False
    platform: str = ''
    boot_mode: str = ''
    virtualization: str = 'hvm'
    root_device_type: str = 'ebs'
    reason: str = ''
    tpm_support: str = ''
    imds_support: str = ''
    ena_support: bool = True
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
