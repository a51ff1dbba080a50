# SPDX-License-Identifier: Apache-2.0
"""Who deletes a snapshot's Glance image deletes the AMI, and nobody else.

Glance says "not found" of a deleted image and of one that the asker may not
see; the second must never cost anybody an AMI.
"""

import fixtures

from nova_ec2.ops import discarded_images
from tests.functional.nova import images


class ImageDeletionTest(images.ImageTestCase):

    def setUp(self):
        super().setUp()
        self.flags(group='ec2', image_cleanup_interval=0.001)
        self.apart(0)
        self.restart()
        self.server = self.boot()
        self.image_id = self.snapshot(self.server)

    def apart(self, seconds):
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.discarded_images._APART', seconds))

    def delete_image(self, image_id=None):
        self.glance.images.pop(image_id or self.image_id)

    def look(self, times=2):
        for _ in range(times):
            self.driver.get_num_instances()

    def test_the_ami_and_its_snapshot_go(self):
        other = self.snapshot(self.server, 'kept')
        self.delete_image()
        self.look()
        self.assert_saved(other)
        self.assertEqual('running', self.instance_of(self.server)['state'])

    def test_the_only_ami_goes_too(self):
        self.delete_image()
        self.look()
        self.assert_saved()

    def test_nothing_is_left_in_glance(self):
        before = set(self.glance.images) - {self.image_id}
        self.delete_image()
        self.look()
        self.assertEqual(before, set(self.glance.images))

    def test_the_image_of_a_deleted_server_stays(self):
        self.delete(self.server)
        self.look(3)
        self.assert_saved(self.image_id)

    def test_it_goes_when_its_server_is_deleted_too(self):
        self.delete(self.server)
        self.delete_image()
        self.look()
        self.assert_saved()

    # What is no proof

    def test_a_service_without_the_role_admin_removes_nothing(self):
        self.glance.service_is_admin = False
        self.look(3)
        self.assert_saved(self.image_id)
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))

    def test_a_role_that_was_lost_removes_nothing(self):
        self.look()
        self.glance.service_is_admin = False
        self.look(3)
        self.glance.service_is_admin = True
        self.look()
        self.assert_saved(self.image_id)

    def test_a_service_that_may_create_but_not_see_removes_nothing(self):
        really = self.glance._check_sees

        def check(context, image_id):
            self.glance.service_is_admin = False
            try:
                really(context, image_id)
            finally:
                self.glance.service_is_admin = True
        self.glance._check_sees = check
        self.look(3)
        self.assert_saved(self.image_id)

    def test_without_credentials_nothing_is_asked_and_nothing_removed(self):
        self.glance.service = None
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))

    def test_once_is_not_enough(self):
        self.apart(3600)
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))

    def test_an_image_that_is_there_again_was_not_deleted(self):
        self.apart(0.0)
        image = self.glance.images.pop(self.image_id)
        self.apart(3600)
        self.look()
        self.glance.images[self.image_id] = image
        self.look()
        self.delete_image()
        self.look()
        self.assertEqual(1, len(self.amis()))

    def test_a_glance_that_fails_removes_nothing(self):
        def fail(*args, **kwargs):
            raise OSError('Glance is away')
        self.delete_image()
        self.glance.show = fail
        self.assertEqual(1, self.driver.get_num_instances())
        self.look()
        self.assertEqual(1, len(self.amis()))

    def test_another_clouds_ami_is_not_looked_at(self):
        ami = self.amis()[self.image_id]
        self.ec2.create_tags(Resources=[ami], Tags=[
            {'Key': 'nova-ec2:cloud', 'Value': 'another'}])
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))

    def test_another_hosts_ami_is_left_to_it(self):
        self.ec2.create_tags(Resources=[self.amis()[self.image_id]], Tags=[
            {'Key': 'nova-ec2:host', 'Value': 'another'}])
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))

    def test_cinders_is_of_no_host_and_goes(self):
        self.ec2.delete_tags(Resources=[self.amis()[self.image_id]], Tags=[
            {'Key': 'nova-ec2:host'}])
        self.look(3)
        self.assert_saved(self.image_id)
        self.delete_image()
        self.look()
        self.assert_saved()

    # What it costs, and what fails

    def test_an_ami_that_cannot_be_removed_is_tried_again(self):
        self.control.fault('error', 'DeregisterImage', status=403,
                           code='UnauthorizedOperation', message='No.')
        self.delete_image()
        self.look(1)
        self.assertEqual(1, len(self.amis()))
        self.look(1)
        self.assert_saved()

    def test_rounds_are_rare_and_each_is_one_call(self):
        self.flags(group='ec2', image_cleanup_interval=3600)
        self.restart()
        before = self.count('DescribeImages')
        self.look(5)
        self.assertEqual(before + 1, self.count('DescribeImages'))

    def test_glance_is_asked_for_so_many_images_a_round_in_turn(self):
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.discarded_images._LOOKS', 1))
        other = self.snapshot(self.server, 'another')
        asked = []
        really = self.glance.show

        def show(context, image_id, **options):
            asked.append(image_id)
            return really(context, image_id, **options)
        self.glance.show = show
        self.look()
        self.assertEqual({self.image_id, other}, set(asked))
        self.assertEqual(2, len(asked))

    def test_zero_never_looks(self):
        self.flags(group='ec2', image_cleanup_interval=0)
        self.restart()
        self.delete_image()
        self.look(3)
        self.assertEqual(1, len(self.amis()))


class ProtectedPropertyTest(images.ImageTestCase):
    """ec2_ami_id is a property that users must not set."""

    def setUp(self):
        super().setUp()
        self.server = self.boot()
        self.glance.protected = {'ec2_ami_id'}

    def test_the_service_completes_a_users_snapshot(self):
        image_id = self.snapshot(self.server)
        image = self.glance.images[image_id]
        self.assertEqual(self.amis()[image_id],
                         image['properties']['ec2_ami_id'])
        self.assertEqual(self.server['tenant_id'], image['owner'])

    def test_without_the_right_the_snapshot_fails_and_leaves_nothing(self):
        self.glance.service_is_admin = False
        image_id = self.act(self.server, 'createImage', {'name': 'saved'})[
            'image_id']
        self.until_dropped(self.server, image_id)
        self.assert_saved()

    def test_a_user_completes_it_where_nothing_is_protected(self):
        self.glance.protected = set()
        self.glance.service_is_admin = False
        self.assert_saved(self.snapshot(self.server))


class ProbeTest(images.ImageTestCase):
    """The record by which the service learns what it may see."""

    def test_it_belongs_to_nobody_and_is_private(self):
        made = []
        really = self.glance.create

        def create(context, metadata, data=None):
            made.append(metadata)
            return really(context, metadata, data)
        self.glance.create = create
        self.flags(group='ec2', image_cleanup_interval=0.001)
        self.useFixture(fixtures.MonkeyPatch(
            'nova_ec2.ops.discarded_images._APART', 0))
        self.restart()
        image_id = self.snapshot(self.boot())
        self.glance.images.pop(image_id)
        made.clear()
        self.driver.get_num_instances()
        self.driver.get_num_instances()
        self.assertEqual(
            {('nova-ec2-nobody', 'private')},
            {(one['owner'], one['visibility']) for one in made})
        self.assertEqual('nova-ec2-nobody', discarded_images.PROBE_OWNER)
