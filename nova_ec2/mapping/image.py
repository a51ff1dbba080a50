# SPDX-License-Identifier: Apache-2.0
"""A Glance image names its AMI, and the AMI is checked before it is booted.

The name is the image property ``ec2_ami_id``. Nova's ImageMeta keeps known
properties only, so it is read elsewhere: nova-api copies *every* property
into the server's system metadata as ``image_<property>`` (cut at 255
characters) when a server is created or rebuilt. That copy is of another image
than the one to boot when a shelved server is unshelved (its snapshot) and in
a rescue; there the caller must read the properties from Glance.
"""

from collections.abc import Mapping
from typing import Any

from nova import utils
from oslo_utils import strutils

from nova_ec2 import exceptions
from nova_ec2.models import tags
from nova_ec2.models.ami import ami_of, check_belongs
from nova_ec2.models.image import Image

HOSTNAME_PROPERTY = 'ec2_hostname_in_user_data'
"""Image property: ``false`` keeps the package's lines out of user data, for
images whose start-up code does not read cloud-init's formats."""

SHELVED_IMAGE = 'shelved_image_id'
"""Nova's key of a shelved server's image in its system metadata."""

REBOOT_PROPERTY = 'ec2_snapshot_reboot'
"""Image property: ``true`` has a snapshot reboot the server, so that its file
systems are whole; without it EC2 copies the running disk."""


def properties_of(instance: Any) -> dict[str, str]:
    """The image properties that the server's system metadata holds.

    :param instance: :class:`nova.objects.Instance`
    """
    prefix = utils.SM_IMAGE_PROP_PREFIX
    return {key.removeprefix(prefix): value
            for key, value in instance.system_metadata.items()
            if key.startswith(prefix) and value is not None}


def snapshot_reboots(instance: Any) -> bool:
    """Whether the server's image asks for a reboot at a snapshot.

    :raises ImageRefused: it says neither true nor false
    """
    text = properties_of(instance).get(REBOOT_PROPERTY, 'false')
    try:
        return bool(strutils.bool_from_string(text, strict=True))
    except ValueError:
        raise exceptions.ImageRefused(
            f'the server was built from an image with {REBOOT_PROPERTY}='
            f'{text!r}, which is neither true nor false') from None


def needs_glance(instance: Any, image_id: str) -> bool:
    """Whether :func:`properties_of` speaks of another image than the one.

    :param image_id: Glance's id of the image to boot
    """
    shelved = instance.system_metadata.get(SHELVED_IMAGE)
    return image_id != instance.image_ref or image_id == shelved


def ami_id(instance: Any, glance: Mapping[str, Any] | None = None,
           image_id: str | None = None) -> str:
    """The AMI behind the image to boot.

    :param instance: :class:`nova.objects.Instance`
    :param glance: the image's properties as Glance has them; needed where
        :func:`needs_glance` says so
    :param image_id: Glance's id of the image, by default the server's own
    :raises ImageRefused: the property is missing or malformed, or only
        Glance could tell it
    """
    image_id = image_id or str(instance.image_ref)
    if glance is None and needs_glance(instance, image_id):
        # Its original image would boot instead, without the user's data.
        raise exceptions.ImageRefused(
            f'the AMI of image {image_id} is not known to the server, and '
            f'Glance was not asked')
    return ami_of(properties_of(instance) if glance is None else glance,
                  image_id)


def check_image(image: Image, image_id: str, cloud_id: str) -> None:
    """Refuse an AMI that cannot be booted here, or not by this request.

    Users edit image properties, so an image that names an AMI proves nothing.
    AMIs that this package made from servers carry the Glance image they
    belong to in a tag, and boot only through that image, whose visibility
    Glance guards. EC2 shows tags to the AMI's owner account only, so nobody
    outside can put one there.

    :param image: what EC2 says (DescribeImages)
    :param image_id: Glance's id of the image being booted
    :param cloud_id: ``[ec2] cloud_id``
    :raises ImageRefused: not available, of an unsupported kind, or of
        somebody else
    """
    _check_kind(image)
    check_belongs(image, image_id, cloud_id)


def check_carrier(image: Image) -> None:
    """Refuse an AMI that may not run for a server with a root of its own.

    :raises ImageRefused: it cannot be launched, or is the snapshot of a
        server, which boots through its own image only
    """
    _check_kind(image)
    if any(key.startswith(tags.RESERVED) for key in image.tags):
        raise exceptions.ImageRefused(
            f'{image.image_id} is the snapshot of a server, which nobody '
            f'else may run')


def _check_kind(image: Image) -> None:
    if image.state != 'available':
        reason = f': {image.reason}' if image.reason else ''
        raise exceptions.ImageRefused(
            f'{image.image_id} is {image.state}, not available{reason}')
    if image.virtualization != 'hvm':
        raise exceptions.ImageRefused(
            f'{image.image_id} has virtualization {image.virtualization}; '
            f'current instance types boot hvm only')
    if image.root_device_type != 'ebs':
        raise exceptions.ImageRefused(
            f'{image.image_id} has its root on {image.root_device_type}; '
            f'only AMIs with an EBS root can be used')
