# SPDX-License-Identifier: Apache-2.0
"""Snapshots written by the EBS direct APIs.

Use EBS direct APIs to access the contents of an EBS snapshot.
"""

import base64
import hashlib

from tests.functional.emulator import base

BLOCK = 512 * 1024


class TestDirect(base.TestCase):

    def setUp(self):
        super().setUp()
        self.ebs = self.client('ebs')

    def start(self, **changes):
        return self.ebs.start_snapshot(
            **{'VolumeSize': 1, **changes})['SnapshotId']

    def put(self, snapshot_id, data, index=0, **changes):
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        return self.ebs.put_snapshot_block(**{
            'SnapshotId': snapshot_id, 'BlockIndex': index,
            'BlockData': data, 'DataLength': len(data), 'Checksum': digest,
            'ChecksumAlgorithm': 'SHA256', **changes})

    def state(self, snapshot_id):
        shown, = self.ec2.describe_snapshots(
            SnapshotIds=[snapshot_id])['Snapshots']
        return shown['State']

    def whole(self, data=b'x' * BLOCK, **changes):
        snapshot_id = self.start(**changes)
        self.put(snapshot_id, data)
        self.ebs.complete_snapshot(SnapshotId=snapshot_id,
                                   ChangedBlocksCount=1)
        return snapshot_id

    def disk(self, snapshot_id):
        return {'BlockDeviceMappings': [
            {'DeviceName': '/dev/sdf', 'Ebs': {'SnapshotId': snapshot_id}}]}

    def test_a_snapshot_is_pending_until_it_is_complete(self):
        snapshot_id = self.whole()
        self.assertEqual('pending', self.state(snapshot_id))
        self.assertRefused('IncorrectState', self.launch,
                           **self.disk(snapshot_id))
        self.step()
        self.assertEqual('completed', self.state(snapshot_id))
        self.launch(**self.disk(snapshot_id))
        made, = self.ec2.describe_volumes(Filters=[
            {'Name': 'snapshot-id', 'Values': [snapshot_id]}])['Volumes']
        self.assertEqual(b'x' * BLOCK, self.control.disk(made['VolumeId']))

    def test_it_leaves_no_volume(self):
        self.whole()
        self.assertEqual([], self.ec2.describe_volumes()['Volumes'])

    def test_tags_are_given_at_the_start(self):
        snapshot_id = self.start(Tags=[{'Key': 'role', 'Value': 'test'}])
        found = self.ec2.describe_snapshots(OwnerIds=['self'], Filters=[
            {'Name': 'tag:role', 'Values': ['test']}])['Snapshots']
        self.assertEqual([snapshot_id], [one['SnapshotId'] for one in found])

    def test_the_same_token_starts_the_same_snapshot(self):
        first = self.start(ClientToken='one')
        self.assertEqual(first, self.start(ClientToken='one'))
        self.assertNotEqual(first, self.start(ClientToken='two'))

    def test_the_checksum_is_verified(self):
        self.assertRefused('ValidationException', self.put, self.start(),
                           b'y' * BLOCK, Checksum='AAAA')

    def test_blocks_are_512_kib(self):
        self.assertRefused('ValidationException', self.put, self.start(),
                           b'y' * 1024)

    def test_no_block_beyond_the_volume(self):
        self.assertRefused('ValidationException', self.put, self.start(),
                           b'y' * BLOCK, index=2048)

    def test_the_number_of_blocks_must_be_right(self):
        snapshot_id = self.start()
        self.put(snapshot_id, b'y' * BLOCK)
        self.assertRefused('ValidationException', self.ebs.complete_snapshot,
                           SnapshotId=snapshot_id, ChangedBlocksCount=2)

    def test_a_complete_snapshot_takes_no_more_blocks(self):
        self.assertRefused('ValidationException', self.put, self.whole(),
                           b'y' * BLOCK, index=1)

    def test_an_unknown_snapshot_is_resource_not_found(self):
        self.assertRefused('ResourceNotFoundException', self.put,
                           'snap-0123456789abcdef0', b'y' * BLOCK)
