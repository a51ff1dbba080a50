# SPDX-License-Identifier: Apache-2.0
"""Which firmware an AMI boots with on an instance type.

"Instance launch behavior with Amazon EC2 boot modes", Amazon EC2 User Guide:
the AMI decides, and where it leaves it open, the type.
"""

from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType

BIOS = 'legacy-bios'
UEFI = 'uefi'
PREFERRED = 'uefi-preferred'


def of(image: Image, kind: InstanceType) -> str:
    """``uefi`` or ``legacy-bios``."""
    if image.boot_mode == PREFERRED:
        return UEFI if UEFI in kind.boot_modes else BIOS
    return image.boot_mode or by_default(image)


def by_default(image: Image) -> str:
    """What an AMI without a boot mode boots with."""
    return UEFI if image.architecture.startswith('arm64') else BIOS


def may_be(image: Image, mode: str) -> bool:
    """Whether the AMI boots with ``mode`` on some type."""
    return (image.boot_mode == PREFERRED
            or (image.boot_mode or by_default(image)) == mode)


def describe(image: Image) -> str:
    """For messages: what the AMI says of itself."""
    if image.boot_mode:
        return f'{image.image_id} has boot mode {image.boot_mode}'
    return (f'{image.image_id} has no boot mode, which is '
            f'{by_default(image)} on {image.architecture}')
