# SPDX-License-Identifier: Apache-2.0
"""One volume: its attachments, of which it may have several, and how it is
changed.

"Attach an EBS volume to multiple EC2 instances using Multi-Attach" and
"Modify an Amazon EBS volume using Elastic Volumes operations", Amazon EBS
User Guide.
"""

from typing import Any

from moto.ec2.models.elastic_block_store import (
    Volume,
    VolumeAttachment,
    VolumeModification,
)

CHANGING = ('modifying', 'optimizing')


class StrictAttachment(VolumeAttachment):
    """An attachment that knows whether the volume goes with the instance."""

    @property
    def delete_on_termination(self) -> bool:
        """As the instance's block device mapping has it."""
        block = self.instance.block_device_mapping.get(self.device)
        return bool(block and block.delete_on_termination)


class StrictModification(VolumeModification):
    """A change that is modifying, then optimizing, then completed.

    :ivar began: on the emulator's clock
    """

    state = 'modifying'
    began = 0.0

    @property
    def modification_state(self) -> str:
        """modifying, optimizing or completed."""
        return self.state

    @property
    def progress(self) -> int:
        """Percent."""
        return {'modifying': 0, 'optimizing': 1}.get(self.state, 100)


class StrictVolume(Volume):
    """A volume that is not there at once and may be on several instances."""

    creating = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._on: dict[str, StrictAttachment] = {}
        super().__init__(*args, **kwargs)

    @property
    def attachments(self) -> list[VolumeAttachment]:
        """All of them, in the order in which they were made."""
        return list(self._on.values())

    @property
    def attachment(self) -> StrictAttachment | None:
        """The first one."""
        return next(iter(self._on.values()), None)

    @attachment.setter
    def attachment(self, value: None) -> None:
        """moto's constructor says that there is none."""

    def on(self, instance_id: str) -> StrictAttachment | None:
        """The attachment to an instance."""
        return self._on.get(instance_id)

    def join(self, attachment: StrictAttachment) -> None:
        """Note that it is attached."""
        self._on[attachment.instance_id] = attachment

    def leave(self, instance_id: str) -> None:
        """Note that it is no longer attached."""
        self._on.pop(instance_id, None)

    @property
    def status(self) -> str:
        """creating, available or in-use."""
        return 'creating' if self.creating else super().status

    def get_filter_value(self, filter_name: str,
                         method_name: str | None = None) -> Any:
        """What DescribeVolumes' filters look at."""
        attached = self.attachments
        ours = {
            'attachment.instance-id': [one.instance_id for one in attached],
            'attachment.device': [one.device for one in attached],
            'attachment.status': [one.status for one in attached],
            'attachment.delete-on-termination': [
                str(one.delete_on_termination).lower()
                for one in attached],
            'multi-attach-enabled': bool(self.multi_attach_enabled),
            'volume-type': self.volume_type}
        if filter_name in ours:
            return ours[filter_name]
        return super().get_filter_value(filter_name, method_name)
