# SPDX-License-Identifier: Apache-2.0
"""Flavors, keys, user data: from Nova's request to EC2's instance."""

import base64
import gzip

from tests.functional.nova import base
from tests.functional.nova.test_refusals import incompressible

ED25519 = ('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHvSmti45COK0+0VSyFqdxb/QDeX'
           'EfMczHoWflpH0Xx3')
OTHER = ('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHvSmti45COK0+0VSyFqdxb/QDeXEf'
         'MczHoWflpH0Xx4')


class FlavorTest(base.NovaTestCase):

    def type_of(self, **flavor):
        server = self.boot(flavorRef=self.flavor(**flavor))
        return self.instance_of(server)['instance_type']

    def test_the_named_type(self):
        self.assertEqual('m5.xlarge', self.type_of(
            extra_specs={'ec2:instance_type': 'm5.xlarge'}))

    def test_the_cheapest_that_fits(self):
        chosen = self.type_of(vcpu=2, memory_mb=7000)
        kinds = self.ec2.describe_instance_types(
            InstanceTypes=[chosen])['InstanceTypes']
        self.assertGreaterEqual(kinds[0]['VCpuInfo']['DefaultVCpus'], 2)
        self.assertGreaterEqual(kinds[0]['MemoryInfo']['SizeInMiB'], 7000)
        self.assertTrue(kinds[0]['CurrentGeneration'])
        self.assertFalse(kinds[0]['BareMetal'])

    def test_the_architecture_is_the_amis(self):
        image = self.glance.add(ec2_ami_id=self.emulator.arm_ami)
        server = self.boot(imageRef=image)
        kinds = self.ec2.describe_instance_types(InstanceTypes=[
            self.instance_of(server)['instance_type']])['InstanceTypes']
        self.assertEqual(['arm64'],
                         kinds[0]['ProcessorInfo']['SupportedArchitectures'])

    def test_disks(self):
        server = self.boot(flavorRef=self.flavor(
            disk=30, ephemeral=5, swap=1536))
        sizes = {disk['device_name']: disk['size_gib'] for disk
                 in self.instance_of(server)['volumes']}
        self.assertEqual({2, 5, 30}, set(sizes.values()))
        self.delete(server)
        self.assert_nothing_left()

    def test_no_root_disk_means_the_amis_own_size(self):
        server = self.boot(flavorRef=self.flavor(disk=0), api=self.admin_api)
        self.assertEqual([8], [disk['size_gib'] for disk in
                               self.instance_of(server)['volumes']])


class KeyPairTest(base.NovaTestCase):

    def key(self, text, name='mine'):
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': name, 'type': 'ssh', 'public_key': text}})

    def name_on_ec2(self, **changes):
        return self.instance_of(self.boot(key_name='mine', **changes))[
            'key_name']

    def test_an_rsa_key(self):
        self.key(_rsa())
        name = self.name_on_ec2()
        stored, = self.ec2.describe_key_pairs(
            KeyNames=[name], IncludePublicKey=True)['KeyPairs']
        self.assertEqual(_rsa().split()[:2], stored['PublicKey'].split()[:2])

    def test_an_ed25519_key(self):
        self.key(ED25519)
        self.assertTrue(self.name_on_ec2().startswith('nova-ec2-'))

    def test_another_key_of_the_same_name_is_another_key(self):
        self.key(ED25519)
        first = self.name_on_ec2()
        self.api.api_delete('/os-keypairs/mine')
        self.key(OTHER)
        second = self.name_on_ec2()
        self.assertNotEqual(first, second)
        keys = self.ec2.describe_key_pairs(
            KeyNames=[first, second], IncludePublicKey=True)['KeyPairs']
        self.assertEqual({tuple(ED25519.split()), tuple(OTHER.split())},
                         {tuple(key['PublicKey'].split()[:2])
                          for key in keys})

    def test_a_key_deleted_on_ec2_is_imported_again(self):
        self.key(ED25519)
        name = self.name_on_ec2()
        self.ec2.delete_key_pair(KeyName=name)
        self.assertEqual(name, self.name_on_ec2())

    def test_somebody_elses_key_under_our_name_is_refused(self):
        self.key(ED25519)
        name = self.name_on_ec2()
        self.ec2.delete_key_pair(KeyName=name)
        self.ec2.import_key_pair(KeyName=name,
                                 PublicKeyMaterial=OTHER.encode())
        self.restart()
        self.assertIn('another key under the name',
                      self.refused(key_name='mine'))


class UserDataTest(base.NovaTestCase):

    def of(self, server):
        """The user data as the guest would read it."""
        answer = self.ec2.describe_instance_attribute(
            InstanceId=self.instance_of(server)['instance_id'],
            Attribute='userData')
        return base64.b64decode(answer['UserData']['Value'])

    def test_it_reaches_the_guest(self):
        script = b'#!/bin/sh\necho hello\n'
        self.assertIn(script, self.of(self.boot(user_data=script)))

    def test_what_cloud_init_does_not_know_is_passed_through_as_it_is(self):
        data = b'\x00\x01 anything'
        self.assertEqual(data, self.of(self.boot(user_data=data)))

    def test_long_user_data_are_compressed(self):
        script = b'#!/bin/sh\n' + b'echo hello\n' * 4000
        self.assertGreater(len(script), 16384)
        self.assertIn(script, gzip.decompress(
            self.of(self.boot(user_data=script))))

    def test_exactly_the_limit_is_passed_through(self):
        data = b'\x00' + incompressible(16383)
        self.assertEqual(data, self.of(self.boot(user_data=data)))

    def test_the_operator_may_leave_user_data_alone(self):
        self.flags(group='ec2', hostname_in_user_data=False)
        script = b'#!/bin/sh\necho hello\n'
        self.assertEqual(script, self.of(self.boot(user_data=script)))


def _rsa():
    """A public key of 2048 bits; nobody knows its private half."""
    modulus = (1 << 2047) | 1
    number = modulus.to_bytes(257)
    fields = (b'ssh-rsa', (65537).to_bytes(3), number)
    blob = b''.join(len(field).to_bytes(4) + field for field in fields)
    return f'ssh-rsa {base64.b64encode(blob).decode()} me@here'
