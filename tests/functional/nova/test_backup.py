# SPDX-License-Identifier: Apache-2.0
"""createBackup: an image each time, and only the newest are kept."""

import fixtures

from tests.functional.fixtures.crash import CrashAt
from tests.functional.nova import base, images


class BackupTest(images.ImageTestCase):

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', image_cleanup_interval=0.001)
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.discarded_images._APART', 0))
        self.compute = self.restart()
        self.server = self.boot()

    def backup(self, rotation, name='nightly'):
        """Make one and return its Glance id, once the old ones are gone."""
        image_id = self.act(self.server, 'createBackup', {
            'name': name, 'backup_type': 'daily', 'rotation': rotation})[
                'image_id']
        self.until_rest(self.server)
        return image_id

    def test_a_backup_is_an_image_that_boots(self):
        image_id = self.backup(2)
        self.assert_saved(image_id)
        image = self.glance.images[image_id]
        self.assertEqual('backup', image['properties']['image_type'])
        copy = self.boot(imageRef=image_id)
        self.assertEqual(self.amis()[image_id],
                         self.instance_of(copy)['image_id'])

    def test_rotation_keeps_the_newest_and_their_amis(self):
        made = [self.backup(2, f'night {night}') for night in range(3)]
        kept = [one for one in made if one in self.glance.images]
        self.assertEqual(2, len(kept))
        self.sync_power()
        self.sync_power()
        self.assert_saved(*kept)
        self.assertEqual('running', self.instance_of(self.server)['state'])

    def test_rotation_of_none_keeps_none(self):
        self.backup(0)
        self.assertEqual([], [
            one for one in self.glance.images.values()
            if one['properties'].get('image_type') == 'backup'])
        self.sync_power()
        self.sync_power()
        self.assert_saved()

    def test_a_refused_backup_leaves_nothing(self):
        self.control.fault('error', 'CreateImage', status=400,
                           code='ResourceLimitExceeded',
                           message='Too many snapshots.')
        image_id = self.backup(1)
        self.until_dropped(self.server, image_id)
        self.assert_saved()
        self.assertEqual('running', self.instance_of(self.server)['state'])

    def test_a_crash_leaves_no_ami_and_no_busy_server(self):
        crash = self.useFixture(CrashAt('create_image', after=True))
        self.act(self.server, 'createBackup', {
            'name': 'nightly', 'backup_type': 'daily', 'rotation': 1})
        self.assertTrue(crash.dead.wait(base.PATIENCE))
        crash.over()
        self.restart()
        self.until_rest(self.server)
        self.assert_saved()
        self.backup(1)
        self.assertEqual(1, len(self.amis()))
