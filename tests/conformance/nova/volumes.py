# SPDX-License-Identifier: Apache-2.0
"""Nova's Cinder fixture, whose volumes are EBS volumes."""

from typing import Any

from tests.conformance.nova import ec2
from tests.conformance.nova.images import Images
from tests.functional.fixtures.cinder import Cinder


class Volumes(Cinder):
    """Volumes, as nova.volume.cinder sees them."""

    def __init__(self, test: Any, az: str = 'nova') -> None:
        super().__init__(
            test, ec2.here().ec2, zone=ec2.ZONE, cloud=ec2.CLOUD,
            ami_of=lambda image_id: Images.running.ami_of(image_id), az=az)
