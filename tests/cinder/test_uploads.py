# SPDX-License-Identifier: Apache-2.0
"""Images of volumes: an AMI behind a Glance image."""

from tests.cinder import base, crash
from tests.cinder.glance import Glance


class UploadTestCase(base.CinderTestCase):

    def setUp(self):
        super().setUp()
        self.glance = Glance()
        patcher = self.glance.patched()
        patcher.start()
        self.addCleanup(patcher.stop)

    def upload(self, volume, name='golden', **more):
        """Ask for an image; its id."""
        answer = self.api.api_post(
            f'/volumes/{volume["id"]}/action',
            {'os-volume_upload_image': {'image_name': name, **more}},
            check_response_status=[202])
        return answer['os-volume_upload_image']['image_id']

    def image_of(self, volume, **more):
        """An image that is made, as Glance has it."""
        image_id = self.upload(volume, **more)
        self.until(volume, 'available')
        return self.glance.images[image_id]

    def amis(self):
        return self.ec2.describe_images(Owners=['self'])['Images']

    def assert_saved(self, *images):
        """Each image has its AMI and snapshot, and nothing else is there."""
        found = {ami['ImageId']: ami for ami in self.amis()}
        self.assertEqual({image['ec2_ami_id'] for image in images},
                         set(found))
        self.assertEqual(
            {disk['Ebs']['SnapshotId'] for ami in found.values()
             for disk in ami['BlockDeviceMappings']},
            {one['SnapshotId'] for one in self.own_snapshots()})
        for image in images:
            tags = {tag['Key']: tag['Value'] for tag in
                    found[image['ec2_ami_id']]['Tags']}
            self.assertEqual(image['id'], tags['nova-ec2:image'])
            self.assertNotIn('nova-ec2:unfinished', tags)


class UploadTest(UploadTestCase):

    def test_an_image_that_boots_on_ec2(self):
        volume = self.make(3)
        image = self.image_of(volume)
        self.assertEqual(
            ('active', 'raw', 'bare', 3, 'required'),
            (image['status'], image['disk_format'],
             image['container_format'], image['min_disk'],
             image['trait:CUSTOM_EC2']))
        self.assert_saved(image)
        ami, = self.amis()
        self.assertEqual(
            ('x86_64', 'hvm', True, 'ebs'),
            (ami['Architecture'], ami['VirtualizationType'],
             ami['EnaSupport'], ami['RootDeviceType']))
        disk, = ami['BlockDeviceMappings']
        self.assertEqual(ami['RootDeviceName'], disk['DeviceName'])
        self.assertEqual(3, disk['Ebs']['VolumeSize'])

    def test_it_is_like_the_ami_that_its_volume_was_made_of(self):
        for name in ('arm64', 'tpm', 'bios'):
            ami = self.control.images()[name]
            source = self.glance.add(ec2_ami_id=ami,
                                     hw_qemu_guest_agent='yes')
            image = self.image_of(self.make(20, imageRef=source['id']))
            self.assertEqual('yes', image['hw_qemu_guest_agent'])
            original, made = (self.ec2.describe_images(
                ImageIds=[one])['Images'][0]
                for one in (ami, image['ec2_ami_id']))
            for key in ('Architecture', 'BootMode', 'RootDeviceName',
                        'EnaSupport', 'VirtualizationType', 'TpmSupport'):
                self.assertEqual(original.get(key), made.get(key), key)

    def test_it_makes_volumes_and_only_through_its_own_image(self):
        image = self.image_of(self.make(3))
        copy = self.make(4, imageRef=image['id'])
        self.assertEqual('true', copy['bootable'])
        thief = self.glance.add(ec2_ami_id=image['ec2_ami_id'])
        self.until(self.create(4, imageRef=thief['id']), 'error')

    def test_no_ami_of_windows_can_be_made_of_a_volume(self):
        source = self.glance.add(ec2_ami_id=self.control.images()['windows'])
        volume = self.make(50, imageRef=source['id'])
        self.refused(volume)
        self.assertEqual(0, self.control.counts().get('CreateSnapshot', 0))

    def test_of_a_volume_that_is_encrypted(self):
        volume = self.make(2, volume_type=self.kind(
            'secret', ebs_encrypted='true'))
        self.image_of(volume)
        ami, = self.amis()
        self.assertTrue(ami['BlockDeviceMappings'][0]['Ebs']['Encrypted'])

    # What fails leaves nothing

    def refused(self, volume):
        image_id = self.upload(volume)
        self.until(volume, 'available')
        self.assertNotIn(image_id, self.glance.images)
        self.assert_saved()

    def test_what_ec2_refuses(self):
        volume = self.make()
        for action, code in (('CreateSnapshot', 'SnapshotLimitExceeded'),
                             ('RegisterImage', 'AMIQuotaExceeded'),
                             ('DeleteTags', 'UnauthorizedOperation')):
            self.control.fault('error', action, status=400, code=code,
                               message='Not now.')
            self.refused(volume)

    def test_what_glance_refuses(self):
        volume = self.make()
        for method in ('update', 'upload'):
            self.glance.failures.add(method)
            self.refused(volume)

    def test_what_ec2_no_longer_has(self):
        volume = self.make()
        self.ec2.delete_volume(VolumeId=self.ebs(volume)['VolumeId'])
        self.refused(volume)

    def test_what_is_lost_on_the_way_is_done_once(self):
        volume = self.make()
        for action in ('CreateSnapshot', 'RegisterImage', 'DeleteTags'):
            self.control.fault('reset_after', action)
        image = self.image_of(volume)
        self.assert_saved(image)

    def test_a_reply_of_glances_that_is_lost_costs_no_ami(self):
        self.glance.lost.add('upload')
        image = self.image_of(self.make())
        self.assertEqual('active', image['status'])
        self.assert_saved(image)



class CrashTest(crash.CrashTestCase, UploadTestCase):

    @crash.both_sides
    def being_made(self, method, after):
        volume = self.make()
        self.image_of(volume)
        image_id = self.dies(lambda: self.upload(volume, force=True),
                             method, after)
        self.assert_saved(*(image for image in self.glance.images.values()
                            if image['status'] == 'active'))
        self.reset(volume)
        # Cinder leaves it to its owner.
        self.assertEqual('queued', self.glance.images[image_id]['status'])

    def test_the_snapshot_being_made(self):
        self.being_made('create_snapshot')

    def test_the_ami_being_made(self):
        self.being_made('register_image')

    def test_the_ami_being_finished(self):
        self.being_made('delete_tags')
