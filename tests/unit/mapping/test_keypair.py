# SPDX-License-Identifier: Apache-2.0
"""Key pairs made by the real tools."""

import base64
import unittest

import hypothesis
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import strategies as st
from nova import crypto

from nova_ec2 import exceptions
from nova_ec2.mapping import keypair
from tests.unit.mapping import builders


def line(private):
    """A private key's public half as OpenSSH writes it."""
    return private.public_key().public_bytes(
        serialization.Encoding.OpenSSH,
        serialization.PublicFormat.OpenSSH).decode()


RSA = line(rsa.generate_private_key(65537, 2048))
ED25519 = line(ed25519.Ed25519PrivateKey.generate())
ECDSA = line(ec.generate_private_key(ec.SECP256R1()))


class PublicKeyTest(unittest.TestCase):
    def key(self, text, image=None):
        return keypair.public_key(
            builders.instance(key_name='mine', key_data=text), image)

    def refused(self, words, text, image=None):
        with self.assertRaisesRegex(exceptions.KeyPairRefused,
                                    f'key pair mine .*{words}'):
            self.key(text, image)

    def test_none(self):
        self.assertIsNone(keypair.public_key(builders.instance()))

    def test_rsa_and_ed25519(self):
        for text in (RSA, ED25519):
            made = self.key(text)
            self.assertEqual(text, made.material)
            self.assertRegex(made.name, r'^nova-ec2-[0-9a-f]{64}$')

    def test_comment_does_not_matter(self):
        plain = self.key(RSA)
        for text in (f'{RSA} me@host', f'{RSA} two words\n', f' {RSA} '):
            self.assertEqual(plain, self.key(text))

    def test_other_content_other_name(self):
        other = line(ed25519.Ed25519PrivateKey.generate())
        self.assertNotEqual(self.key(ED25519).name, self.key(other).name)

    def test_what_nova_generates(self):
        _private, public, _fingerprint = crypto.generate_key_pair(2048)
        self.assertEqual('ssh-rsa', self.key(public).kind)

    def test_refused_kinds(self):
        self.refused("of kind 'ecdsa-sha2-nistp256'; EC2 imports RSA keys "
                     'of 1024 to 4096 bits and ED25519', ECDSA)
        self.refused("of kind 'ssh-dss'", 'ssh-dss AAAAB3NzaC1kc3M=')
        self.refused("of kind 'sk-ssh-ed25519@openssh.com'",
                     'sk-ssh-ed25519@openssh.com AAAA')
        self.refused('an X.509 certificate',
                     '-----BEGIN CERTIFICATE-----\nMII\n')

    def test_rsa_sizes(self):
        big = line(rsa.generate_private_key(65537, 1024))
        self.assertIsNotNone(self.key(big))
        self.refused('is RSA of 512 bits', _rsa_line(512))
        self.refused('is RSA of 8192 bits', _rsa_line(8192))

    def test_unreadable(self):
        for text in ('ssh-rsa', 'ssh-rsa ', 'ssh-rsa !!!!', 'ssh-rsa AAAA',
                     RSA[:200], 'ssh-rsa ' + ED25519.split()[1],
                     'ssh-ed25519 ' + RSA.split()[1]):
            self.refused('cannot be read', text)

    def test_named_but_empty(self):
        for text in (None, ''):
            self.refused("is of kind ''", text)

    def test_windows_takes_rsa_only(self):
        windows = builders.image(platform='windows')
        self.assertIsNotNone(self.key(RSA, windows))
        self.refused('is ED25519, but ami-.* is Windows', ED25519, windows)

    @hypothesis.given(st.text())
    def test_any_text_is_read_or_refused(self, text):
        try:
            made = keypair.parse(text, 'mine')
        except exceptions.KeyPairRefused:
            return
        self.assertEqual(made, keypair.parse(made.material, 'mine'))

    @hypothesis.given(st.binary(max_size=80))
    def test_any_binary_is_read_or_refused(self, blob):
        encoded = base64.b64encode(blob).decode()
        for kind in ('ssh-rsa', 'ssh-ed25519'):
            with self.assertRaises(exceptions.KeyPairRefused):
                keypair.parse(f'{kind} {encoded}', 'mine')


class SameKeyTest(unittest.TestCase):
    def test_comments_apart(self):
        self.assertTrue(keypair.same_key(RSA, f'{RSA} name-on-ec2\n'))
        self.assertFalse(keypair.same_key(RSA, ED25519))


def _rsa_line(bits):
    """An RSA public key of any size, quicker than generating one."""
    fields = [b'ssh-rsa', b'\1\0\1',
              b'\0' + (1 << (bits - 1) | 1).to_bytes(bits // 8, 'big')]
    blob = b''.join(len(field).to_bytes(4, 'big') + field
                    for field in fields)
    return f'ssh-rsa {base64.b64encode(blob).decode()}'
