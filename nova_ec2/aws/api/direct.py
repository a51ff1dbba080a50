# SPDX-License-Identifier: Apache-2.0
"""EBS direct APIs: snapshots made of bytes."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from nova_ec2.aws.call import Caller

BLOCK = 512 * 1024
"""Bytes of a block; EC2 has no other size."""

_ALGORITHM = 'SHA256'


class Direct:
    """StartSnapshot, PutSnapshotBlock and CompleteSnapshot.

    :param caller: of the service ``ebs``
    """

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def start(self, size_gib: int, token: str, tags: Mapping[str, str],
              encrypted: bool = False) -> str:
        """Begin a snapshot (StartSnapshot), once a token.

        :param token: at most 255 ASCII characters
        :param encrypted: with the account's default key; False leaves it to
            the account
        :returns: its id; it is pending
        """
        encryption: dict[str, Any] = {'Encrypted': True} if encrypted else {}
        answer = self._call(
            'start_snapshot', VolumeSize=size_gib, ClientToken=token,
            Tags=[{'Key': key, 'Value': value}
                  for key, value in tags.items()], **encryption)
        return str(answer['SnapshotId'])

    def write(self, snapshot_id: str, data: bytes) -> int:
        """Write bytes from the beginning on (PutSnapshotBlock).

        :returns: how many blocks there are
        """
        blocks = range(0, len(data), BLOCK)
        for index, begin in enumerate(blocks):
            block = data[begin:begin + BLOCK].ljust(BLOCK, b'\0')
            self._call('put_snapshot_block', SnapshotId=snapshot_id,
                       BlockIndex=index, BlockData=block, DataLength=BLOCK,
                       Checksum=_checksum(block),
                       ChecksumAlgorithm=_ALGORITHM)
        return len(blocks)

    def complete(self, snapshot_id: str, blocks: int) -> None:
        """CompleteSnapshot; it is completed some time later."""
        self._call('complete_snapshot', SnapshotId=snapshot_id,
                   ChangedBlocksCount=blocks)


def _checksum(block: bytes) -> str:
    return base64.b64encode(hashlib.sha256(block).digest()).decode()
