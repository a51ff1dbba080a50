# SPDX-License-Identifier: Apache-2.0
"""Another image onto a volume (os-reimage)."""

from nova_ec2.models import tags as tag_keys
from tests.cinder import crash
from tests.cinder.glance import Glance


class ReimageTest(crash.CrashTestCase):

    def setUp(self):
        super().setUp()
        self.glance = Glance()
        self.enterContext(self.glance.patched())
        self.image = self.glance.add(ec2_ami_id=self.emulator.ami)

    def reimage(self, volume, image=None):
        self.action(volume, 'os-reimage',
                    {'image_id': (image or self.image)['id']})

    def marked(self, volume):
        """Ids of EC2's volumes with the volume's tag."""
        return {one['VolumeId'] for one in self.ec2.describe_volumes(
            Filters=[{'Name': f'tag:{tag_keys.VOLUME}',
                      'Values': [volume['id']]}])['Volumes']}

    def root_snapshot(self):
        ami, = self.ec2.describe_images(ImageIds=[self.emulator.ami])[
            'Images']
        return ami['BlockDeviceMappings'][0]['Ebs']['SnapshotId']

    def replaced(self, volume, before):
        def done():
            found = self.marked(volume)
            return len(found) == 1 and found != {before}
        self.wait_until(done, 'another EBS volume')
        self.until(volume, 'available')
        return self.ebs(volume)

    def test_it_is_another_ebs_volume_and_the_old_one_goes(self):
        volume = self.make(50)
        before = self.ebs(volume)['VolumeId']
        self.reimage(volume)
        now = self.replaced(volume, before)
        self.assertEqual((50, self.root_snapshot()),
                         (now['Size'], now['SnapshotId']))
        self.assertEqual({now['VolumeId']}, self.marked(volume))
        self.delete(volume)
        self.assert_nothing_left()

    def test_twice(self):
        volume = self.make(50)
        for _ in range(2):
            before = self.ebs(volume)['VolumeId']
            self.reimage(volume)
            self.replaced(volume, before)
        self.assertEqual(1, len(self.marked(volume)))

    def test_an_image_that_is_no_ami_leaves_the_volume(self):
        volume = self.make(50)
        before = self.ebs(volume)['VolumeId']
        self.reimage(volume, self.glance.add())
        self.until(volume, 'error')
        self.assertEqual({before}, self.marked(volume))

    def dead(self, method, after):
        """A volume whose service died; Cinder leaves it to be reset."""
        volume = self.make(50)
        self.dies(lambda: self.reimage(volume), method, after)
        self.action(volume, 'os-reset_status', {'status': 'error'})
        return self.until(volume, 'error')

    @crash.both_sides
    def test_what_a_death_leaves_goes_with_the_volume(self, after):
        volume = self.dead('create_volume', after)
        self.assertEqual(1 + after, len(self.marked(volume)))
        self.delete(volume)
        self.assert_nothing_left()

    @crash.both_sides
    def test_so_does_the_one_before(self, after):
        volume = self.dead('delete_volume', after)
        self.delete(volume)
        self.assert_nothing_left()
