# SPDX-License-Identifier: Apache-2.0
"""Requests that cannot become an EC2 call: a fault, and nothing on EC2.

A second host that would take nearly every server is there, and must not be
asked: builds begin on EC2 and end there.
"""

import hashlib

from tests.functional.nova import base

ECDSA = ('ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYA'
         'AABBBG6vmYE483ha+YU0X9gSoh4DsjnTMd7qerVUlXReL/4kJAGTPQL1mB35hXcEyEm'
         'soQxQmWMa0i00SvU5qdzRGKA=')


def incompressible(size):
    """Bytes that no compression shortens, the same every time."""
    made = b''.join(hashlib.sha256(number.to_bytes(4)).digest()
                    for number in range(size // 32 + 1))
    return made[:size]


class RefusalBase(base.NovaTestCase):

    EC2_FIRST = True

    def setUp(self):
        super().setUp()
        self.private = self.start_private()

    def assert_refused(self, *words, flavor=None, **changes):
        """The build ends in ERROR with these words, and leaves nothing."""
        if flavor:
            changes['flavorRef'] = self.flavor(**flavor)
        server = self.until(self.create(**changes), 'ERROR')
        for word in words:
            self.assertIn(word, server['fault']['message'])
        self.assertEqual(0, self.count('RunInstances'))
        self.assert_nothing_left()


class ImageRefusalTest(RefusalBase):

    def test_an_image_without_ami(self):
        self.assert_refused('ec2_ami_id', imageRef=self.glance.add())

    def test_an_unknown_ami(self):
        ami = 'ami-00000000000000bad'
        self.assert_refused(
            ami, 'us-east-1', imageRef=self.glance.add(ec2_ami_id=ami))

    def test_something_that_is_no_ami(self):
        self.assert_refused('no AMI id', imageRef=self.glance.add(
            ec2_ami_id='Debian 12'))

    def test_an_ami_of_another_architecture_than_the_type(self):
        self.assert_refused(
            'arm64', 'm5.large', 'x86_64',
            imageRef=self.glance.add(ec2_ami_id=self.emulator.arm_ami),
            flavor={'extra_specs': {'ec2:instance_type': 'm5.large'}})

    def test_a_root_disk_smaller_than_the_ami(self):
        self.assert_refused('root disk of 4 GiB', 'needs 8 GiB',
                            flavor={'disk': 4})


class FlavorRefusalTest(RefusalBase):

    def test_an_unknown_instance_type_names_the_nearest(self):
        self.assert_refused(
            'm5.largo', 'the nearest is m5.large',
            flavor={'extra_specs': {'ec2:instance_type': 'm5.largo'}})

    def test_a_flavor_that_no_type_fits_names_the_nearest(self):
        self.assert_refused('no instance type fits', '5000 vCPUs',
                            'the nearest is', flavor={'vcpu': 5000})

    def test_an_unknown_extra_spec_of_ours(self):
        """Later microversions refuse the flavor."""
        self.admin_api.microversion = '2.85'
        self.assert_refused(
            'ec2:instance_typ', 'ec2:instance_type',
            flavor={'extra_specs': {'ec2:instance_typ': 'm5.large'}})


class RequestRefusalTest(RefusalBase):

    def test_user_data_over_the_limit(self):
        self.assert_refused('16384', '20000 bytes',
                            user_data=incompressible(20000))

    def test_an_ecdsa_key(self):
        self.api.api_post('/os-keypairs', {'keypair': {
            'name': 'mine', 'type': 'ssh', 'public_key': ECDSA}})
        self.assert_refused('ecdsa', 'ED25519', key_name='mine')

    def test_a_port_outside_of_the_subnet(self):
        port = self.neutron.create_port()['port']
        self.neutron.subnet['cidr'] = '0.0.0.0/0'
        self.neutron.update_port(port['id'], {'port': {
            'fixed_ips': [{'ip_address': '192.168.7.7'}]}})
        self.assert_refused('192.168.7.7', self.cidr,
                            networks=[{'port': port['id']}])

    def test_a_network_that_neutron_cannot_bind(self):
        self.neutron.unbindable.add(base.HOST)
        self.until(self.create(), 'ERROR')
        self.assert_nothing_left()
