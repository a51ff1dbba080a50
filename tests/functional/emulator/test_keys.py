# SPDX-License-Identifier: Apache-2.0
"""Amazon EC2 key pairs: ImportKeyPair."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.functional.emulator import base


def public(private):
    """The public half in OpenSSH's form."""
    return private.public_key().public_bytes(
        serialization.Encoding.OpenSSH,
        serialization.PublicFormat.OpenSSH)


class TestKeys(base.TestCase):
    """Which keys EC2 imports."""

    def test_rsa_and_ed25519_keys_are_imported(self):
        for name, private in (
                ('rsa', rsa.generate_private_key(65537, 2048)),
                ('ed25519', ed25519.Ed25519PrivateKey.generate())):
            made = self.ec2.import_key_pair(
                KeyName=name, PublicKeyMaterial=public(private))
            self.assertTrue(made['KeyFingerprint'])
            (shown,) = self.ec2.describe_key_pairs(
                KeyNames=[name])['KeyPairs']
            self.assertEqual(name, shown['KeyType'])
            self.assertEqual(made['KeyFingerprint'],
                             shown['KeyFingerprint'])

    def test_other_keys_are_of_an_invalid_format(self):
        for material in (public(ec.generate_private_key(ec.SECP256R1())),
                         b'nonsense'):
            self.assertRefused('InvalidKey.Format', self.ec2.import_key_pair,
                               KeyName='k', PublicKeyMaterial=material)

    def test_a_name_is_used_once(self):
        self.ec2.create_key_pair(KeyName='k')
        self.assertRefused('InvalidKeyPair.Duplicate',
                           self.ec2.create_key_pair, KeyName='k')

    def test_an_unknown_name_is_not_found(self):
        self.assertRefused('InvalidKeyPair.NotFound',
                           self.ec2.describe_key_pairs, KeyNames=['k'])
