# SPDX-License-Identifier: Apache-2.0
"""A Nova key pair becomes a public key for EC2 to import.

Its name on EC2 is made from the key's content, so equal keys of many users
share one, and a key that a user replaces under the same name gets another.
"""

import base64
import binascii
import dataclasses
import hashlib
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.models.image import Image

PREFIX = 'nova-ec2-'
"""What our key names on EC2 begin with."""

_IMPORTED = 'EC2 imports RSA keys of 1024 to 4096 bits and ED25519 keys'
_RSA = 'ssh-rsa'
_ED25519 = 'ssh-ed25519'
_RSA_BITS = range(1024, 4097)


@dataclasses.dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to import (ImportKeyPair).

    :param name: on EC2; from the content, so it never has to be matched by
        anything else
    :param material: OpenSSH's line without its comment
    """

    name: str
    material: str

    @property
    def kind(self) -> str:
        """``ssh-rsa`` or ``ssh-ed25519``."""
        return self.material.partition(' ')[0]


def public_key(instance: Any, image: Image | None = None) -> PublicKey | None:
    """The server's key, None where it has none.

    :param instance: :class:`nova.objects.Instance`
    :param image: the AMI; Windows ones take RSA keys only
    :raises KeyPairRefused: EC2 does not import this kind of key
    """
    if not instance.key_name and not instance.key_data:
        return None
    key = parse(str(instance.key_data or ''), str(instance.key_name))
    if (image is not None and image.platform.lower() == 'windows'
            and key.kind != _RSA):
        raise exceptions.KeyPairRefused(
            f'key pair {instance.key_name} is ED25519, but {image.image_id} '
            f'is Windows, for which EC2 takes RSA keys only')
    return key


def parse(text: str, key_name: str) -> PublicKey:
    """Read OpenSSH's one-line form.

    :param key_name: Nova's, for messages
    :raises KeyPairRefused: EC2 does not import this kind of key, or the text
        is none
    """
    kind, _, rest = text.strip().partition(' ')
    if text.lstrip().startswith('-----BEGIN CERTIFICATE'):
        raise _refused(key_name, 'is an X.509 certificate')
    if kind not in (_RSA, _ED25519):
        raise _refused(key_name, f'is of kind {kind[:40]!r}')
    encoded = rest.split(maxsplit=1)[0] if rest.split() else ''
    blob = _decode(encoded, kind, key_name)
    name = PREFIX + hashlib.sha256(blob).hexdigest()
    return PublicKey(name, f'{kind} {base64.b64encode(blob).decode()}')


def same_key(one: str, other: str) -> bool:
    """Whether two OpenSSH lines hold one key, whatever their comments.

    For what EC2 has under a name of ours (DescribeKeyPairs,
    IncludePublicKey): the name is no proof, somebody may have taken it.
    """
    return one.split()[:2] == other.split()[:2]


def _decode(encoded: str, kind: str, key_name: str) -> bytes:
    """The key's binary form, once it is what its kind says."""
    try:
        blob = base64.b64decode(encoded, validate=True)
        fields = _fields(blob)
    except (binascii.Error, ValueError):
        raise _refused(key_name, 'cannot be read') from None
    if not fields or fields[0] != kind.encode():
        raise _refused(key_name, 'cannot be read')
    if kind == _RSA:
        _check_rsa(fields, key_name)
    elif len(fields) != 2 or len(fields[1]) != 32:
        raise _refused(key_name, 'cannot be read')
    return blob


def _check_rsa(fields: list[bytes], key_name: str) -> None:
    if len(fields) != 3:
        raise _refused(key_name, 'cannot be read')
    bits = int.from_bytes(fields[2], 'big').bit_length()
    if bits not in _RSA_BITS:
        raise _refused(key_name, f'is RSA of {bits} bits')


def _fields(blob: bytes) -> list[bytes]:
    """Split RFC 4251's strings: four bytes of length, then the content."""
    fields = []
    while blob:
        size = int.from_bytes(blob[:4], 'big')
        if len(blob) < 4 + size:
            raise ValueError('cut short')
        fields.append(blob[4:4 + size])
        blob = blob[4 + size:]
    return fields


def _refused(key_name: str, what: str) -> exceptions.KeyPairRefused:
    return exceptions.KeyPairRefused(
        f'key pair {key_name} {what}; {_IMPORTED}')
