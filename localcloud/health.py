# SPDX-License-Identifier: Apache-2.0
"""Small questions to a service, answered without raising."""

import http.client
import socket
import urllib.error
import urllib.request

SECONDS = 5

# Never through a proxy: these are all services of this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def accepts(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=SECONDS):
            return True
    except OSError:
        return False


def answers(url: str) -> bool:
    """Whether a URL answers with anything but a server's error."""
    try:
        with _OPENER.open(url, timeout=SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, http.client.HTTPException):
        return False
