# SPDX-License-Identifier: Apache-2.0
"""cache_image: EC2 keeps the AMI, so it is checked ahead and remembered.

What would make a server of the image fail is said when the administrator asks
for the image to be cached (``POST /os-aggregates/{id}/images``), and the
first server of it need not ask EC2 for the AMI.
"""

import dataclasses
from typing import Any

from nova.image import glance
from oslo_log import log as logging

from nova_ec2.mapping import image as image_mapping
from nova_ec2.models.ami import ami_of
from nova_ec2.ops import errors
from nova_ec2.ops.context import Site

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class _ForImage:
    """What messages name instead of a server."""

    uuid: str
    image_ref: str


@dataclasses.dataclass(frozen=True)
class ImageCache:
    """Checks the AMIs of images for one host."""

    site: Site

    def __call__(self, context: Any, image_id: str) -> bool:
        """Nova's ``cache_image``.

        EC2 is asked in any case: an AMI may be gone.

        :returns: True where the AMI was not known before
        :raises ImageUnacceptable: the image names no AMI, or one that cannot
            be booted here; says why
        :raises ImageNotFound: Glance does not show the image
        """
        image = glance.API().get(context, image_id)
        with errors.as_nova(_ForImage('', image_id)):
            ami = ami_of(image['properties'], image_id)
            known = self.site.catalogue.knows_image(ami)
            # It may be gone from EC2 since.
            self.site.catalogue.forget_image(ami)
            image_mapping.check_image(self.site.catalogue.image(ami),
                                      image_id, self.site.cloud_id)
        LOG.info('AMI %s of image %s can be booted', ami, image_id)
        return not known
