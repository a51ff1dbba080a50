# SPDX-License-Identifier: Apache-2.0
"""Snapshots: an AMI and a Glance image that boots, or neither."""

import json

from tests.functional.nova import base


class SnapshotTest(base.NovaTestCase):

    def setUp(self):
        super().setUp()
        self.server = self.boot()

    def snapshot(self, name='saved'):
        """Ask for one and return its Glance id."""
        return self.act(self.server, 'createImage', {'name': name})[
            'image_id']

    def until_active(self, image_id):
        """The Glance image, once it can be used."""
        self.wait_until(
            lambda: self.glance.images[image_id]['status'] == 'active',
            'the image')
        self.until(self.server, 'ACTIVE')
        return self.glance.images[image_id]

    def until_failed(self, image_id):
        self.wait_until(lambda: image_id not in self.glance.images,
                        'the image to go')
        self.until(self.server, 'ACTIVE')

    def own_images(self):
        return self.ec2.describe_images(Owners=['self'])['Images']

    def test_the_image_is_active_and_boots(self):
        image = self.until_active(self.snapshot())
        ami, = self.own_images()
        self.assertEqual(ami['ImageId'], image['properties']['ec2_ami_id'])
        self.assertEqual('required', image['properties']['trait:CUSTOM_EC2'])
        self.assertEqual(
            {'ec2_ami_id': ami['ImageId']},
            json.loads(self.glance._imagedata[image['id']]))
        tags = {tag['Key']: tag['Value'] for tag in ami['Tags']}
        self.assertEqual(image['id'], tags['nova-ec2:image'])
        copy = self.boot(imageRef=image['id'])
        self.assertEqual(ami['ImageId'],
                         self.instance_of(copy)['image_id'])

    def test_the_guest_is_not_rebooted(self):
        self.until_active(self.snapshot())
        call, = self.control.calls(action='CreateImage')
        self.assertEqual('true', call['params']['NoReboot'])
        self.assertEqual(1, self.instance_of(self.server)['boots'])

    def test_the_snapshot_does_not_boot_through_another_image(self):
        self.until_active(self.snapshot())
        ami, = self.own_images()
        thief = self.glance.add(ec2_ami_id=ami['ImageId'])
        message = self.refused(imageRef=thief)
        self.assertIn('through its own Glance image only', message)

    def test_an_ami_that_fails_leaves_nothing(self):
        self.control.fault('doom', 'CreateImage', code='Client.Error',
                           message='the volume is on fire')
        self.until_failed(self.snapshot())
        self.assert_no_image_left()
        self.assertEqual('running',
                         self.instance_of(self.server)['state'])

    def test_a_refused_snapshot_leaves_nothing(self):
        self.control.fault('error', 'CreateImage', status=400,
                           code='ResourceLimitExceeded',
                           message='Too many snapshots.')
        self.until_failed(self.snapshot())
        self.assert_no_image_left()

    def test_glance_refusing_the_image_leaves_no_ami(self):
        really = self.glance.update

        def refuse(context, image_id, metadata, data=None, **options):
            if data is not None:
                raise OSError('Glance has no room')
            return really(context, image_id, metadata, data, **options)
        self.glance.update = refuse
        self.until_failed(self.snapshot())
        self.assert_no_image_left()

    def test_a_lost_reply_is_settled_by_the_tags(self):
        self.control.fault('reset_after', 'CreateImage')
        image = self.until_active(self.snapshot())
        ami, = self.own_images()
        self.assertEqual(ami['ImageId'], image['properties']['ec2_ami_id'])
        self.assertEqual(1, self.count('CreateImage'))

    def test_a_stopped_server_can_be_saved(self):
        self.act(self.server, 'os-stop')
        self.until(self.server, 'SHUTOFF')
        image_id = self.snapshot()
        self.wait_until(
            lambda: self.glance.images[image_id]['status'] == 'active',
            'the image')
        self.until(self.server, 'SHUTOFF')

    def assert_no_image_left(self):
        self.assertEqual([], self.own_images())
        self.assertNotIn('snapshots', self.emulator.left())
