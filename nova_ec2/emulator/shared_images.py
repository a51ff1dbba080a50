# SPDX-License-Identifier: Apache-2.0
"""AMIs that other accounts may launch, and see.

"Share an AMI with specific AWS accounts", Amazon EC2 User Guide;
ModifyImageAttribute, Amazon EC2 API Reference.
"""

import copy
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends

from nova_ec2.emulator.errors import Refusal


class Snapshots(dict[str, Any]):
    """An account's snapshots; those behind shared AMIs serve launches.

    What is lent is found by id, and is neither listed nor the account's.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lent: dict[str, Any] = {}

    def get(self, key: Any, default: Any = None) -> Any:
        """One's own, else a lent one."""
        return super().get(key, self.lent.get(key, default))

    def __missing__(self, key: str) -> Any:
        return self.lent[key]


class SharedImages:
    """The part of the backend that sees other accounts' AMIs."""

    account_id: str
    region_name: str
    amis: dict[str, Any]
    snapshots: Any

    def shared(self) -> Iterator[Any]:
        """The AMIs of other accounts that this one may launch.

        Their tags are shown to their owner only.
        """
        for account_id, regions in list(ec2_backends.items()):
            if account_id == self.account_id:
                continue
            backend = dict(regions).get(self.region_name)
            for image in list(backend.amis.values()) if backend else ():
                if image.owner_id == account_id and self._may_launch(image):
                    view = copy.copy(image)
                    view.ec2_backend = self
                    yield view

    def _may_launch(self, image: Any) -> bool:
        return any(one in image.launch_permissions for one in (
            {'Group': 'all'}, {'UserId': self.account_id}))

    def shared_image(self, ami_id: str) -> Any:
        """One of them, None where there is none."""
        return next((image for image in self.shared()
                     if image.id == ami_id), None)

    def lend(self, image: Any) -> None:
        """Have what is behind a shared AMI at hand for a launch."""
        owner = ec2_backends[image.owner_id][self.region_name]
        for device in image.devices:
            if device.snapshot_id in owner.snapshots:
                self.snapshots.lent[device.snapshot_id] = owner.snapshots[
                    device.snapshot_id]

    def check_own_snapshot(self, snapshot_id: str | None) -> None:
        """Launch permission for an AMI gives none to make volumes.

        :raises Refusal: the snapshot is another account's
        """
        if snapshot_id and snapshot_id not in self.snapshots:
            raise Refusal('InvalidSnapshot.NotFound',
                          f"The snapshot '{snapshot_id}' does not exist.")

    def modify_image_attribute(self, ami_id: str, *args: Any,
                               **kwargs: Any) -> None:
        """ModifyImageAttribute of launchPermission, by the owner."""
        image = self._owned(ami_id)
        if any(device.encrypted for device in image.devices):
            raise Refusal(
                'InvalidParameter', 'Snapshots encrypted with the AWS '
                "Managed CMK can't be shared. Specify another snapshot.")
        super().modify_image_attribute(  # type: ignore[misc]
            ami_id, *args, **kwargs)

    def describe_image_attribute(self, ami_id: str,
                                 attribute_name: str) -> Any:
        """DescribeImageAttribute, by the owner."""
        self._owned(ami_id)
        return super().describe_image_attribute(  # type: ignore[misc]
            ami_id, attribute_name)

    def _owned(self, ami_id: str) -> Any:
        image = self.image(ami_id)  # type: ignore[attr-defined]
        if image.owner_id != self.account_id:
            raise Refusal('AuthFailure',
                          f'Not authorized for image:{ami_id}', 403)
        return image
