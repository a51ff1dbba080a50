# SPDX-License-Identifier: Apache-2.0
"""EC2 key pairs: every call we make of them."""

from collections.abc import Mapping

from nova_ec2 import exceptions as exc
from nova_ec2.aws import pages
from nova_ec2.aws.call import Caller


class Keys:
    """ImportKeyPair and DescribeKeyPairs."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller.call

    def ensure(self, name: str, material: str,
               tags: Mapping[str, str]) -> None:
        """Have the public key in the account under this name.

        :param name: made from the key's content, so that an existing key of
            the name can only be this very key
        :param material: OpenSSH public key, without comment
        """
        try:
            self._call('import_key_pair', KeyName=name,
                       PublicKeyMaterial=material.encode(),
                       TagSpecifications=pages.tagged('key-pair', tags))
        except exc.InvalidRequest as error:
            if error.code != 'InvalidKeyPair.Duplicate':
                raise
            self._verify(name, material)

    def _verify(self, name: str, material: str) -> None:
        """Make sure that the key of this name is the one that is meant.

        Somebody with access to the account may have imported another key
        under our name; a guest must not open to that one.
        """
        answer = self._call('describe_key_pairs', KeyNames=[name],
                            IncludePublicKey=True)
        stored = answer['KeyPairs'][0].get('PublicKey', '').split()[:2]
        if stored != material.split()[:2]:
            raise exc.KeyPairRefused(
                f'EC2 has another key under the name {name}; delete it there '
                f'so that it can be imported again')
