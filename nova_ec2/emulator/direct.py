# SPDX-License-Identifier: Apache-2.0
"""EBS direct APIs: snapshots written block by block, strictly.

"Use EBS direct APIs to access the contents of an EBS snapshot", Amazon EBS
User Guide; StartSnapshot, PutSnapshotBlock and CompleteSnapshot, Amazon EBS
direct APIs reference.
"""

import base64
import hashlib
import re
from typing import Any

from moto.core.responses import ActionResult
from moto.ebs.models import EBSSnapshot
from moto.ebs.responses import EBSResponse

from nova_ec2.emulator import tagging
from nova_ec2.emulator.errors import Refusal

BLOCK = 512 * 1024
GIB = 1024 ** 3
MOST_GIB = 65536

_ACTIONS = (
    ('POST', r'/snapshots', 'StartSnapshot'),
    ('PUT', r'/snapshots/[^/]+/blocks/\d+', 'PutSnapshotBlock'),
    ('GET', r'/snapshots/[^/]+/blocks/\d+', 'GetSnapshotBlock'),
    ('GET', r'/snapshots/[^/]+/blocks', 'ListSnapshotBlocks'),
    ('GET', r'/snapshots/[^/]+/changedblocks', 'ListChangedBlocks'),
    ('POST', r'/snapshots/completion/[^/]+', 'CompleteSnapshot'))


def action(method: str, path: str) -> str:
    """The action that a REST request asks for, '' for none."""
    return next((name for verb, pattern, name in _ACTIONS
                 if verb == method and re.fullmatch(pattern, path)), '')


class StrictEBS(EBSResponse):
    """moto's actions, made to hold what is documented."""

    world: Any = None

    def _snapshot(self) -> EBSSnapshot:
        snapshot_id = self._get_param('SnapshotId')
        found = self.ebs_backend.snapshots.get(snapshot_id)
        if found is None or not self._exists(snapshot_id):
            raise Refusal('ResourceNotFoundException',
                          f'The snapshot {snapshot_id} does not exist.', 404)
        return found

    def _exists(self, snapshot_id: str) -> bool:
        return snapshot_id in self.ebs_backend.ec2_backend.snapshots

    def _pending(self) -> EBSSnapshot:
        found = self._snapshot()
        if found.status != 'pending':
            raise Refusal('ValidationException',
                          f'The snapshot {found.snapshot_id} is not in the '
                          'pending state.')
        return found

    def start_snapshot(self) -> ActionResult:
        """StartSnapshot, once per client token."""
        return ActionResult(self.world.tokens.once(
            self.world.call, self._start))

    def _start(self) -> dict[str, Any]:
        size = int(self._get_param('VolumeSize') or 0)
        if not 1 <= size <= MOST_GIB:
            raise Refusal('ValidationException',
                          f'VolumeSize must be 1 to {MOST_GIB}.')
        if self._get_param('KmsKeyArn') and not self._get_param('Encrypted'):
            raise Refusal('ValidationException',
                          'KmsKeyArn needs Encrypted to be true.')
        tags = {tag['Key']: tag.get('Value') or ''
                for tag in self._get_param('Tags') or []}
        tagging.check(tags)
        made = self.ebs_backend.ec2_backend.written_snapshot(
            size, self._get_param('Description') or '',
            bool(self._get_param('Encrypted')), tags)
        snapshot = EBSSnapshot(self.current_account, made)
        self.ebs_backend.snapshots[made.id] = snapshot
        return {'SnapshotId': made.id, 'OwnerId': self.current_account,
                'Status': 'pending', 'StartTime': snapshot.start_time,
                'VolumeSize': size, 'BlockSize': BLOCK}

    def put_snapshot_block(self) -> ActionResult:
        """PutSnapshotBlock: whole blocks, their checksums verified."""
        snapshot = self._pending()
        index = int(self._get_param('BlockIndex'))
        data = self._get_param('BlockData')
        if not 0 <= index < snapshot.volume_size * GIB // BLOCK:
            raise Refusal('ValidationException',
                          f'BlockIndex {index} is beyond the volume.')
        if (len(data) != BLOCK
                or int(self._get_param('DataLength') or 0) != BLOCK):
            raise Refusal('ValidationException',
                          f'The size of a block must be {BLOCK} bytes.')
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if (self._get_param('ChecksumAlgorithm') != 'SHA256'
                or self._get_param('Checksum') != digest):
            raise Refusal('ValidationException',
                          'The checksum does not match the data.')
        snapshot.put_block(index, data, digest, 'SHA256', BLOCK)
        return ActionResult({'Checksum': digest,
                             'ChecksumAlgorithm': 'SHA256'})

    def complete_snapshot(self) -> ActionResult:
        """CompleteSnapshot: it is completed some time later."""
        snapshot = self._pending()
        count = int(self._get_param('ChangedBlocksCount'))
        if count != len(snapshot.blocks):
            raise Refusal('ValidationException',
                          f'ChangedBlocksCount is {count}, but '
                          f'{len(snapshot.blocks)} blocks were written.')
        snapshot.status = 'completed'
        self.ebs_backend.ec2_backend.complete_later(snapshot.snapshot_id)
        return ActionResult({'Status': 'pending'})
