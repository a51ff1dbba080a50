# SPDX-License-Identifier: Apache-2.0
"""Whether a server that is there can boot from another AMI's root.

Its type, firmware and licence were decided when it was launched.
"""

from nova_ec2 import exceptions
from nova_ec2.mapping import boot_mode
from nova_ec2.models.image import Image
from nova_ec2.models.instance_type import InstanceType
from nova_ec2.models.server import Server


def check_boots(image: Image, server: Server, kind: InstanceType | None,
                launched_from: Image | None) -> None:
    """Refuse an AMI whose root the server could not boot from.

    :param image: the AMI whose root volume is to be its root
    :param kind: the server's instance type, None where the zone no longer
        offers it
    :param launched_from: the AMI that it was launched from, None where EC2
        no longer has it
    :raises ImageRefused: says what differs
    """
    what = f'server {server.instance_id} of type {server.instance_type}'
    if kind is not None and image.architecture not in kind.architectures:
        raise exceptions.ImageRefused(
            f'{image.image_id} is for {image.architecture}, but {what} is '
            f'{" or ".join(sorted(kind.architectures))}; use an image of '
            f'that architecture')
    if image.platform.lower() == 'windows' != server.platform:
        raise exceptions.ImageRefused(
            f'{image.image_id} is Windows, but {what} was launched without '
            f'its licence; use an image of another system')
    if kind is None or launched_from is None:
        return
    mode = boot_mode.of(launched_from, kind)
    if not boot_mode.may_be(image, mode):
        raise exceptions.ImageRefused(
            f'{boot_mode.describe(image)}, but {what} boots with {mode}; '
            f'use an image with that boot mode or {boot_mode.PREFERRED}')
