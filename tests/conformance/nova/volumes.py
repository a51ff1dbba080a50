# SPDX-License-Identifier: Apache-2.0
"""Nova's Cinder fixture, whose volumes are EBS volumes."""

from typing import Any

from nova_ec2.mapping.image import AMI_PROPERTY
from tests.conformance.nova import ec2
from tests.functional.fixtures.cinder import Cinder


class Volumes(Cinder):
    """Volumes, as nova.volume.cinder sees them."""

    def __init__(self, test: Any, az: str = 'nova') -> None:
        super().__init__(test, ec2.here().ec2, zone=ec2.ZONE,
                         cloud=ec2.CLOUD, ami_of=self._ami_of, az=az)

    def _ami_of(self, image_id: str) -> str:
        image = self.test.glance.images.get(image_id, {})
        return str(image.get('properties', {}).get(AMI_PROPERTY, ''))
