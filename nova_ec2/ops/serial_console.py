# SPDX-License-Identifier: Apache-2.0
"""get_serial_console: EC2 Serial Console behind nova-serialproxy.

A key that nobody else ever sees opens the guest's serial port for a minute;
it is pushed when a console is asked for, so that EC2's refusal reaches the
user, and again if the user comes later.
"""

import dataclasses
import socket
import threading
import time
from typing import Any

import paramiko
from nova import exception as nova_exc
from nova.console import serial as nova_serial
from nova.console import type as console_type

from nova_ec2 import exceptions as exc
from nova_ec2.aws.api.serial import SerialKeys
from nova_ec2.models.server import ServerState
from nova_ec2.ops import errors, serial_bridge
from nova_ec2.ops.context import Site, living
from nova_ec2.ops.serial_bridge import Bridge, Endpoint

_KEY_BITS = 2048
# EC2 keeps a key for 60 seconds; one that is older is pushed again.
_KEY_SECONDS = 45.0
# Ports tried where another process takes the one just found free.
_TRIES = 5


@dataclasses.dataclass(frozen=True)
class SerialSettings:
    """How consoles are bridged.

    :param address: where bridges listen ([serial_console]
        proxyclient_address)
    :param patience: seconds that a token is valid ([consoleauth] token_ttl)
    """

    endpoint: Endpoint
    address: str
    patience: float


class _Key:
    """A key pair of one console."""

    def __init__(self, keys: SerialKeys, instance_id: str) -> None:
        self._keys = keys
        self._instance_id = instance_id
        self.private = paramiko.RSAKey.generate(_KEY_BITS)
        self._pushed = float('-inf')

    def push(self) -> None:
        """Have it open the port, if it does not already."""
        if time.monotonic() - self._pushed > _KEY_SECONDS:
            self._keys.push(self._instance_id,
                            f'ssh-rsa {self.private.get_base64()}')
            self._pushed = time.monotonic()


class SerialConsole:
    """The serial consoles of one host's servers."""

    def __init__(self, site: Site, keys: SerialKeys,
                 settings: SerialSettings) -> None:
        self._site = site
        self._keys = keys
        self._settings = settings
        self._lock = threading.Lock()
        self._bridges: dict[str, Bridge] = {}

    def open(self, instance: Any) -> Any:
        """Nova's ``get_serial_console``; asked again it gives the same.

        :returns: :class:`nova.console.type.ConsoleSerial`; who connects
            there sits at the guest's serial port. It ends with the
            connection, or unused with the token.
        :raises ConsoleTypeUnavailable: this server has none, or it is taken
        :raises InstanceNotReady: the instance does not run
        """
        with self._lock:
            bridge = self._bridges.get(instance.uuid)
            if bridge is None:
                bridge = self._make(instance)
            elif bridge.connected:
                raise _unavailable(
                    'it is in use, and EC2 has one session an instance')
            else:
                bridge.wait_on()
            return console_type.ConsoleSerial(
                host=self._settings.address, port=bridge.port)

    def close(self, instance: Any) -> None:
        """End the console of a server, if it has one."""
        bridge = self._bridges.get(instance.uuid)
        if bridge is not None:
            bridge.close()

    def stop(self) -> None:
        """End all consoles."""
        for bridge in list(self._bridges.values()):
            bridge.close()

    def _make(self, instance: Any) -> Bridge:
        endpoint = self._settings.endpoint
        if not endpoint.fingerprints:
            raise _unavailable('[ec2] serial_console_fingerprints is not set')
        with errors.as_nova(instance):
            server = living(self._site.locate(instance), instance)
            if server.state is not ServerState.RUNNING:
                raise nova_exc.InstanceNotReady(instance_id=instance.uuid)
            key = _Key(self._keys, server.instance_id)
            _push(key, instance)
        return self._listen(instance.uuid, server.instance_id, key)

    def _listen(self, uuid: str, instance_id: str, key: _Key) -> Bridge:
        def connect() -> Any:
            key.push()
            return serial_bridge.shell(self._settings.endpoint,
                                       f'{instance_id}.port0', key.private)

        listener = _listener(self._settings.address)
        port = listener.getsockname()[1]

        def ended() -> None:
            self._bridges.pop(uuid, None)
            nova_serial.release_port(self._settings.address, port)

        bridge = Bridge(listener, connect, self._settings.patience, ended)
        self._bridges[uuid] = bridge
        bridge.start()
        return bridge


def _listener(address: str) -> socket.socket:
    """Listen on a port of [serial_console] port_range."""
    taken: list[int] = []
    try:
        for _ in range(_TRIES):
            port = nova_serial.acquire_port(address)
            try:
                return socket.create_server((address, port), backlog=1)
            except OSError:
                taken.append(port)
    finally:
        for port in taken:
            nova_serial.release_port(address, port)
    raise nova_exc.SocketPortRangeExhaustedException(host=address)


def _push(key: _Key, instance: Any) -> None:
    """Make the first use of a key tell whether there is a console at all."""
    try:
        key.push()
    except exc.IncorrectState as error:
        raise nova_exc.InstanceNotReady(instance_id=instance.uuid) from error
    except exc.NotAuthorized as error:
        if error.code != 'SerialConsoleAccessDisabledException':
            raise
        raise _unavailable('the AWS account does not allow it '
                           '(EnableSerialConsoleAccess)') from error
    except (exc.InvalidRequest, exc.QuotaExceeded) as error:
        raise _unavailable(str(error)) from error


def _unavailable(reason: str) -> nova_exc.ConsoleTypeUnavailable:
    return nova_exc.ConsoleTypeUnavailable(
        f'Unavailable console type serial: {reason}')
