# SPDX-License-Identifier: Apache-2.0
"""What volumes may be made, and on which instances, as EC2 limits it.

"Amazon EBS volume limits for Amazon EC2 instances", Amazon EC2 User Guide;
"Amazon EBS volume types" and "Attach an EBS volume to multiple EC2 instances
using Multi-Attach", Amazon EBS User Guide.
"""

from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from nova_ec2.emulator.disks import SIZES
from nova_ec2.emulator.errors import Refusal
from nova_ec2.emulator.instance import StrictInstance

SHARED_BY = 16
"""Instances that one volume made with Multi-Attach can be on."""

SHAREABLE = ('io1', 'io2')


def most(instance_type: str, interfaces: int) -> int:
    """Volumes that an instance takes, its root among them.

    The figure of DescribeInstanceTypes is for one interface. Where the limit
    is shared, each further interface counts as a volume.
    """
    ebs = INSTANCE_TYPES[instance_type].get('EbsInfo', {})
    limit = int(ebs.get('MaximumEbsAttachments', 27))
    if ebs.get('AttachmentLimitType') == 'dedicated':
        return limit
    return limit - max(0, interfaces - 1)


def check_count(instance_type: str, interfaces: int, volumes: int) -> None:
    """Refuse more volumes than an instance takes."""
    limit = most(instance_type, interfaces)
    if volumes > limit:
        raise Refusal('AttachmentLimitExceeded',
                      f"You've reached the limit on the number of Amazon EBS "
                      f'volumes that can be attached to an instance of type '
                      f'{instance_type}: {limit}')


def check_new(kind: str, size: int, snapshot: Any) -> None:
    """Refuse a size, in GiB, that a type or its snapshot does not allow."""
    if kind not in SIZES:
        raise Refusal('InvalidParameterValue',
                      f'Value ({kind}) for parameter volumeType is invalid.')
    low, high = SIZES[kind]
    if not low <= size <= high:
        raise Refusal('InvalidParameterValue',
                      f'Volume of {size}GiB is invalid for volume type '
                      f'{kind}; must be {low} to {high}.')
    if snapshot is not None and size < snapshot.volume.size:
        raise Refusal('InvalidParameterValue',
                      f'Volume size {size} is smaller than that of snapshot '
                      f'{snapshot.id}, {snapshot.volume.size}.')


def check_shared(volume: Any, instance: StrictInstance, device: str) -> None:
    """Refuse one more instance for a volume that is on some already."""
    if not volume.multi_attach_enabled:
        if volume.attachments:
            raise Refusal('VolumeInUse', f'{volume.id} is already attached '
                          'to an instance')
        return
    if volume.on(instance.id):
        raise Refusal('VolumeInUse', f'{volume.id} is already attached to '
                      f'{instance.id}')
    if len(volume.attachments) >= SHARED_BY:
        raise Refusal('AttachmentLimitExceeded',
                      f'{volume.id} is attached to {SHARED_BY} instances, '
                      'the most for a Multi-Attach enabled volume')
    kind = INSTANCE_TYPES[instance.instance_type]
    if kind.get('Hypervisor') == 'xen':
        raise Refusal('UnsupportedOperation',
                      'Multi-Attach enabled volumes can be attached to '
                      'instances built on the Nitro System only, not to '
                      f'{instance.instance_type}')
    if device == instance.root_device_name:
        raise Refusal('UnsupportedOperation',
                      'Multi-Attach enabled volumes cannot be boot volumes')
