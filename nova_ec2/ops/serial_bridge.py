# SPDX-License-Identifier: Apache-2.0
"""A TCP port at this end, a guest's serial port at the other.

nova-serialproxy speaks plain TCP, EC2 Serial Console SSH. A bridge takes one
connection, and its listener ends with it.
"""

import base64
import contextlib
import dataclasses
import hashlib
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import paramiko
from oslo_log import log as logging

from nova_ec2 import exceptions as exc

LOG = logging.getLogger(__name__)

# Seconds between looks whether the bridge is to end.
_LOOK = 0.25
# Seconds for each step of connecting to EC2.
_PATIENCE = 30.0
_CHUNK = 4096


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """Where EC2 Serial Console answers, and how it is recognized.

    :param fingerprints: of host keys, as ``SHA256:`` and base64
    """

    host: str
    port: int
    fingerprints: frozenset[str]


def shell(endpoint: Endpoint, user: str, key: paramiko.PKey) -> Any:
    """Open a shell: a paramiko Channel.

    :raises EndpointUnreachable: nobody answers there, or not in SSH
    :raises NotAuthorized: it is somebody else, or does not know the key
    """
    try:
        connection = socket.create_connection(
            (endpoint.host, endpoint.port), timeout=_PATIENCE)
    except OSError as error:
        raise exc.EndpointUnreachable(
            f'EC2 Serial Console at {endpoint.host}:{endpoint.port}: {error}'
        ) from error
    transport = paramiko.Transport(connection)
    try:
        transport.start_client(timeout=_PATIENCE)
        _check(endpoint, transport.get_remote_server_key())
        transport.auth_publickey(user, key)
        channel = transport.open_session(timeout=_PATIENCE)
        channel.get_pty()
        channel.invoke_shell()
        return channel
    except paramiko.AuthenticationException as error:
        transport.close()
        raise exc.NotAuthorized(
            f'EC2 Serial Console does not take the key: {error}') from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        transport.close()
        raise exc.EndpointUnreachable(
            f'EC2 Serial Console at {endpoint.host}: {error}') from error
    except exc.NotAuthorized:
        transport.close()
        raise


def _check(endpoint: Endpoint, key: paramiko.PKey) -> None:
    digest = hashlib.sha256(key.asbytes()).digest()
    found = 'SHA256:' + base64.b64encode(digest).decode().rstrip('=')
    if found not in endpoint.fingerprints:
        raise exc.NotAuthorized(
            f'{endpoint.host} shows the host key {found}, which is not among '
            f'[ec2] serial_console_fingerprints; nothing was sent to it')


class Bridge:
    """One listener, one connection.

    :param listener: where nova-serialproxy connects
    :param connect: opens the channel once it has
    :param patience: seconds to wait for it
    :param ended: called when all is closed
    """

    def __init__(self, listener: socket.socket, connect: Callable[[], Any],
                 patience: float, ended: Callable[[], None]) -> None:
        self._listener = listener
        self._connect = connect
        self._patience = patience
        self._ended = ended
        self._closing = threading.Event()
        self.connected = False
        self.wait_on()
        self._thread = threading.Thread(
            target=self._run, daemon=True, name='nova-ec2-serial-bridge')

    @property
    def port(self) -> int:
        """The TCP port that it listens on."""
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def wait_on(self) -> None:
        """Wait for a connection from now on, as long as at first."""
        self._until = time.monotonic() + self._patience

    def close(self) -> None:
        """End it, and the connection if there is one."""
        self._closing.set()

    def _run(self) -> None:
        try:
            client = self._accept()
            if client is not None:
                with client:
                    self._serve(client)
        except Exception:
            LOG.exception('A serial console ended by an error')
        finally:
            self._listener.close()
            self._ended()

    def _accept(self) -> socket.socket | None:
        self._listener.settimeout(_LOOK)
        while not self._closing.is_set() and time.monotonic() < self._until:
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                self.connected = True
                # Nobody else may come in behind.
                self._listener.settimeout(0)
                return client
        return None

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_PATIENCE)
        try:
            channel = self._connect()
        except exc.NovaEC2Error as error:
            LOG.error('A serial console cannot be connected: %s', error)
            with contextlib.suppress(OSError):
                client.sendall(f'\r\n{error}\r\n'.encode())
            return
        try:
            self._pump(client, channel)
        except OSError:
            pass  # Either end left.
        finally:
            channel.get_transport().close()

    def _pump(self, client: socket.socket, channel: Any) -> None:
        channel.settimeout(_PATIENCE)
        while not self._closing.is_set():
            ready, _, _ = select.select([client, channel], [], [], _LOOK)
            for source, sink in ((client, channel), (channel, client)):
                if source in ready:
                    data = source.recv(_CHUNK)
                    if not data:
                        return
                    sink.sendall(data)
