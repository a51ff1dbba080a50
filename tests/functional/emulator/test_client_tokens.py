# SPDX-License-Identifier: Apache-2.0
"""Ensuring idempotency in Amazon EC2 API requests."""

import concurrent.futures

from tests.functional.emulator import base


class TestClientTokens(base.TestCase):
    """RunInstances, CreateVolume, CreateNetworkInterface, CopyImage."""

    def test_same_token_and_parameters_return_the_original_result(self):
        first = self.run_instances(ClientToken='one', MaxCount=2)
        self.step()
        second = self.run_instances(ClientToken='one', MaxCount=2)
        self.assertEqual([one['InstanceId'] for one in first],
                         [one['InstanceId'] for one in second])
        self.assertEqual('pending', first[0]['State']['Name'])
        self.assertEqual('running', second[0]['State']['Name'])
        self.assertEqual(2, len(self.listed()))

    def test_many_at_once_with_one_token_launch_once(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(
                lambda _: self.launch(ClientToken='race'), range(16)))
        self.assertEqual(1, len(set(found)))
        self.assertEqual(1, len(self.listed()))

    def test_changed_parameters_are_an_idempotent_parameter_mismatch(self):
        self.launch(ClientToken='one')
        self.assertRefused('IdempotentParameterMismatch', self.launch,
                           ClientToken='one', InstanceType='m5.xlarge')
        self.assertEqual(1, len(self.listed()))

    def test_after_termination_the_token_is_idempotent_instance_terminated(
            self):
        instance_id = self.launch(ClientToken='one')
        self.ec2.terminate_instances(InstanceIds=[instance_id])
        self.assertRefused('IdempotentInstanceTerminated', self.launch,
                           ClientToken='one')
        self.step(20)
        self.assertRefused('InvalidInstanceID.NotFound', self.describe,
                           instance_id)
        self.assertRefused('IdempotentInstanceTerminated', self.launch,
                           ClientToken='one')

    def test_a_failed_request_does_not_spend_its_token(self):
        self.assertRefused('InvalidKeyPair.NotFound', self.launch,
                           ClientToken='one', KeyName='nobody')
        self.assertTrue(self.launch(ClientToken='one'))

    def test_a_token_is_unique_within_a_region_only(self):
        here = self.launch(ClientToken='one')
        self.ec2 = self.client('ec2', region_name='eu-west-1')
        self.assertNotEqual(here, self.launch(ClientToken='one'))

    def test_a_token_is_at_most_64_ascii_characters(self):
        self.assertTrue(self.launch(ClientToken='a' * 64))
        for token in ('a' * 65, 'é'):
            self.assertRefused('InvalidParameterValue', self.launch,
                               ClientToken=token)

    def test_create_volume_is_idempotent(self):
        def make(size):
            return self.ec2.create_volume(
                AvailabilityZone='us-east-1a', Size=size,
                ClientToken='volume')['VolumeId']
        self.assertEqual(make(1), make(1))
        self.assertRefused('IdempotentParameterMismatch', make, 2)

    def test_create_network_interface_is_idempotent(self):
        subnet = self.subnet()

        def make(text):
            made = self.ec2.create_network_interface(
                SubnetId=subnet, Description=text, ClientToken='interface')
            return made['NetworkInterface']['NetworkInterfaceId']
        self.assertEqual(make('a'), make('a'))
        self.assertRefused('IdempotentParameterMismatch', make, 'b')

    def test_copy_image_is_idempotent(self):
        def make(name):
            return self.ec2.copy_image(
                Name=name, SourceImageId=self.ami,
                SourceRegion='us-east-1', ClientToken='copy')['ImageId']
        self.assertEqual(make('one'), make('one'))
        self.assertRefused('IdempotentParameterMismatch', make, 'two')
