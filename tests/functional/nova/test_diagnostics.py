# SPDX-License-Identifier: Apache-2.0
"""Diagnostics are what CloudWatch measured, and nothing made up."""

from nova.tests.functional.api import client as api_client

from tests.functional.nova import base


class DiagnosticsTest(base.NovaTestCase):

    def shown(self, server, version='latest'):
        self.admin_api.microversion = version
        return self.admin_api.api_get(
            f'/servers/{server["id"]}/diagnostics').body

    def measure(self, server):
        """Let the emulator's CloudWatch have measured something."""
        instance = self.instance_of(server)
        volume, = instance['volumes']
        by_instance = {'InstanceId': instance['instance_id']}
        for name, values in (
                ('CPUUtilization', [(5, 41.6)]),
                ('NetworkIn', [(5, 1000), (10, 500)]),
                ('NetworkOut', [(5, 70)]), ('NetworkPacketsIn', [(5, 12)])):
            self.control.metric('AWS/EC2', name, by_instance, values)
        self.control.metric('AWS/EBS', 'VolumeReadBytes',
                            {'VolumeId': volume['volume_id']}, [(5, 4096)])
        # Of others: nothing of it may be shown.
        self.control.metric('AWS/EC2', 'NetworkIn', {'InstanceId': 'i-0'},
                            [(5, 9999)])
        return instance

    def test_what_was_measured_is_shown(self):
        server = self.boot()
        instance = self.measure(server)
        shown = self.shown(server)
        self.assertEqual('running', shown['state'])
        self.assertIn('ec2', shown['hypervisor'])
        self.assertGreater(shown['uptime'], 0)
        self.assertGreaterEqual(shown['memory_details']['maximum'], 2048)
        self.assertEqual({42}, {cpu['utilisation']
                                for cpu in shown['cpu_details']})
        self.assertEqual(shown['num_cpus'], len(shown['cpu_details']))
        nic, = shown['nic_details']
        self.assertEqual(instance['interfaces'][0]['mac_address'],
                         nic['mac_address'])
        self.assertEqual((1500, 70, 12, None), (
            nic['rx_octets'], nic['tx_octets'], nic['rx_packets'],
            nic['tx_packets']))
        disk, = shown['disk_details']
        self.assertEqual((4096, None),
                         (disk['read_bytes'], disk['write_bytes']))

    def test_the_older_form(self):
        server = self.boot()
        instance = self.measure(server)
        shown = self.shown(server, '2.47')
        self.assertEqual(instance['instance_id'], shown['instance_id'])
        self.assertEqual((42, 1500, 4096), (
            shown['cpu_percent'], shown['network_in'],
            shown['/dev/xvda_volume_read_bytes']))

    def test_nothing_measured_is_null_and_no_zero(self):
        server = self.boot()
        shown = self.shown(server)
        self.assertEqual({None}, {cpu['utilisation']
                                  for cpu in shown['cpu_details']})
        self.assertIsNone(shown['nic_details'][0]['rx_octets'])
        self.assertIsNone(shown['disk_details'][0]['read_bytes'])

    def test_two_calls_whatever_the_size(self):
        server = self.boot(flavorRef=self.flavor(ephemeral=10))
        self.shown(server)
        self.assertEqual(2, self.count('GetMetricData'))

    def test_a_stopped_server_has_none(self):
        server = self.boot()
        self.act(server, 'os-stop')
        self.until(server, 'SHUTOFF')
        error = self.assertRaises(api_client.OpenStackApiException,
                                  self.shown, server)
        self.assertEqual(409, error.response.status_code)

    def test_cloudwatch_refuses_and_the_server_stays_as_it_is(self):
        server = self.boot()
        self.control.fault('error', 'GetMetricData', code='AccessDenied',
                           message='Not allowed.', status=403)
        self.assertRaises(api_client.OpenStackApiException, self.shown,
                          server)
        self.until(server, 'ACTIVE')

    def test_the_host_says_how_long_it_is_up_and_what_it_runs(self):
        self.boot()
        # Nova keeps what it was told last.
        self.compute.manager.update_available_resource(self.admin_context())
        host, = self.admin_api.api_get(
            '/os-hypervisors/detail').body['hypervisors']
        self.assertIn('1 servers in us-east-1a', host['uptime'])
