# SPDX-License-Identifier: Apache-2.0
"""The SSH server behind EC2 Serial Console, and the guest at the other end.

"Connect to the EC2 Serial Console", Amazon EC2 User Guide. It is started
when somebody first wants it, and listens on this machine only.
"""

import base64
import contextlib
import dataclasses
import hashlib
import re
import socket
import threading
import time
from typing import Any

import paramiko
from moto.ec2.models import ec2_backends

from nova_ec2.emulator import console

KEY_SECONDS = 60.0
"""How long a pushed key opens a port."""

_HOST = '127.0.0.1'
_USER = re.compile(r'(i-[0-9a-f]{8,17})\.port0')
_LOOK = 0.05
# Seconds until a client must have opened its shell.
_PATIENCE = 30.0


@dataclasses.dataclass(slots=True)
class Session:
    """One who is, or was, connected to a port."""

    instance_id: str
    open: bool = True
    typed: bytes = b''


class SerialPorts:
    """All serial ports of an emulator.

    :param world: the emulator that it is part of
    """

    def __init__(self, world: Any) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._host_key: Any = None
        self.renew()

    def renew(self) -> None:
        """Forget keys and sessions; those that are open end."""
        self._keys: dict[tuple[str, str], float] = {}
        self.sessions: list[Session] = []

    def push(self, instance_id: str, public_key: str) -> None:
        """Let whoever has the private key in, for a minute."""
        blob = public_key.split()[1]
        with self._lock:
            self._keys[instance_id, blob] = (
                self._world.clock.now() + KEY_SECONDS)

    def knows(self, instance_id: str, key: Any) -> bool:
        """Whether this key opens the port of that instance just now."""
        with self._lock:
            until = self._keys.get((instance_id, key.get_base64()), 0.0)
        return (self._world.clock.now() < until
                and self.runs(instance_id))

    def is_taken(self, instance_id: str) -> bool:
        """Whether the one session that a port can have is there."""
        return any(one.open and one.instance_id == instance_id
                   for one in self.sessions)

    def instance(self, instance_id: str) -> Any:
        """The instance or None."""
        with self._world.lock:
            self._world.timeline.settle()
            for regions in list(ec2_backends.values()):
                for backend in dict(regions).values():
                    if instance_id in backend.instances:
                        return backend.instances[instance_id]
        return None

    def runs(self, instance_id: str) -> bool:
        """Whether there is a guest at the other end."""
        instance = self.instance(instance_id)
        return instance is not None and instance.state == 'running'

    def address(self) -> dict[str, Any]:
        """Where the server listens, and how it is recognized; starts it."""
        with self._lock:
            if self._listener is None:
                self._host_key = paramiko.ECDSAKey.generate()
                self._listener = socket.create_server((_HOST, 0))
                threading.Thread(target=self._serve, daemon=True,
                                 args=(self._listener,),
                                 name='emulator-serial').start()
            digest = hashlib.sha256(self._host_key.asbytes()).digest()
            return {'host': _HOST, 'port': self._listener.getsockname()[1],
                    'fingerprint': 'SHA256:' + base64.b64encode(
                        digest).decode().rstrip('=')}

    def stop(self) -> None:
        """End the server and all sessions."""
        self.renew()
        with self._lock:
            if self._listener is not None:
                with contextlib.suppress(OSError):
                    self._listener.shutdown(socket.SHUT_RDWR)
                self._listener.close()
                self._listener = None

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True,
                             name='emulator-serial-session').start()

    def _talk(self, client: socket.socket) -> None:
        door = _Door(self)
        transport = paramiko.Transport(client)
        try:
            transport.add_server_key(self._host_key)
            transport.start_server(server=door)
            channel = transport.accept(_PATIENCE)
            if channel is not None and door.shell.wait(_PATIENCE):
                self._sit_at_port(channel, door.instance_id)
        except (paramiko.SSHException, EOFError, OSError):
            pass  # A client that does not speak SSH, or left.
        finally:
            transport.close()

    def _sit_at_port(self, channel: Any, instance_id: str) -> None:
        session = Session(instance_id)
        self.sessions.append(session)
        channel.setblocking(False)
        prompt = f'\r\n{console.hostname(self.instance(instance_id))} login: '
        try:
            channel.sendall(prompt.encode())
            while session in self.sessions and self.runs(instance_id):
                if not channel.recv_ready():
                    if channel.closed or channel.eof_received:
                        return
                    time.sleep(_LOOK)
                    continue
                typed = channel.recv(1024)
                session.typed += typed
                channel.sendall(typed.replace(b'\r', prompt.encode()))
        finally:
            session.open = False
            channel.close()


class _Door(paramiko.ServerInterface):
    """Who may come in, and what for."""

    def __init__(self, ports: SerialPorts) -> None:
        self._ports = ports
        self.instance_id = ''
        self.shell = threading.Event()

    def get_allowed_auths(self, username: str) -> str:
        """Keys only."""
        return 'publickey'

    def check_auth_publickey(self, username: str, key: Any) -> int:
        """The key must have been pushed for this very port."""
        port = _USER.fullmatch(username)
        if port is None or not self._ports.knows(port[1], key):
            return int(paramiko.AUTH_FAILED)
        self.instance_id = port[1]
        return int(paramiko.AUTH_SUCCESSFUL)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """One session a port."""
        if kind != 'session' or self._ports.is_taken(self.instance_id):
            return int(paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)
        return int(paramiko.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *args: Any) -> bool:
        """A terminal may be asked for; the port does not care."""
        return True

    def check_channel_shell_request(self, channel: Any) -> bool:
        """There is nothing but the port itself."""
        self.shell.set()
        return True
