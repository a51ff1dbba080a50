# SPDX-License-Identifier: Apache-2.0
"""Two pieces of user data in one MIME message, as cloud-init reads them.

Made by hand and not with :mod:`email`, because a tenant's part must arrive
byte for byte and equal input must give equal output: no date, no random
boundary.
"""

import base64
import hashlib
import re

_MIME_VERSION = b'mime-version:'
_MIME_WINDOW = 4096
_HEADER = re.compile(rb'[A-Za-z][A-Za-z0-9-]*:|From ')


def is_mime(data: bytes) -> bool:
    """Whether cloud-init would take ``data`` for a MIME message."""
    return (_HEADER.match(data) is not None
            and _MIME_VERSION in data[:_MIME_WINDOW].lower())


def is_understood(data: bytes) -> bool:
    """Whether cloud-init takes ``data`` by its content, so may share.

    Its own formats begin with ``#`` (``#!``, ``#cloud-config``,
    ``#include``, ``## template: jinja`` and others) or are MIME messages,
    as Heat sends them. Compressed, binary and foreign data are not.
    """
    if not data.startswith(b'#') and not is_mime(data):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b'\0' not in data


def join(first: bytes, second: bytes) -> bytes:
    """One multipart message of both, in this order.

    cloud-init lets a later part override an earlier one.

    :param first: ASCII text
    :param second: anything that :func:`is_understood`
    """
    boundary = _boundary(first, second)
    head = (f'Content-Type: multipart/mixed; boundary="{boundary}"\n'
            f'MIME-Version: 1.0\n').encode()
    between = f'\n--{boundary}\n'.encode()
    end = f'\n--{boundary}--\n'.encode()
    return (head + between + _part(first) + between + _part(second) + end)


def _part(data: bytes) -> bytes:
    if is_mime(data):
        # A message within a message: cloud-init walks into it.
        return data
    # text/plain makes cloud-init look at the content, as it does when the
    # data stands alone. It reads 8-bit text wrongly and a parser may touch
    # carriage returns, so such text is wrapped.
    if data.isascii() and b'\r' not in data:
        return (b'Content-Type: text/plain; charset="us-ascii"\n'
                b'Content-Transfer-Encoding: 7bit\n\n' + data)
    return (b'Content-Type: text/plain; charset="utf-8"\n'
            b'Content-Transfer-Encoding: base64\n\n'
            + base64.encodebytes(data))


def _boundary(*parts: bytes) -> str:
    """A separator that occurs in none of the parts, always the same."""
    digest = hashlib.sha256(b'\0'.join(parts))
    while True:
        boundary = f'nova-ec2-{digest.hexdigest()[:32]}'
        if all(boundary.encode() not in part for part in parts):
            return boundary
        digest.update(b'+')
