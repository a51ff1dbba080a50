# SPDX-License-Identifier: Apache-2.0
"""Cinder's volumes for the local cloud's private host."""

from collections.abc import Mapping
from typing import Any

from cinder.tests import fake_driver


class PrivateVolumeDriver(fake_driver.FakeLoggingVolumeDriver):
    """Cinder's own driver that only logs what it is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.backend_name = self.configuration.volume_backend_name

    def clone_image(self, context: Any, volume: Any, image_location: Any,
                    image_meta: Mapping[str, Any],
                    image_service: Any) -> tuple[dict[str, str], bool]:
        """The private host's fake driver boots anything."""
        return {}, True
