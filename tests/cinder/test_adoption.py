# SPDX-License-Identifier: Apache-2.0
"""Volumes and snapshots that somebody made: managed, and given back."""

from cinder.tests.functional.api import client

from tests.cinder import base


class ManageTest(base.CinderTestCase):

    def made(self, **more):
        volume = self.ec2.create_volume(**{
            'AvailabilityZone': base.ZONE, 'Size': 7, **more})['VolumeId']
        self.wait_until(lambda: self.ec2.describe_volumes(
            VolumeIds=[volume])['Volumes'][0]['State'] == 'available', 'it')
        return volume

    def manage(self, ebs):
        return self.api.post_manage_volume(
            host=self.host(), ref={'source-id': ebs})['volume']

    def test_managed_and_given_back(self):
        ebs = self.made()
        volume = self.until(self.manage(ebs), 'available')
        self.assertEqual(7, volume['size'])
        self.assertEqual(ebs, self.ebs(volume)['VolumeId'])
        self.action(volume, 'os-unmanage', {})
        self.until_gone(self.api.get_volume, volume)
        left, = self.ec2.describe_volumes()['Volumes']
        self.assertEqual([], left.get('Tags', []))

    def test_what_cannot_be_managed(self):
        other_zone = self.made(AvailabilityZone='us-east-1b')
        servers = self.made(TagSpecifications=[{
            'ResourceType': 'volume', 'Tags': [
                {'Key': 'nova-ec2:cloud', 'Value': 'another'}]}])
        taken = self.ebs(self.make())['VolumeId']
        for ebs in (other_zone, servers, taken, 'vol-0123456789abcdef0'):
            try:
                volume = self.manage(ebs)
            except client.OpenStackApiException400:
                continue
            self.until(volume, 'error')


class ManageSnapshotTest(base.CinderTestCase):

    def made(self, volume, **more):
        """A snapshot that Cinder does not know."""
        made = self.ec2.create_snapshot(
            VolumeId=self.ebs(volume)['VolumeId'], **more)['SnapshotId']
        self.wait_until(lambda: self.ec2.describe_snapshots(
            SnapshotIds=[made])['Snapshots'][0]['State'] == 'completed', 'it')
        return made

    def manage(self, volume, ebs_id):
        return self.api.api_post('/os-snapshot-manage', {'snapshot': {
            'volume_id': volume['id'], 'ref': {'source-id': ebs_id}}},
            check_response_status=[202])['snapshot']

    def test_managed_and_given_back(self):
        volume = self.make(2)
        ebs_id = self.made(volume)
        snapshot = self.until_snapshot(self.manage(volume, ebs_id),
                                       'available')
        self.assertEqual(2, snapshot['size'])
        copy = self.make(2, snapshot_id=snapshot['id'])
        self.assertEqual(ebs_id, self.ebs(copy)['SnapshotId'])
        self.api.api_post(f'/snapshots/{snapshot["id"]}/action',
                          {'os-unmanage': {}}, check_response_status=[202])
        self.until_gone(self.api.get_snapshot, snapshot)
        left, = self.ec2.describe_snapshots(
            SnapshotIds=[ebs_id])['Snapshots']
        self.assertEqual([], left.get('Tags', []))

    def test_managed_and_deleted(self):
        volume = self.make()
        snapshot = self.until_snapshot(
            self.manage(volume, self.made(volume)), 'available')
        self.delete_snapshot(snapshot)
        self.assertEqual([], self.own_snapshots())

    def test_what_cannot_be_managed(self):
        volume = self.make()
        others = self.made(self.make())
        theirs = self.made(volume, TagSpecifications=[{
            'ResourceType': 'snapshot', 'Tags': [
                {'Key': 'nova-ec2:cloud', 'Value': 'another'}]}])
        self.snapshot(volume)
        taken, = (one['SnapshotId'] for one in self.own_snapshots() if any(
            tag['Key'] == 'nova-ec2:snapshot' for tag in one['Tags']))
        before = self.control.counts().get('CreateTags', 0)
        for ebs_id in (others, theirs, taken, 'snap-0123456789abcdef0'):
            try:
                snapshot = self.manage(volume, ebs_id)
            except client.OpenStackApiException400:
                continue
            self.until_snapshot(snapshot, 'error')
        self.assertEqual(before, self.control.counts().get('CreateTags', 0))
