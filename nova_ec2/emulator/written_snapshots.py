# SPDX-License-Identifier: Apache-2.0
"""Snapshots that are written block by block, as EC2 lists them."""

import base64
from typing import Any

from moto.ebs.models import ebs_backends
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.ec2.utils import random_snapshot_id, random_volume_id


class WrittenSnapshots:
    """The part of the backend that keeps them."""

    world: Any
    account_id: str
    region_name: str
    snapshots: dict[str, Any]
    volumes: dict[str, Any]

    def written_snapshot(self, size: int, description: str, encrypted: bool,
                         tags: dict[str, str]) -> Snapshot:
        """A pending snapshot of no volume, ``size`` in GiB."""
        volume = Volume(self, random_volume_id(), size, None,
                        encrypted=encrypted)
        made = Snapshot(self, random_snapshot_id(), volume, description,
                        encrypted=encrypted)
        made.status = 'pending'
        self.snapshots[made.id] = made
        if tags:
            made.add_tags(tags)
        return made

    def complete_later(self, snapshot_id: str) -> None:
        """Completed, some time later."""
        self.world.timeline.after(self.world.settings.image_seconds,
                                  lambda: self._complete(snapshot_id))

    def _complete(self, snapshot_id: str) -> None:
        if snapshot_id in self.snapshots:
            self.snapshots[snapshot_id].status = 'completed'

    def written_on(self, volume_id: str) -> str:
        """What a volume of such a snapshot holds, in base64."""
        snapshot_id = self.volumes[volume_id].snapshot_id
        found = ebs_backends[self.account_id][self.region_name].snapshots.get(
            snapshot_id)
        blocks = found.blocks if found else {}
        return base64.b64encode(b''.join(
            blocks[index].block_data for index in sorted(blocks))).decode()
