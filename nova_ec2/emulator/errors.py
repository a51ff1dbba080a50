# SPDX-License-Identifier: Apache-2.0
"""EC2's errors, as exceptions inside and as XML on the wire."""

import json
from collections.abc import Iterable
from xml.sax.saxutils import escape

from moto.ec2.exceptions import EC2ClientError


class Refusal(EC2ClientError):  # noqa: N818 - it names EC2's answer
    """EC2 answers with an error.

    :param code: EC2's error code
    :param status: HTTP status
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.status = status


def only(given: Iterable[str], known: frozenset[str], where: str) -> None:
    """Refuse parameters that would have no effect here."""
    for name in given:
        if name not in known:
            raise Refusal('UnsupportedOperation',
                          f'This emulator does not know the parameter {name} '
                          f'of {where}.')


def ec2_body(code: str, message: str, request_id: str) -> bytes:
    """An error as the EC2 query protocol writes it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Response><Errors><Error><Code>{escape(code)}</Code>'
        f'<Message>{escape(message)}</Message></Error></Errors>'
        f'<RequestID>{request_id}</RequestID></Response>').encode()


def json_body(code: str, message: str, request_id: str) -> bytes:
    """An error as Systems Manager and the other JSON services write it."""
    return json.dumps({'__type': code, 'message': message}).encode()


def query_body(code: str, message: str, request_id: str) -> bytes:
    """An error as STS and the other query services write it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ErrorResponse><Error><Type>Sender</Type><Code>{escape(code)}'
        f'</Code><Message>{escape(message)}</Message></Error>'
        f'<RequestId>{request_id}</RequestId></ErrorResponse>').encode()
