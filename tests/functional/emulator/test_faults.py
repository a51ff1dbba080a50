# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between a client and EC2, on demand."""

import socket
import time

import botocore.exceptions
import botocore.parsers

from tests.functional.emulator import base


class TestFaults(base.TestCase):
    """The fault script."""

    def test_the_nth_call_of_an_action_fails_and_no_other(self):
        self.control.fault('error', 'DescribeInstances', nth=2, times=2,
                           code='Unavailable', message='Back soon',
                           status=503)
        self.listed()
        self.ec2.describe_volumes()
        for _ in range(2):
            self.assertRefused('Unavailable', self.listed)
        self.listed()

    def test_an_error_has_its_code_message_status_and_request_id(self):
        self.control.fault('error', code='A.B', message='x < y', status=418)
        with self.assertRaises(
                botocore.exceptions.ClientError) as raised:
            self.listed()
        response = raised.exception.response
        self.assertEqual({'Code': 'A.B', 'Message': 'x < y'},
                         response['Error'])
        meta = response['ResponseMetadata']
        self.assertEqual(418, meta['HTTPStatusCode'])
        self.assertEqual(self.control.calls()[-1]['request_id'],
                         meta['RequestId'])

    def test_an_error_keeps_the_call_from_having_an_effect(self):
        for effect in ('error', 'html', 'reset_before'):
            self.control.fault(effect, 'RunInstances')
            with self.assertRaises((
                    botocore.exceptions.BotoCoreError,
                    botocore.exceptions.ClientError,
                    botocore.parsers.ResponseParserError)):
                self.launch()
        self.assertEqual([], self.control.instances())

    def test_a_page_of_html_is_no_client_error(self):
        self.control.fault('html', 'DescribeInstances', status=500)
        self.assertRaises(botocore.parsers.ResponseParserError, self.listed)

    def test_a_reply_may_be_lost_after_the_call_took_effect(self):
        self.control.fault('reset_after', 'RunInstances')
        with self.assertRaises(botocore.exceptions.ConnectionClosedError):
            self.launch(ClientToken='settles-it')
        (truth,) = self.control.instances()
        self.assertEqual(truth['instance_id'],
                         self.launch(ClientToken='settles-it'))
        self.assertEqual([0, 200], [
            one['status'] for one in self.control.calls(
                action='RunInstances')])

    def test_a_reset_is_a_tcp_reset(self):
        self.control.settings(check_credentials=False)
        port = int(self.control.endpoint_url.rpartition(':')[2])
        for effect in ('reset_before', 'reset_after'):
            self.control.fault(effect, 'DescribeVolumes')
            with socket.create_connection(('127.0.0.1', port), 60) as raw:
                raw.sendall(
                    b'GET /?Action=DescribeVolumes&Version=2016-11-15 '
                    b'HTTP/1.1\r\nHost: localhost\r\nAuthorization: '
                    b'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/'
                    b'ec2/aws4_request, SignedHeaders=host, Signature=0\r\n'
                    b'\r\n')
                self.assertRaises(ConnectionResetError, raw.recv, 1)

    def test_a_reply_may_be_cut_short_or_garbled(self):
        instance_id = self.launch()
        for effect in ('truncate', 'garbage'):
            self.control.fault(effect, 'DescribeInstances')
            with self.assertRaises((
                    botocore.exceptions.HTTPClientError,
                    botocore.parsers.ResponseParserError)):
                self.listed()
        self.assertEqual([instance_id], self.listed())

    def test_a_delay_holds_up_one_call_and_no_other(self):
        self.control.fault('delay', 'DescribeVolumes', seconds=0.4)
        began = time.monotonic()
        self.ec2.describe_volumes()
        self.assertGreaterEqual(time.monotonic() - began, 0.4)
        (volumes,) = self.control.calls(action='DescribeVolumes')
        self.assertGreaterEqual(volumes['took'], 0.4)

    def test_capacity_is_missing_for_a_type_in_a_zone(self):
        number = self.control.no_capacity('m5.*', 'us-east-1a', status=500)
        subnet = self.subnet()
        for place in ({'SubnetId': subnet},
                      {'Placement': {'AvailabilityZone': 'us-east-1a'}},
                      {'NetworkInterfaces': [{'DeviceIndex': 0,
                                              'SubnetId': subnet}]}):
            self.assertRefused('InsufficientInstanceCapacity', self.launch,
                               **place)
        self.launch(InstanceType='c5.large',
                    Placement={'AvailabilityZone': 'us-east-1a'})
        self.launch(Placement={'AvailabilityZone': 'us-east-1b'})
        self.control.clear_faults(number)
        self.launch(Placement={'AvailabilityZone': 'us-east-1a'})

    def test_an_instance_may_go_from_pending_to_terminated(self):
        self.control.fault(
            'doom', 'RunInstances',
            code='Server.InsufficientInstanceCapacity', message='Full')
        instance_id = self.launch()
        self.assertEqual('pending', self.state(instance_id))
        self.step()
        shown = self.describe(instance_id)
        self.assertEqual('terminated', shown['State']['Name'])
        self.assertEqual('Server.InsufficientInstanceCapacity',
                         shown['StateReason']['Code'])
        self.assertEqual([], self.ec2.describe_volumes()['Volumes'])

    def test_a_started_instance_may_fall_back_to_stopped(self):
        instance_id = self.running()
        self.ec2.stop_instances(InstanceIds=[instance_id])
        self.step()
        self.control.fault('doom', 'StartInstances',
                           code='Server.InternalError', message='Broken')
        self.ec2.start_instances(InstanceIds=[instance_id])
        self.step()
        shown = self.describe(instance_id)
        self.assertEqual(('stopped', 'Server.InternalError'),
                         (shown['State']['Name'],
                          shown['StateReason']['Code']))

    def test_members_may_be_missing_from_a_listing(self):
        ids = [one['InstanceId']
               for one in self.run_instances(MinCount=3, MaxCount=3)]
        self.control.fault('omit', 'DescribeInstances', ids=[ids[1]])
        self.assertEqual([ids[0], ids[2]], self.listed())
        self.assertEqual(ids, self.listed())
        self.control.fault('omit', 'DescribeInstances', count=2)
        self.assertEqual(ids[:1], self.listed())

    def test_a_rule_that_makes_no_sense_is_refused(self):
        for rule in ({'effect': 'earthquake'},
                     {'effect': 'error', 'colour': 'red'}):
            self.assertRaisesRegex(Exception, 'earthquake|colour',
                                   self.control.fault, **rule)
        self.assertEqual([], self.control.faults())


class TestCrashes(base.TestCase):
    """What the emulator cannot do is said in EC2's form."""

    def test_an_action_that_is_not_there_is_an_ec2_error(self):
        message = self.assertRefused(
            'UnknownOperation', self.ec2.create_capacity_reservation,
            InstanceType='m5.large', InstancePlatform='Linux/UNIX',
            InstanceCount=1)
        self.assertIn('CreateCapacityReservation', message)

    def test_a_crash_is_an_internal_error(self):
        timeline = self.emulator.world.timeline
        original, timeline.settle = timeline.settle, None
        self.addCleanup(setattr, timeline, 'settle', original)
        with self.assertLogs('nova_ec2.emulator.app', 'ERROR'):
            self.assertRefused('InternalError', self.listed)
