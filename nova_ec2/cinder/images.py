# SPDX-License-Identifier: Apache-2.0
"""Volumes of images: where an AMI or an EBS snapshot is behind the image.

An image names its AMI. Which snapshot is an image's says a tag of the
snapshot alone: users edit images, and a snapshot may hold anybody's data.
"""

from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.cinder.backend import Backend
from nova_ec2.models import tags
from nova_ec2.models.ami import ami_of, check_belongs


def root_snapshot(backend: Backend, image: Mapping[str, Any],
                  size_gib: int) -> str:
    """The EBS snapshot behind an image's root disk.

    Of the AMI that the image names, else the one whose tags name the image.

    :param image: as Glance shows it
    :param size_gib: of the volume that it shall be on
    :raises ImageRefused: there is none, or not for this image or size
    """
    image_id = str(image.get('id'))
    try:
        ami_id = ami_of(image.get('properties') or {}, image_id)
    except exc.ImageRefused as error:
        found = _own_snapshot(backend, image_id, size_gib)
        if found:
            return found
        raise exc.ImageRefused(
            f'{error}; no EBS snapshot has the tag {tags.IMAGE} with its id '
            f'either, and other images cannot be copied to EBS: there is no '
            f'block device here to copy through') from error
    ami = backend.ec2.images.describe([ami_id]).get(ami_id)
    if ami is None or ami.state != 'available' or not ami.root_snapshot_id:
        raise exc.ImageRefused(
            f'EC2 has no AMI {ami_id} with an EBS root in account '
            f'{backend.account}, which serves this project')
    check_belongs(ami, image_id, backend.cloud_id)
    _check_size(size_gib, ami_id, ami.root_gib)
    return ami.root_snapshot_id


def _own_snapshot(backend: Backend, image_id: str, size_gib: int) -> str:
    """The complete snapshot that was made an image's, '' for none."""
    for one in backend.ec2.snapshots.find({
            tags.CLOUD: backend.cloud_id, tags.IMAGE: image_id}):
        if one.state == 'completed':
            _check_size(size_gib, one.snapshot_id, one.size_gib)
            return one.snapshot_id
    return ''


def _check_size(size_gib: int, source: str, least: int) -> None:
    if size_gib < least:
        raise exc.ImageRefused(
            f'a volume of {size_gib} GiB is too small for {source}, which '
            f'needs {least} GiB')
