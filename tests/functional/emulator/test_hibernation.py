# SPDX-License-Identifier: Apache-2.0
"""Hibernate your Amazon EC2 instance."""

from tests.functional.emulator import base

UNSUPPORTED = 'UnsupportedHibernationConfiguration'


class TestHibernation(base.TestCase):

    def root(self, **changes):
        return [{'DeviceName': '/dev/xvda', 'Ebs': {
            'VolumeSize': 20, 'Encrypted': True, 'VolumeType': 'gp3',
            **changes}}]

    def wanted(self, **changes):
        return {'HibernationOptions': {'Configured': True},
                'BlockDeviceMappings': self.root(), **changes}

    def test_an_instance_enabled_for_hibernation_shows_it(self):
        enabled = self.launch(**self.wanted())
        self.assertEqual({'Configured': True},
                         self.describe(enabled)['HibernationOptions'])
        self.assertEqual({'Configured': False}, self.describe(
            self.launch())['HibernationOptions'])

    def test_the_root_volume_must_be_encrypted(self):
        self.assertRefused(UNSUPPORTED, self.launch, **self.wanted(
            BlockDeviceMappings=self.root(Encrypted=False)))

    def test_the_root_volume_must_be_large_enough_for_the_ram(self):
        self.assertRefused(UNSUPPORTED, self.launch, **self.wanted(
            BlockDeviceMappings=self.root(VolumeSize=8)))

    def test_the_root_volume_must_be_of_a_supported_type(self):
        self.assertRefused(UNSUPPORTED, self.launch, **self.wanted(
            BlockDeviceMappings=self.root(VolumeType='standard')))

    def test_the_instance_type_must_support_it(self):
        self.assertRefused(UNSUPPORTED, self.launch, **self.wanted(
            InstanceType='m5.metal',
            BlockDeviceMappings=self.root(VolumeSize=1000)))

    def test_linux_can_have_up_to_150_gib_of_ram_and_windows_16(self):
        large = self.wanted(BlockDeviceMappings=self.root(VolumeSize=1000))
        self.assertRefused(UNSUPPORTED, self.launch,
                           **large | {'InstanceType': 'm5.12xlarge'})
        self.launch(**large | {'InstanceType': 'm5.4xlarge'})
        windows = {'ImageId': self.control.images()['windows']}
        self.assertRefused(UNSUPPORTED, self.launch, **large | windows | {
            'InstanceType': 'm5.4xlarge'})
        self.launch(**large | windows | {'InstanceType': 'm5.xlarge'})

    def test_you_cannot_hibernate_an_instance_not_enabled_for_it(self):
        instance_id = self.running()
        self.assertRefused(UNSUPPORTED, self.ec2.stop_instances,
                           InstanceIds=[instance_id], Hibernate=True)
        self.assertEqual('running', self.state(instance_id))

    def test_it_moves_to_stopping_and_then_to_stopped_with_its_reason(self):
        instance_id = self.running(**self.wanted())
        self.ec2.stop_instances(InstanceIds=[instance_id], Hibernate=True)
        self.assertEqual('stopping', self.state(instance_id))
        self.step()
        shown = self.describe(instance_id)
        self.assertEqual('stopped', shown['State']['Name'])
        self.assertEqual('Client.UserInitiatedHibernate',
                         shown['StateReason']['Code'])

    def test_started_again_it_resumes_its_state_and_does_not_boot(self):
        instance_id = self.running(**self.wanted())
        for hibernate, boots in ((True, 1), (False, 2)):
            self.ec2.stop_instances(InstanceIds=[instance_id],
                                    Hibernate=hibernate)
            self.step()
            self.ec2.start_instances(InstanceIds=[instance_id])
            self.step()
            one, = self.control.instances()
            self.assertEqual(('running', boots), (one['state'], one['boots']))
