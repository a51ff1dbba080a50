# SPDX-License-Identifier: Apache-2.0
"""RegisterImage."""

from typing import Any

from moto.core.responses import ActionResult

from nova_ec2.emulator.actions import Actions


class ImageActions(Actions):
    """Mixed into the table of actions."""

    def register_image(self) -> Any:
        """RegisterImage, of EBS snapshots."""
        self.error_on_dryrun()
        made = self.ec2_backend.registered(self.params)
        return ActionResult({'ImageId': made.id})
