# SPDX-License-Identifier: Apache-2.0
"""Volumes are encrypted where flavor or image ask for it."""

from tests.functional.nova import base

KEY = 'alias/nova'


class EncryptionTest(base.NovaTestCase):

    def volumes(self, image=None, specs=None):
        """(encrypted, KMS key) of each volume, as EC2 shows them."""
        flavor = self.flavor(ephemeral=1, extra_specs=specs or {})
        instance = self.instance_of(self.boot(
            flavorRef=flavor, imageRef=image or self.image))
        shown = self.ec2.describe_volumes(VolumeIds=[
            one['volume_id'] for one in instance['volumes']])['Volumes']
        self.assertEqual(2, len(shown))
        return {(one['Encrypted'], one.get('KmsKeyId')) for one in shown}

    def test_by_our_extra_spec_with_the_key_of_the_account(self):
        (encrypted, key), = self.volumes(specs={'ec2:encrypted': 'true'})
        self.assertTrue(encrypted)
        self.assertTrue(key)
        self.assertNotIn('KmsKeyId', ''.join(self.launches()[0]))

    def test_by_nova_s_own_extra_spec_with_the_operators_key(self):
        self.flags(group='ec2', kms_key=KEY)
        self.assertEqual({(True, KEY)}, self.volumes(
            specs={'hw:ephemeral_encryption': 'true'}))

    def test_by_the_image(self):
        image = self.glance.add(ec2_ami_id=self.emulator.ami,
                                hw_ephemeral_encryption='true')
        (encrypted, _), = self.volumes(image)
        self.assertTrue(encrypted)

    def test_not_unasked(self):
        self.assertEqual({(False, None)}, self.volumes())
        self.assertEqual([], [name for name in self.launches()[0]
                              if 'Encrypted' in name])

    def test_a_format_that_ebs_has_not_finds_no_host(self):
        words = self.refused(flavorRef=self.flavor(extra_specs={
            'hw:ephemeral_encryption': 'true',
            'hw:ephemeral_encryption_format': 'luks'}))
        self.assertIn('No valid host', words)
