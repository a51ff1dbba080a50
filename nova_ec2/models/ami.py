# SPDX-License-Identifier: Apache-2.0
"""A Glance image names its AMI; which AMIs it may name.

For every service that makes something of an image.
"""

import re
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.models import tags
from nova_ec2.models.image import Image

AMI_PROPERTY = 'ec2_ami_id'
"""Image property: the AMI behind a Glance image, ``ami-0a1b2c3d4e5f``."""

_AMI_ID = re.compile(r'ami-[0-9a-f]{8,17}')


def ami_of(properties: Mapping[str, Any], image_id: str) -> str:
    """The AMI that an image's properties name.

    :raises ImageRefused: the property is missing or malformed
    """
    ami = str(properties.get(AMI_PROPERTY) or '').strip()
    if not ami:
        raise exceptions.ImageRefused(
            f'image {image_id} has no property {AMI_PROPERTY}, so it cannot '
            f'boot on EC2; set it to an AMI of the Region')
    if not _AMI_ID.fullmatch(ami):
        raise exceptions.ImageRefused(
            f'image {image_id} has {AMI_PROPERTY}={ami!r}, which is no AMI '
            f'id such as ami-0a1b2c3d')
    return ami


def check_belongs(image: Image, image_id: str, cloud_id: str) -> None:
    """Refuse an AMI of this package's that belongs to another image.

    Users edit image properties, so an image that names an AMI proves nothing.

    :param image: what EC2 says (DescribeImages)
    :param image_id: Glance's id of the image that names it
    :param cloud_id: ``[ec2] cloud_id``
    :raises ImageRefused: it is of another cloud, or of another image
    """
    ours = {key: value for key, value in image.tags.items()
            if key.startswith(tags.RESERVED)}
    if not ours:
        return
    if ours.get(tags.CLOUD) != cloud_id:
        raise exceptions.ImageRefused(
            f'{image.image_id} belongs to another cloud than {cloud_id} '
            f'([ec2] cloud_id)')
    if ours.get(tags.IMAGE) != image_id:
        raise exceptions.ImageRefused(
            f'{image.image_id} is the snapshot of a server and boots through '
            f'its own Glance image only, not through image {image_id}')
