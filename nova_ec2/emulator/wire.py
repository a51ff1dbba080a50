# SPDX-License-Identifier: Apache-2.0
"""Answers on their way out: whole, cut short, or a reset connection."""

import http
import socket
import struct
from collections.abc import Callable
from typing import Any

from nova_ec2.emulator.request import Answer

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def send(answer: Answer, request_id: str, environ: dict[str, Any],
         start_response: StartResponse) -> list[bytes]:
    """Hand an answer to the WSGI server."""
    if answer.wire == 'reset':
        reset(environ)
    try:
        phrase = http.HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = 'Unknown'
    start_response(f'{answer.status} {phrase}', [
        ('Content-Type', answer.content_type),
        ('Content-Length', str(len(answer.body))),
        ('x-amzn-RequestId', request_id)])
    if answer.wire == 'truncate':
        return [answer.body[:len(answer.body) // 2]]
    return [answer.body]


def reset(environ: dict[str, Any]) -> None:
    """Have the connection end with a TCP reset instead of an answer.

    waitress hands no socket to the application, but a bound method of the
    channel that has it. Lingering for no time makes its close() a reset.
    """
    channel = environ['waitress.client_disconnected'].__self__
    channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                              struct.pack('ii', 1, 0))
    channel.connected = False
    channel.will_close = True
    channel.server.pull_trigger()
