# SPDX-License-Identifier: Apache-2.0
"""A key pair of the user demo."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from localcloud import clients, secretfile
from localcloud.service import Step

NAME = 'demo'


class KeyPair(Step):
    """Makes a key here, and tells Nova its public half."""

    name = 'keypair'
    needs = ('nova-api', 'accounts')

    def run(self) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        secretfile.write(self.cloud.home / 'demo.key', key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption()).decode())
        public = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH,
            serialization.PublicFormat.OpenSSH).decode()
        clients.connection(self.cloud, 'demo').compute.create_keypair(
            name=NAME, public_key=public)
