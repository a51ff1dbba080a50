# SPDX-License-Identifier: Apache-2.0
"""EBS snapshots that belong to no AMI: every call we make of them."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages, parsing
from nova_ec2.aws.call import Caller
from nova_ec2.models.snapshot import Snapshot


class Snapshots:
    """Create, Describe and DeleteSnapshot."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._call = caller.call

    def create(self, volume_id: str, tags: Mapping[str, str],
               description: str = '') -> Snapshot:
        """CreateSnapshot; EC2 has no token for it.

        What is on the volume now is in it, though it is ``pending`` yet.

        :raises OutcomeUnknown: the reply was lost; its tags tell
        """
        return _snapshot(self._call(
            'create_snapshot', repeatable=False, VolumeId=volume_id,
            Description=description,
            TagSpecifications=pages.tagged('snapshot', tags)))

    def describe(self, snapshot_ids: Sequence[str]) -> dict[str, Snapshot]:
        """Read snapshots by id (DescribeSnapshots with a filter).

        :returns: by id; what EC2 does not know is absent
        """
        return {one.snapshot_id: one
                for batch in pages.batches(snapshot_ids)
                for one in self._find({'snapshot-id': batch})}

    def find(self, tags: Mapping[str, str]) -> list[Snapshot]:
        """The account's own snapshots that carry these tags."""
        return self._find(pages.with_tags(tags))

    def delete(self, snapshot_id: str) -> None:
        """DeleteSnapshot; one that is gone counts as deleted."""
        with contextlib.suppress(exc.NotFound):
            self._call('delete_snapshot', SnapshotId=snapshot_id)

    def _find(self, filters: Mapping[str, Sequence[str]]) -> list[Snapshot]:
        return [_snapshot(raw) for raw in pages.pages(
            self._caller, 'describe_snapshots', 'Snapshots', filters,
            OwnerIds=['self'])]


def _snapshot(raw: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        raw['SnapshotId'], raw.get('State', ''),
        reason=raw.get('StateMessage', ''),
        volume_id=raw.get('VolumeId', ''), size_gib=raw.get('VolumeSize', 0),
        tags=parsing.tags(raw))
