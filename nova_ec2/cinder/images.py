# SPDX-License-Identifier: Apache-2.0
"""Volumes of images: where an AMI stands behind the image."""

from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.cinder.backend import Backend
from nova_ec2.models.ami import ami_of, check_belongs


def root_snapshot(backend: Backend, image: Mapping[str, Any],
                  size_gib: int) -> str:
    """The EBS snapshot behind an image's root disk.

    :param image: as Glance shows it
    :param size_gib: of the volume that it shall be on
    :raises ImageRefused: there is none, or not for this image or size
    """
    image_id = str(image.get('id'))
    try:
        ami_id = ami_of(image.get('properties') or {}, image_id)
    except exc.ImageRefused as error:
        raise exc.ImageRefused(
            f'{error}; other images cannot be copied to EBS: there is no '
            f'block device here to copy through') from error
    ami = backend.ec2.images.describe([ami_id]).get(ami_id)
    if ami is None or ami.state != 'available' or not ami.root_snapshot_id:
        raise exc.ImageRefused(f'EC2 has no AMI {ami_id} with an EBS root')
    check_belongs(ami, image_id, backend.cloud_id)
    if size_gib < ami.root_gib:
        raise exc.ImageRefused(
            f'a volume of {size_gib} GiB is too small for {ami_id}, which '
            f'needs {ami.root_gib} GiB')
    return ami.root_snapshot_id
