# SPDX-License-Identifier: Apache-2.0
"""The control API, the log, the command."""

import concurrent.futures
import os
import signal
import subprocess
import sys
import unittest

import boto3

from nova_ec2.emulator.client import Control, ControlError
from nova_ec2.emulator.server import Emulator
from tests.functional.emulator import base


class TestControl(base.TestCase):
    """What tests and demonstrations steer with."""

    def test_a_reset_forgets_all_but_the_settings(self):
        self.launch(ClientToken='token')
        self.ec2.create_key_pair(KeyName='key')
        self.control.fault('error')
        self.control.settings(vcpu_limit=64)
        self.control.reset()
        self.assertEqual([], self.control.instances())
        self.assertEqual([], self.control.faults())
        self.assertEqual([], self.control.calls())
        self.assertEqual({'vcpu_limit': 64}, {
            'vcpu_limit': self.control.settings()['vcpu_limit']})
        self.assertEqual([], self.ec2.describe_key_pairs()['KeyPairs'])
        self.assertTrue(self.launch(ClientToken='token'))

    def test_the_log_has_actions_and_parameters_but_no_secrets(self):
        self.launch(UserData='password: secret',
                    TagSpecifications=[{'ResourceType': 'instance', 'Tags': [
                        {'Key': 'k', 'Value': 'v'}]}])
        self.assertRefused('InvalidKeyPair.NotFound', self.launch,
                           KeyName='nobody')
        good, bad = self.control.calls(action='RunInstances')
        self.assertEqual((200, ''), (good['status'], good['code']))
        self.assertEqual((400, 'InvalidKeyPair.NotFound'),
                         (bad['status'], bad['code']))
        self.assertEqual('v', good['params']['TagSpecification.1.Tag.1.'
                                             'Value'])
        self.assertEqual('<24 characters>', good['params']['UserData'])
        self.assertEqual({'RunInstances': 2}, self.control.counts())
        self.assertEqual([bad], self.control.calls(since=good['number']))
        self.control.clear_calls()
        self.assertEqual([], self.control.calls())

    def test_the_truth_is_what_ec2_shows(self):
        instance_id = self.running(KeyName=None)
        shown = self.describe(instance_id)
        (truth,) = self.control.instances()
        (nic,) = shown['NetworkInterfaces']
        self.assertEqual(
            (instance_id, 'running', shown['PrivateIpAddress'],
             nic['MacAddress'], shown['Placement']['AvailabilityZone']),
            (truth['instance_id'], truth['state'], truth['private_address'],
             truth['interfaces'][0]['mac_address'], truth['zone']))
        (rest,) = self.control.resources()
        self.assertEqual([nic['NetworkInterfaceId']], rest['interfaces'])
        self.assertEqual(1, len(rest['volumes']))

    def test_an_instance_can_be_changed_behind_everybodys_back(self):
        instance_id = self.running()
        self.control.act('terminate', instance_id,
                         'Server.SpotInstanceTermination', 'Reclaimed')
        shown = self.describe(instance_id)
        self.assertEqual('shutting-down', shown['State']['Name'])
        self.assertEqual('Server.SpotInstanceTermination',
                         shown['StateReason']['Code'])
        self.assertNotIn('TerminateInstances', self.control.counts())
        self.assertRaises(ControlError, self.control.act, 'stop',
                          instance_id)
        self.assertRaises(ControlError, self.control.act, 'explode',
                          instance_id)

    def test_a_wrong_setting_is_refused_by_name(self):
        for name, value in (('nonsense', 1), ('throttling', 'yes'),
                            ('pending_seconds', -1),
                            ('root_device_name', 'xvda')):
            with self.assertRaisesRegex(ControlError, name):
                self.control.settings(**{name: value})

    def test_amis_call_their_root_as_they_are_told_to(self):
        self.addCleanup(self.control.reset)
        self.addCleanup(self.control.settings, root_device_name='/dev/xvda')
        self.control.settings(root_device_name='/dev/sda1')
        self.control.reset()
        self.launch()
        instance, = self.control.instances()
        self.assertEqual(['/dev/sda1'], [
            one['device_name'] for one in instance['volumes']])

    def test_transitions_follow_each_other_in_one_long_step(self):
        instance_id = self.launch()
        self.control.advance(3 * base.STEP)
        self.assertEqual('running', self.state(instance_id))
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.control.advance(10.5 * base.STEP)
        self.assertEqual('terminated', self.state(instance_id))
        self.control.advance(base.STEP)
        self.assertEqual([], self.listed())

    def test_many_threads_do_not_get_in_each_others_way(self):
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(lambda _: self.launch(), range(48)))
            self.step()
            list(pool.map(lambda one: self.ec2.terminate_instances(
                InstanceIds=[one]), ids))
        self.step()
        self.assertEqual({'terminated'}, {
            one['state'] for one in self.control.instances()})
        (rest,) = self.control.resources()
        self.assertEqual(([], []), (rest['interfaces'], rest['volumes']))

    def test_one_emulator_runs_in_a_process(self):
        self.assertRaises(RuntimeError, Emulator().start)
        self.assertTrue(self.control.healthy())


class TestCommand(unittest.TestCase):
    """``python -m nova_ec2.emulator``."""

    def test_it_says_where_it_listens_and_ends_when_told(self):
        process = subprocess.Popen(
            [sys.executable, '-m', 'nova_ec2.emulator', '--throttling',
             '--pending-seconds', '7'],
            env=os.environ | {'AWS_PROFILE': 'nobody'},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        line = process.stdout.readline()
        self.assertRegex(
            line, r'^EC2 emulator ready at http://127\.0\.0\.1:\d+\n$')
        control = Control(line.split()[-1])
        settings = control.settings()
        self.assertEqual((True, 7.0), (settings['throttling'],
                                       settings['pending_seconds']))
        client = boto3.session.Session().client('ec2', **control.boto())
        self.addCleanup(client.close)
        self.assertEqual(
            {'arm64', 'x86_64'},
            {one['Architecture'] for one in client.describe_images(
                ImageIds=list(control.images().values()))['Images']})
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(60))
