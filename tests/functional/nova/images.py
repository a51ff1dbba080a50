# SPDX-License-Identifier: Apache-2.0
"""What tests of snapshots look at: Glance's images and EC2's AMIs."""

from tests.functional.nova import base


class ImageTestCase(base.NovaTestCase):

    def snapshot(self, server, name='saved', api=None):
        """Save a server and return the Glance id, once it is active."""
        image_id = self.act(server, 'createImage', {'name': name}, api)[
            'image_id']
        self.until_saved(server, image_id)
        return image_id

    def until_saved(self, server, image_id):
        """Wait until an image is active and its server at rest."""
        self.wait_until(
            lambda: self.glance.images[image_id]['status'] == 'active',
            'the image')
        self.until_rest(server)

    def until_rest(self, server):
        """Wait until no verb runs on a server and return it."""
        def rests():
            seen = self.admin_api.get_server(server['id'])
            return seen['OS-EXT-STS:task_state'] is None and seen
        return self.wait_until(rests, 'the verb to end')

    def until_dropped(self, server, image_id):
        """Wait until Nova has removed an image that failed."""
        self.wait_until(lambda: image_id not in self.glance.images,
                        'the image to go')
        self.until_rest(server)

    def amis(self):
        """Glance id to AMI id, of all AMIs that the account has made."""
        return {tag['Value']: ami['ImageId']
                for ami in self.ec2.describe_images(Owners=['self'])['Images']
                for tag in ami['Tags'] if tag['Key'] == 'nova-ec2:image'}

    def assert_saved(self, *image_ids):
        """The account has AMIs of these images only, each with a snapshot.
        """
        self.assertEqual(set(image_ids), set(self.amis()))
        self.assertEqual(len(image_ids),
                         len(self.emulator.left().get('snapshots', ())))
