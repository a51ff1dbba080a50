# SPDX-License-Identifier: Apache-2.0
"""Volumes of images: where an AMI stands behind the image."""

import re
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.cinder.backend import Backend
from nova_ec2.models import tags as tag_keys

AMI_PROPERTY = 'ec2_ami_id'
"""As in the driver of Nova: the AMI behind a Glance image."""

_AMI_ID = re.compile(r'ami-[0-9a-f]{8,17}')


def root_snapshot(backend: Backend, image: Mapping[str, Any],
                  size_gib: int) -> str:
    """The EBS snapshot behind an image's root disk.

    An AMI that this package made serves through its own image only, for
    users write the property.

    :param image: as Glance shows it
    :param size_gib: of the volume that it shall be on
    :raises ImageRefused: there is none, or not for this image or size
    """
    ami_id = str((image.get('properties') or {}).get(AMI_PROPERTY, ''))
    if not _AMI_ID.fullmatch(ami_id):
        raise exc.ImageRefused(
            f'image {image.get("id")} names no AMI (property {AMI_PROPERTY}), '
            f'and other images cannot be copied to EBS: there is no block '
            f'device here to copy through')
    ami = backend.ec2.images.describe([ami_id]).get(ami_id)
    if ami is None or ami.state != 'available' or not ami.root_snapshot_id:
        raise exc.ImageRefused(f'EC2 has no AMI {ami_id} with an EBS root')
    if any(key.startswith(tag_keys.RESERVED) for key in ami.tags) and (
            (ami.tags.get(tag_keys.CLOUD), ami.tags.get(tag_keys.IMAGE))
            != (backend.cloud_id, image.get('id'))):
        raise exc.ImageRefused(
            f'{ami_id} belongs to another image than {image.get("id")}')
    if size_gib < ami.root_gib:
        raise exc.ImageRefused(
            f'a volume of {size_gib} GiB is too small for {ami_id}, which '
            f'needs {ami.root_gib} GiB')
    return ami.root_snapshot_id
