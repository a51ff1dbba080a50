# SPDX-License-Identifier: Apache-2.0
"""The AMI behind an image that a server is to boot from."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from nova.image import glance

from nova_ec2 import exceptions as exc
from nova_ec2.mapping import image as image_mapping
from nova_ec2.mapping import root_image
from nova_ec2.models.image import Image
from nova_ec2.models.server import Server
from nova_ec2.ops.borrowed_images import borrow
from nova_ec2.ops.context import Site


@dataclasses.dataclass(frozen=True)
class BootImages:
    """Finds and checks AMIs for the servers of one host."""

    site: Site

    def properties(self, context: Any, instance: Any,
                   image_id: str) -> Mapping[str, Any] | None:
        """The image's properties, where the server does not carry them."""
        if not image_mapping.needs_glance(instance, image_id):
            return None
        image = glance.API().get(context, image_id)
        found: Mapping[str, Any] = image['properties']
        return found

    def of(self, context: Any, instance: Any, image_meta: Any) -> Image:
        """The AMI of an image, once it is known that it may be booted.

        :param image_meta: :class:`nova.objects.ImageMeta` with its id
        :raises ImageRefused: it has none, or not one for this server
        """
        image_id = image_meta.id
        ami = image_mapping.ami_id(
            instance, self.properties(context, instance, image_id), image_id)
        image = self.site.catalogue.image(ami)
        image_mapping.check_image(image, image_id, self.site.cloud_id)
        borrow(self.site, image)
        return image

    def check_boots(self, image: Image, server: Server) -> None:
        """Refuse an AMI that a server's type or firmware cannot boot.

        :raises ImageRefused: says what differs
        """
        kinds = {one.name: one for one in self.site.catalogue.types()}
        try:
            launched_from = self.site.catalogue.image(server.image_id)
        except exc.ImageRefused:
            launched_from = None  # Deregistered since.
        root_image.check_boots(image, server,
                               kinds.get(server.instance_type),
                               launched_from)
