# SPDX-License-Identifier: Apache-2.0
"""Connections: told to servers on EC2 in the volume's zone only."""

from cinder.tests.functional.api import client

from tests.cinder import base

SERVER = '4d8a2c7e-0000-4000-8000-000000000001'
HERE = {'host': 'ec2-us-east-1a', 'instance': SERVER,
        'region': 'us-east-1', 'zone': base.ZONE}


class ConnectionTest(base.CinderTestCase):

    def attach(self, volume, connector):
        return self.api.api_post('/attachments', {'attachment': {
            'instance_uuid': SERVER, 'connector': connector,
            'volume_uuid': volume['id']}})['attachment']

    def refused(self, volume, connector):
        error = self.assertRaises(client.OpenStackApiException,
                                  self.attach, volume, connector)
        self.assertIn(error.response.status_code, (400, 500))

    def test_a_server_on_ec2(self):
        volume = self.make()
        info = self.attach(volume, HERE)['connection_info']
        self.assertEqual('ebs', info['driver_volume_type'])
        self.assertEqual(
            (volume['id'], self.ebs(volume)['VolumeId'], 'us-east-1',
             base.ZONE),
            (info['volume_id'], info['ebs_volume_id'], info['region'],
             info['zone']))

    def test_a_server_in_another_zone(self):
        self.refused(self.make(), {**HERE, 'zone': 'us-east-1b'})

    def test_a_host_that_is_not_ec2(self):
        self.refused(self.make(), {'host': 'private', 'ip': '10.0.0.1',
                                   'initiator': 'iqn.1994-05.org:1'})

    def test_a_volume_that_ec2_no_longer_has(self):
        volume = self.make()
        self.ec2.delete_volume(VolumeId=self.ebs(volume)['VolumeId'])
        self.refused(volume, HERE)
