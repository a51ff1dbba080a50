# SPDX-License-Identifier: Apache-2.0
"""User data as RunInstances takes it: raw bytes, at most 16 KB.

Passed through as it is, with two exceptions. The lines that set the guest's
hostname (:mod:`nova_ec2.mapping.hostname`) join it where cloud-init would
understand both and it names the guest nowhere itself. And what is too long is
compressed, which cloud-init undoes.
"""

import base64
import binascii
import gzip
import re
from typing import Any

from nova_ec2 import exceptions
from nova_ec2.mapping import hostname, multipart
from nova_ec2.models.image import Image

LIMIT = 16384
"""EC2's limit in bytes, before base64."""

_NAMES_ITSELF = re.compile(rb'(?m)^(hostname|fqdn|preserve_hostname)\s*:')


def user_data(instance: Any, image: Image, *,
              add_hostname: bool = True) -> bytes:
    """The server's user data for RunInstances, b'' where there is none.

    :param instance: :class:`nova.objects.Instance`, whose user_data is
        base64
    :param image: the AMI; on Windows nothing is added or compressed, as
        EC2's agent there reads neither
    :param add_hostname: add the hostname's lines where they fit
    :raises UserDataRefused: over EC2's limit even when compressed, or not
        base64
    """
    raw = _decode(instance.user_data)
    windows = image.platform.lower() == 'windows'
    forms = [raw]
    if add_hostname and not windows:
        forms.insert(0, _with_hostname(raw))
    for form in forms:
        if len(form) <= LIMIT:
            return form
        packed = gzip.compress(form, mtime=0)
        if not windows and len(packed) <= LIMIT:
            return packed
    raise _too_long(raw, windows)


def _decode(encoded: str | None) -> bytes:
    if not encoded:
        return b''
    try:
        return base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        raise exceptions.UserDataRefused(
            'the user data is not base64') from None


def _with_hostname(raw: bytes) -> bytes:
    if not raw:
        return hostname.PART
    if not multipart.is_understood(raw) or _names_the_guest(raw):
        return raw
    return multipart.join(hostname.PART, raw)


def _names_the_guest(raw: bytes) -> bool:
    """Whether the tenant's own configuration sets the hostname.

    cloud-init would merge both, key by key, into a name of two halves.
    """
    return (not raw.startswith(b'#!')
            and _NAMES_ITSELF.search(raw) is not None)


def _too_long(raw: bytes, windows: bool) -> exceptions.UserDataRefused:
    how = ('and is not compressed for Windows' if windows else
           f'and {len(gzip.compress(raw, mtime=0))} bytes when compressed')
    return exceptions.UserDataRefused(
        f'the user data has {len(raw)} bytes {how}, but EC2 takes at most '
        f'{LIMIT}; let it fetch the rest from elsewhere')
