# SPDX-License-Identifier: Apache-2.0
"""Snapshots that are taken of volumes: pending first, and held by AMIs.

"Amazon EBS snapshot lifecycle" and DeleteSnapshot, Amazon EC2 API Reference.
"""

from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend, Snapshot

from nova_ec2.emulator.errors import Refusal


class TakenSnapshots(EBSBackend):
    """The part of the backend that takes and deletes them."""

    complete_later: Any
    amis: dict[str, Any]

    def create_snapshot(self, volume_id: str, description: str,
                        **others: Any) -> Snapshot:
        """CreateSnapshot: pending, completed some time later."""
        volume: Any = self.get_volume(volume_id)
        if volume.creating:
            raise Refusal('IncorrectState', f"Volume '{volume_id}' is in the "
                          "'creating' state.")
        made = super().create_snapshot(volume_id, description, **others)
        made.status = 'pending'
        self.complete_later(made.id)
        return made

    def delete_snapshot(self, snapshot_id: str) -> Snapshot:
        """DeleteSnapshot: not while an AMI is registered with it."""
        for image_id, image in self.amis.items():
            if any(device.snapshot_id == snapshot_id
                   for device in getattr(image, 'devices', ())):
                raise Refusal('InvalidSnapshot.InUse',
                              f'The snapshot {snapshot_id} is currently in '
                              f'use by {image_id}')
        return super().delete_snapshot(snapshot_id)
