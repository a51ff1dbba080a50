# SPDX-License-Identifier: Apache-2.0
"""Spot instances, after "Spot Instances" in the EC2 User Guide and the pages
of RunInstances and DescribeSpotInstanceRequests in the API Reference."""

from nova_ec2.emulator.client import ControlError
from tests.functional.emulator import base

SPOT = {'MarketType': 'spot', 'SpotOptions': {
    'SpotInstanceType': 'one-time',
    'InstanceInterruptionBehavior': 'terminate'}}


class SpotTest(base.TestCase):

    def spot(self, **changes):
        return self.run_instances(**{'InstanceMarketOptions': SPOT,
                                     **changes})

    def requests(self, **asked):
        return self.ec2.describe_spot_instance_requests(
            **asked)['SpotInstanceRequests']

    def status(self):
        found, = self.requests()
        return found['State'], found['Status']['Code']

    def test_a_launch_on_spot_makes_a_request_that_is_fulfilled(self):
        made, = self.spot()
        self.assertEqual('spot', made['InstanceLifecycle'])
        shown, = self.requests()
        self.assertEqual(made['SpotInstanceRequestId'],
                         shown['SpotInstanceRequestId'])
        self.assertEqual(made['InstanceId'], shown['InstanceId'])
        self.assertEqual(('active', 'fulfilled'), self.status())
        plain = self.run_instances()[0]
        self.assertNotIn('InstanceLifecycle', plain)
        self.assertNotIn('SpotInstanceRequestId', plain)

    def test_the_request_can_be_tagged_and_found_by_its_tags(self):
        self.spot(TagSpecifications=[
            {'ResourceType': 'spot-instances-request',
             'Tags': [{'Key': 'mine', 'Value': 'yes'}]}])
        self.spot()
        found, = self.requests(Filters=[
            {'Name': 'tag:mine', 'Values': ['yes']}])
        self.assertEqual([{'Key': 'mine', 'Value': 'yes'}], found['Tags'])
        self.assertEqual([], self.requests(Filters=[
            {'Name': 'status-code', 'Values': ['marked-for-termination']}]))

    def test_a_client_token_gives_the_same_instance_and_request(self):
        first, = self.spot(ClientToken='once')
        again, = self.spot(ClientToken='once')
        self.assertEqual(first['InstanceId'], again['InstanceId'])
        self.assertEqual(1, len(self.requests()))
        self.assertRefused('IdempotentParameterMismatch', self.run_instances,
                           ClientToken='once')

    def test_the_instance_of_a_one_time_request_cannot_be_stopped(self):
        made, = self.spot()
        self.step()
        plain = self.running()
        self.assertRefused('UnsupportedOperation', self.ec2.stop_instances,
                           InstanceIds=[plain, made['InstanceId']])
        self.assertEqual({'running'}, {
            one['state'] for one in self.control.instances()})
        self.ec2.reboot_instances(InstanceIds=[made['InstanceId']])

    def test_an_interruption_is_announced_two_minutes_before(self):
        made, = self.spot()
        self.step()
        self.control.interrupt(made['InstanceId'])
        self.assertEqual(('active', 'marked-for-termination'), self.status())
        self.control.advance(119)
        self.assertEqual('running', self.control.instances()[0]['state'])
        self.control.advance(2)
        self.assertEqual(('closed', 'instance-terminated-no-capacity'),
                         self.status())
        self.step()
        ended, = self.control.instances()
        self.assertEqual(('terminated', 'Server.SpotInstanceTermination'),
                         (ended['state'], ended['reason_code']))

    def test_termination_by_the_user_closes_the_request(self):
        made, = self.spot()
        self.ec2.terminate_instances(InstanceIds=[made['InstanceId']])
        self.assertEqual(('closed', 'instance-terminated-by-user'),
                         self.status())

    def test_only_spot_instances_are_interrupted(self):
        with self.assertRaises(ControlError):
            self.control.interrupt(self.running())

    def test_a_one_time_request_neither_stops_nor_hibernates(self):
        for end in ('stop', 'hibernate'):
            self.assertRefused(
                'InvalidParameterCombination', self.spot,
                InstanceMarketOptions={'MarketType': 'spot', 'SpotOptions': {
                    'InstanceInterruptionBehavior': end}})
        self.assertRefused('InvalidParameterValue', self.spot,
                           InstanceMarketOptions={'MarketType': 'dear'})

    def test_spot_has_a_quota_of_its_own(self):
        self.control.settings(vcpu_limit=2, spot_vcpu_limit=4)
        self.launch()
        self.spot(MinCount=2, MaxCount=2)
        self.assertRefused('MaxSpotInstanceCountExceeded', self.spot)
        self.assertRefused('VcpuLimitExceeded', self.run_instances)

    def test_an_unknown_request_is_an_error(self):
        self.assertRefused(
            'InvalidSpotInstanceRequestID.NotFound',
            self.ec2.describe_spot_instance_requests,
            SpotInstanceRequestIds=['sir-00000000'])
