# SPDX-License-Identifier: Apache-2.0
"""Nova's Glance fixture, whose images have an AMI behind them."""

from typing import Any

from nova_ec2.mapping import hibernation
from nova_ec2.models.ami import AMI_PROPERTY
from tests.conformance.nova import ec2, files
from tests.functional.fixtures.glance import Glance

_SUSPENDED = ('nova.tests.functional.api_sample_tests.test_suspend_server',
              'nova.tests.functional.wsgi.test_interfaces')
"""Suspend their servers, which EC2 must know when it launches them."""

_WORD_BY_WORD = 'nova.tests.functional.api_sample_tests.test_images'
"""Boots nothing and compares the properties of images with a text."""


class Images(Glance):
    """Images, as nova.image.glance sees them.

    :cvar running: the fixture of the test that runs
    """

    running: 'Images'

    def setUp(self) -> None:
        super().setUp()
        Images.running = self
        files.deliver(self.test)

    def ami_of(self, image_id: str) -> str:
        """The AMI behind an image, '' where there is none."""
        image = self.images.get(image_id, {})
        return str(image.get('properties', {}).get(AMI_PROPERTY, ''))

    def create(self, context: Any, metadata: dict[str, Any],
               data: Any = None) -> Any:
        if 'properties' not in metadata:
            # Not Nova's, which has some always: a test makes an image.
            context = None
        if context is None and type(self.test).__module__ != _WORD_BY_WORD:
            ours = {AMI_PROPERTY: ec2.here().small_ami}
            if type(self.test).__module__ in _SUSPENDED:
                ours[hibernation.PROPERTY] = 'true'
            metadata = {**metadata, 'properties': {
                **ours, **metadata.get('properties', {})}}
        made = super().create(context, metadata, data)
        if data is None and metadata.get('size') == 0:
            # Of a snapshot whose disks are volumes: it will have no data.
            made['status'] = 'active'
        return made

    def update(self, context: Any, image_id: str, metadata: dict[str, Any],
               data: Any = None, purge_props: bool = False) -> Any:
        ami = self.ami_of(image_id)
        image = super().update(context, image_id, metadata, data, purge_props)
        if ami:
            # A test that replaces all properties means those it knows.
            image['properties'].setdefault(AMI_PROPERTY, ami)
        return image
