# SPDX-License-Identifier: Apache-2.0
"""Images are cached: their AMIs are checked ahead, for every host asked."""

from tests.functional.nova import base


class CacheImageTest(base.NovaTestCase):

    def cache(self, *images):
        """(cached, failed) of the one host, as Nova notifies of it."""
        aggregate = self.admin_api.post_aggregate(
            {'aggregate': {'name': 'on-ec2'}})
        self.admin_api.add_host_to_aggregate(aggregate['id'], base.HOST)
        self.notifier.reset()
        self.admin_api.api_post(
            f'/os-aggregates/{aggregate["id"]}/images',
            {'cache': [{'id': image} for image in images]},
            check_response_status=[202])
        told, = self.notifier.wait_for_versioned_notifications(
            'aggregate.cache_images.progress')
        payload = told['payload']['nova_object.data']
        self.assertEqual(base.HOST, payload['host'])
        return payload['images_cached'], payload['images_failed']

    def test_the_ami_is_known_before_the_first_server(self):
        self.assertEqual(([self.image], []), self.cache(self.image))
        asked = self.count('DescribeImages')
        self.assertGreater(asked, 0)
        self.boot()
        self.assertEqual(asked, self.count('DescribeImages'))

    def test_what_could_not_be_booted_is_told(self):
        none = self.glance.add()
        elsewhere = self.glance.add(ec2_ami_id='ami-0123456789abcdef0')
        malformed = self.glance.add(ec2_ami_id='ubuntu')
        cached, failed = self.cache(self.image, none, elsewhere, malformed)
        self.assertEqual([self.image], cached)
        self.assertEqual({none, elsewhere, malformed}, set(failed))
        self.assertIn('look at the image property ec2_ami_id',
                      self.stdlog.logger.output)

    def test_an_ami_of_another_cloud_is_told(self):
        server = self.boot()
        made = self.ec2.create_image(
            InstanceId=self.instance_of(server)['instance_id'],
            Name='theirs', TagSpecifications=[{
                'ResourceType': 'image', 'Tags': [
                    {'Key': 'nova-ec2:cloud', 'Value': 'another'}]}])
        self.wait_until(lambda: self.ec2.describe_images(
            ImageIds=[made['ImageId']])['Images'][0]['State'] == 'available',
            'the AMI')
        image = self.glance.add(ec2_ami_id=made['ImageId'])
        self.assertEqual(([], [image]), self.cache(image))

    def test_an_ami_that_has_gone_since_is_told(self):
        server = self.boot()
        made = self.ec2.create_image(
            InstanceId=self.instance_of(server)['instance_id'],
            Name='ours')['ImageId']
        self.wait_until(lambda: self.ec2.describe_images(
            ImageIds=[made])['Images'][0]['State'] == 'available', 'the AMI')
        image = self.glance.add(ec2_ami_id=made)
        self.assertTrue(self.driver.cache_image(self.admin_context(), image))
        self.assertFalse(self.driver.cache_image(self.admin_context(),
                                                 image))
        self.ec2.deregister_image(ImageId=made)
        self.assertEqual(([], [image]), self.cache(image))
