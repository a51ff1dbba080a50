# SPDX-License-Identifier: Apache-2.0
"""All of spawn's arguments in one request."""

import dataclasses
import functools

import fixtures
from oslo_config import cfg
from oslo_config import fixture as config_fixture
from oslotest import base

from nova_ec2 import conf, exceptions
from nova_ec2.costs import prices
from nova_ec2.mapping import hostname, keypair, launch
from nova_ec2.models import tags
from nova_ec2.models.launch import Candidate, Disk, InterfaceRequest
from tests.unit.mapping import builders
from tests.unit.mapping.catalogue import real_types
from tests.unit.mapping.test_keypair import ECDSA, ED25519

PORT = 'c9c7a8f6-5a4a-4c9d-8e07-111111111111'


class LaunchRequestTest(base.BaseTestCase):
    def setUp(self):
        super().setUp()
        self.conf = cfg.ConfigOpts()
        conf.register_opts(self.conf)
        self.useFixture(fixtures.FakeLogger())
        # It clears the overrides, which ConfigOpts share through the group.
        self.overrides = self.useFixture(config_fixture.Config(self.conf))

    def option(self, name, value):
        self.overrides.config(group='ec2', **{name: value})

    def inputs(self, **changes):
        values = {
            'instance': builders.instance(),
            'image_meta': builders.image_meta(),
            'image': builders.image(), 'types': real_types(),
            'rank': functools.partial(prices.load().rank, 'us-east-1'),
            'subnet': builders.SUBNET, 'owner': builders.OWNER,
            'request_id': 'req-1', 'conf': self.conf}
        return launch.LaunchInputs(**{**values, **changes})

    def request(self, **changes):
        return launch.launch_request(self.inputs(**changes))

    def test_whole(self):
        self.option('volume_type', 'gp2')
        server = builders.instance(
            key_name='mine', key_data=ED25519, metadata={'role': 'web'},
            flavor=builders.flavor(swap=512))
        made = self.request(
            instance=server, security_group_ids=('sg-1',),
            network_info=builders.network_info(
                builders.vif('10.0.0.9', port_id=PORT)))
        self.assertEqual(builders.OWNER, made.owner)
        self.assertEqual('host-1/req-1', made.token_seed)
        self.assertEqual(builders.AMI, made.image_id)
        self.assertEqual(Candidate('t3a.small', 'us-east-1a'),
                         made.candidates[0])
        self.assertEqual((InterfaceRequest(
            'subnet-0a1b2c3d', ('sg-1',), PORT, '10.0.0.9', 0),),
            made.interfaces)
        self.assertEqual((Disk('/dev/xvda', 20, 'gp2'),
                          Disk('/dev/xvdf', 1, 'gp2')), made.disks)
        self.assertEqual(keypair.parse(ED25519, 'mine').name, made.key_name)
        self.assertEqual(hostname.PART, made.user_data)
        self.assertEqual(builders.OWNER, tags.ownership(dict(made.tags)))
        self.assertIn(('nova-metadata:role', 'web'), made.tags)
        self.assertEqual(('required', 2, True),
                         (made.imds_tokens, made.imds_hop_limit,
                          made.imds_tags))

    def test_plainest(self):
        made = self.request()
        self.assertEqual('', made.key_name)
        self.assertEqual((InterfaceRequest('subnet-0a1b2c3d'),),
                         made.interfaces)
        self.assertEqual(1, len(made.disks))

    def test_same_inputs_same_request(self):
        """What a client token covers must not change by itself."""
        inputs = self.inputs(instance=builders.instance(
            metadata={str(number): 'x' for number in range(60)},
            user_data=b'#!/bin/sh\n' + b'x' * 20000))
        self.assertEqual(launch.launch_request(inputs),
                         launch.launch_request(inputs))

    def test_another_attempt_has_another_seed(self):
        owner = dataclasses.replace(builders.OWNER, host='host-2')
        self.assertEqual(3, len({
            self.request().token_seed,
            self.request(request_id='req-2').token_seed,
            self.request(owner=owner).token_seed}))

    def test_metadata_options(self):
        self.option('imds_tokens', 'optional')
        self.option('imds_hop_limit', 1)
        made = self.request()
        self.assertEqual(('optional', 1),
                         (made.imds_tokens, made.imds_hop_limit))

    def test_hostname_switched_off_by_the_operator(self):
        self.option('hostname_in_user_data', False)
        self.assertEqual(b'', self.request().user_data)

    def test_hostname_switched_off_by_the_image(self):
        for value, expected in (('false', b''), ('no', b''),
                                ('true', hostname.PART)):
            server = builders.instance(system_metadata={
                'image_ec2_hostname_in_user_data': value})
            self.assertEqual(expected,
                             self.request(instance=server).user_data)
            self.assertEqual(expected, self.request(glance={
                'ec2_hostname_in_user_data': value}).user_data)

    def test_refusals_come_through(self):
        for refusal, changes in (
                (exceptions.ImageRefused,
                 {'image': builders.image(state='pending')}),
                (exceptions.ImageRefused,
                 {'image': builders.image(tags={
                     tags.CLOUD: 'cloud-1', tags.IMAGE: 'another'})}),
                (exceptions.FlavorRefused,
                 {'image': builders.image(root_gib=21)}),
                (exceptions.KeyPairRefused,
                 {'instance': builders.instance(key_name='mine',
                                                key_data=ECDSA)}),
                (exceptions.NetworkRefused,
                 {'network_info': [builders.vif('192.0.2.9')]}),
                (exceptions.FlavorRefused, {'types': ()})):
            with self.assertRaises(refusal):
                self.request(**changes)
