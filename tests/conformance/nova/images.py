# SPDX-License-Identifier: Apache-2.0
"""Nova's Glance fixture, whose images have an AMI behind them."""

from typing import Any

from nova.tests.fixtures import glance

from nova_ec2.mapping import hibernation
from nova_ec2.mapping.image import AMI_PROPERTY
from tests.conformance.nova import ec2
from tests.functional.fixtures.glance import Glance

_SUSPENDED = 'nova.tests.functional.api_sample_tests.test_suspend_server'
"""Suspends its server, which EC2 must know when it is launched."""

_WORD_BY_WORD = 'nova.tests.functional.api_sample_tests.test_images'
"""Boots nothing and compares the properties of images with a text."""


class Images(Glance):
    """Images, as nova.image.glance sees them."""

    def create(self, context: Any, metadata: dict[str, Any],
               data: Any = None) -> Any:
        if context is None and type(self.test).__module__ != _WORD_BY_WORD:
            ours = {AMI_PROPERTY: ec2.here().small_ami}
            if type(self.test).__module__ == _SUSPENDED:
                ours[hibernation.PROPERTY] = 'true'
            metadata = {**metadata, 'properties': {
                **ours, **metadata.get('properties', {})}}
        if data is None and metadata.get('size') == 0:
            # Of a snapshot whose disks are volumes: it will have no data.
            return glance.GlanceFixture.create(self, context, metadata)
        return super().create(context, metadata, data)
