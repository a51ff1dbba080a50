# SPDX-License-Identifier: Apache-2.0
"""Killed in mid-call: nothing orphaned and nothing doubled afterwards.

Cinder puts into error what was being made, deletes the volume that was being
deleted, and leaves it to an administrator to reset what was being changed.
Each call is tried from both sides: not done yet, and done.
"""

from tests.cinder import crash


class CrashTest(crash.CrashTestCase):

    def assert_one_for(self, volume):
        """Its EBS volume, and no other volume or snapshot."""
        self.assertEqual(
            [self.ebs(volume)['VolumeId']],
            [one['VolumeId']
             for one in self.ec2.describe_volumes()['Volumes']])
        self.assertEqual([], self.own_snapshots())

    @crash.both_sides
    def test_a_volume_being_made(self, after):
        volume = self.dies(self.create, 'create_volume', after)
        self.until(volume, 'error')
        self.assertEqual(int(after),
                         len(self.ec2.describe_volumes()['Volumes']))
        self.delete(volume)
        self.assert_nothing_left()

    def being_copied(self, method, after):
        source = self.make()
        copy = self.dies(lambda: self.create(source_volid=source['id']),
                         method, after)
        self.until(copy, 'error')
        self.delete(copy)
        self.assert_one_for(source)
        self.delete(source)

    @crash.both_sides
    def test_a_copy_whose_snapshot_is_being_made(self, after):
        self.being_copied('create_snapshot', after)

    @crash.both_sides
    def test_a_copy_whose_volume_is_being_made(self, after):
        self.being_copied('create_volume', after)

    @crash.both_sides
    def test_a_copy_whose_snapshot_is_being_deleted(self, after):
        self.being_copied('delete_snapshot', after)

    @crash.both_sides
    def test_a_volume_being_made_of_a_snapshot(self, after):
        source = self.make()
        snapshot = self.snapshot(source)
        copy = self.dies(lambda: self.create(snapshot_id=snapshot['id']),
                         'create_volume', after)
        self.until(copy, 'error')
        self.delete(copy)
        self.assertEqual(1, len(self.own_snapshots()))
        self.delete_snapshot(snapshot)
        self.assert_one_for(source)
        self.delete(source)

    @crash.both_sides
    def test_a_snapshot_being_made(self, after):
        volume = self.make()
        made = self.dies(lambda: self.create_snapshot(volume),
                         'create_snapshot', after)
        self.until_snapshot(made, 'error')
        self.assertEqual(int(after), len(self.own_snapshots()))
        self.delete_snapshot(made)
        self.assert_one_for(volume)
        self.delete(volume)

    @crash.both_sides
    def test_a_volume_being_deleted(self, after):
        volume = self.make()
        self.dies(lambda: self.api.delete_volume(volume['id']),
                  'delete_volume', after)
        self.until_gone(self.api.get_volume, volume)
        self.assert_nothing_left()

    @crash.both_sides
    def test_a_snapshot_being_deleted(self, after):
        volume = self.make()
        snapshot = self.snapshot(volume)
        self.dies(lambda: self.api.delete_snapshot(snapshot['id']),
                  'delete_snapshot', after)
        self.reset(snapshot, 'snapshots', 'error')
        self.delete_snapshot(snapshot)
        self.assert_one_for(volume)
        self.delete(volume)

    @crash.both_sides
    def test_a_volume_that_grows(self, after):
        volume = self.make()
        self.dies(lambda: self.action(volume, 'os-extend', {'new_size': 4}),
                  'modify_volume', after)
        self.reset(volume)
        # EC2 changes a volume once in six hours.
        self.action(volume, 'os-extend', {'new_size': 4})
        seen = self.until(volume, 'available')
        self.assertEqual((4, 4), (seen['size'], self.ebs(volume)['Size']))

    @crash.both_sides
    def test_a_volume_that_is_retyped(self, after):
        volume = self.make(10)
        wish = {'migration_policy': 'never', 'new_type': self.kind(
            f'fast-{after}', ebs_type='io2', ebs_iops='500')}
        self.dies(lambda: self.action(volume, 'os-retype', wish),
                  'modify_volume', after)
        self.reset(volume)
        self.action(volume, 'os-retype', wish)
        seen = self.until(volume, 'available')
        ebs = self.ebs(volume)
        self.assertEqual((wish['new_type'], 'io2', 500), (
            seen['volume_type'], ebs['VolumeType'], ebs['Iops']))
