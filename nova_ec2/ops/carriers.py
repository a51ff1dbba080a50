# SPDX-License-Identifier: Apache-2.0
"""The AMI that gets a server an instance whose root is then a volume.

EC2 launches from AMIs only. The one behind the volume is best, for platform,
licence and firmware are decided at the launch; its name is in the volume's
image metadata. It runs for a moment, without the tenant's user data, and its
root volume is thrown away.

Tenants write that metadata. An AMI of another server's snapshot must not run
even for this moment, where its own image would let the tenant have it or not:
then, and where no AMI is named, ``[ec2] placeholder_images`` has one.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import image as image_mapping
from nova_ec2.models.ami import AMI_PROPERTY, ami_of
from nova_ec2.models.image import Image
from nova_ec2.ops.borrowed_images import borrow
from nova_ec2.ops.context import Site

_ARCHITECTURE = 'hw_architecture'
_EC2_NAMES = {'aarch64': 'arm64'}


@dataclasses.dataclass(frozen=True)
class Carriers:
    """Finds them, for one host."""

    site: Site

    def of(self, instance: Any) -> Image:
        """The AMI to launch a volume-backed server from.

        :raises RequestRefused: there is none; says where to name one
        """
        properties = image_mapping.properties_of(instance)
        try:
            return self._named(properties)
        except exc.ImageRefused as error:
            return self._placeholder(properties, error)

    def _named(self, properties: Mapping[str, str]) -> Image:
        image = self.site.catalogue.image(
            ami_of(properties, 'of the volume'))
        image_mapping.check_carrier(image)
        borrow(self.site, image)
        return image

    def _placeholder(self, properties: Mapping[str, str],
                     reason: exc.ImageRefused) -> Image:
        wanted = properties.get(_ARCHITECTURE) or 'x86_64'
        architecture = _EC2_NAMES.get(wanted, wanted)
        ami = self.site.conf.ec2.placeholder_images.get(architecture)
        if not ami:
            raise exc.RequestRefused(
                f'no AMI to launch from: set {AMI_PROPERTY} '
                f'in the image metadata of the volume, or [ec2] '
                f'placeholder_images for {architecture} ({reason})'
            ) from reason
        image = self.site.catalogue.image(ami)
        image_mapping.check_carrier(image)
        borrow(self.site, image)
        if image.architecture != architecture:
            raise exc.ConfigurationError(
                f'{ami} is for {image.architecture}, not {architecture}',
                option='[ec2] placeholder_images')
        return image
