# SPDX-License-Identifier: Apache-2.0
"""Volumes: made, grown, retyped, deleted."""

from tests.cinder import base


class VolumeTest(base.CinderTestCase):

    def test_made_and_deleted(self):
        volume = self.make(3)
        ebs = self.ebs(volume)
        self.assertEqual((3, 'gp3', base.ZONE, 'available'), (
            ebs['Size'], ebs['VolumeType'], ebs['AvailabilityZone'],
            ebs['State']))
        self.assertEqual(
            {'nova-ec2:cloud': base.CLOUD, 'nova-ec2:volume': volume['id'],
             'nova-ec2:project': volume['os-vol-tenant-attr:tenant_id']},
            {tag['Key']: tag['Value'] for tag in ebs['Tags']})
        self.delete(volume)
        self.assert_nothing_left()

    def test_grown(self):
        volume = self.make()
        self.action(volume, 'os-extend', {'new_size': 5})
        self.until(volume, 'available')
        self.assertEqual(5, self.ebs(volume)['Size'])

    def test_grown_twice_within_six_hours(self):
        volume = self.make()
        self.action(volume, 'os-extend', {'new_size': 5})
        self.until(volume, 'available')
        self.action(volume, 'os-extend', {'new_size': 6})
        self.until(volume, 'error_extending')
        self.assertEqual(5, self.ebs(volume)['Size'])

    def test_one_that_is_gone_on_ec2_is_deleted(self):
        volume = self.make()
        self.ec2.delete_volume(VolumeId=self.ebs(volume)['VolumeId'])
        self.delete(volume)

    def test_one_that_a_server_has_is_not_deleted(self):
        volume = self.make()
        ebs = self.ebs(volume)['VolumeId']
        instance = self.ec2.run_instances(
            ImageId=self.emulator.ami, InstanceType='m5.large', MinCount=1,
            MaxCount=1, Placement={'AvailabilityZone': base.ZONE}
        )['Instances'][0]['InstanceId']
        self.wait_until(lambda: self.control.instances()[0]['state']
                        == 'running', 'the instance')
        self.ec2.attach_volume(VolumeId=ebs, InstanceId=instance,
                               Device='/dev/sdf')
        self.api.delete_volume(volume['id'])
        self.wait_until(lambda: self.control.counts().get('DeleteVolume'),
                        'the call')
        self.until(volume, 'available')
        self.assertEqual(ebs, self.ebs(volume)['VolumeId'])

    def test_one_whose_tags_somebody_took_is_not_touched(self):
        volume = self.make()
        ebs = self.ebs(volume)['VolumeId']
        self.ec2.delete_tags(Resources=[ebs],
                             Tags=[{'Key': 'nova-ec2:volume'}])
        self.api.delete_volume(volume['id'])
        self.until(volume, 'error_deleting')
        self.assertEqual(0, self.control.counts().get('DeleteVolume', 0))

    def test_a_lost_reply_makes_one(self):
        self.control.fault('reset_after', 'CreateVolume')
        volume = self.make()
        self.ebs(volume)
        self.assertEqual(1, len(self.ec2.describe_volumes()['Volumes']))

    def test_what_ec2_refuses_leaves_nothing(self):
        # Cinder's scheduler tries it anew.
        self.control.fault('error', 'CreateVolume', status=400, times=5,
                           code='VolumeLimitExceeded', message='Too many.')
        volume = self.create()
        self.until(volume, 'error')
        self.delete(volume)
        self.assert_nothing_left()

    def test_one_that_died_before_it_was_noted_goes_with_its_volume(self):
        volume = self.make()
        self.note(volume, None)
        self.delete(volume)
        self.assert_nothing_left()


class TypeTest(base.CinderTestCase):

    def test_speed_and_encryption(self):
        volume = self.make(10, volume_type=self.kind(
            'fast', ebs_type='gp3', ebs_iops='4000', ebs_throughput='200',
            ebs_encrypted='true'))
        ebs = self.ebs(volume)
        self.assertEqual(('gp3', 4000, 200, True), (
            ebs['VolumeType'], ebs['Iops'], ebs['Throughput'],
            ebs['Encrypted']))

    def test_several_servers_may_have_it(self):
        volume = self.make(10, volume_type=self.kind(
            'shared', ebs_type='io2', ebs_iops='500',
            multiattach='<is> True'))
        self.assertTrue(self.ebs(volume)['MultiAttachEnabled'])
        self.assertTrue(volume['multiattach'])

    def test_what_ebs_does_not_have(self):
        for number, specs in enumerate((
                {'ebs_type': 'gp9'}, {'ebs_type': 'io2'},
                {'ebs_type': 'st1', 'ebs_iops': '500'},
                {'ebs_iops': 'many'}, {'ebs_iop': '3000'},
                {'multiattach': '<is> True'})):
            volume = self.create(
                volume_type=self.kind(f'bad-{number}', **specs))
            self.until(volume, 'error')
        self.assertEqual(0, self.control.counts().get('CreateVolume', 0))

    def test_retyped_in_place(self):
        volume = self.make(10)
        before = self.ebs(volume)['VolumeId']
        self.retype(volume, ebs_type='io2', ebs_iops='500')
        self.until(volume, 'available')
        ebs = self.ebs(volume)
        self.assertEqual((before, 'io2', 500), (
            ebs['VolumeId'], ebs['VolumeType'], ebs['Iops']))

    def test_a_retype_that_needs_another_volume_is_refused(self):
        volume = self.make(10)
        self.retype(volume, ebs_encrypted='true')
        seen = self.until(volume, 'available')
        self.assertNotEqual('other', seen['volume_type'])
        self.assertFalse(self.ebs(volume)['Encrypted'])

    def retype(self, volume, **specs):
        self.action(volume, 'os-retype', {
            'new_type': self.kind('other', **specs),
            'migration_policy': 'never'})
