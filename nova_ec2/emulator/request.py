# SPDX-License-Identifier: Apache-2.0
"""A call as it came over the wire."""

import dataclasses
import io
import json
import urllib.parse
import uuid
from typing import Any

from nova_ec2.emulator import direct


@dataclasses.dataclass(slots=True)
class Call:
    """One request of an AWS client.

    :param params: the query protocol's flat parameters
    :param omit: instances to leave out of the answer, set by a fault
    :param environ: the WSGI environment, its body can be read again
    """

    action: str
    service: str
    region: str
    access_key_id: str
    params: dict[str, str]
    body: bytes = dataclasses.field(repr=False)
    environ: dict[str, Any] = dataclasses.field(repr=False)
    account_id: str = ''
    request_id: str = dataclasses.field(
        default_factory=lambda: str(uuid.uuid4()))
    omit: tuple[str, ...] = ()
    doom: tuple[str, str] | None = None


@dataclasses.dataclass(slots=True)
class Answer:
    """What goes back.

    :param wire: '' for a whole answer, else ``reset`` or ``truncate``
    :param code: EC2's error code, '' where it is none
    """

    status: int
    body: bytes
    content_type: str = 'text/xml;charset=UTF-8'
    wire: str = ''
    code: str = ''


def parse(environ: dict[str, Any]) -> Call:
    """Read a call; whatever is missing stays ''."""
    body = _body(environ)
    params = dict(urllib.parse.parse_qsl(
        environ.get('QUERY_STRING', ''), keep_blank_values=True))
    content_type = environ.get('CONTENT_TYPE', '')
    if content_type.startswith('application/x-www-form-urlencoded'):
        params.update(urllib.parse.parse_qsl(
            body.decode('utf-8', 'replace'), keep_blank_values=True))
    elif 'json' in content_type:
        params.update(_json(body))
    key, region, service = _scope(environ.get('HTTP_AUTHORIZATION', ''))
    target = environ.get('HTTP_X_AMZ_TARGET', '')
    action = params.get('Action', '') or target.rpartition('.')[2]
    if service == 'ebs':
        action = direct.action(environ.get('REQUEST_METHOD', ''),
                               environ.get('PATH_INFO', ''))
    return Call(action, service, region, key, params, body, environ)


def _json(body: bytes) -> dict[str, str]:
    """The members of a JSON request, what they hold as JSON."""
    try:
        members = json.loads(body or b'{}')
    except ValueError:
        return {}
    if not isinstance(members, dict):
        return {}
    return {name: value if isinstance(value, str) else json.dumps(value)
            for name, value in members.items()}


def _body(environ: dict[str, Any]) -> bytes:
    length = int(environ.get('CONTENT_LENGTH') or 0)
    body: bytes = environ['wsgi.input'].read(length) if length else b''
    environ['wsgi.input'] = io.BytesIO(body)
    return body


def _scope(authorization: str) -> tuple[str, str, str]:
    """Access key, region and service out of a SigV4 header."""
    _, found, rest = authorization.partition('Credential=')
    parts = rest.split(',')[0].split('/')
    if not found or len(parts) != 5:
        return '', '', ''
    return parts[0], parts[2], parts[3]
