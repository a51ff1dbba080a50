# SPDX-License-Identifier: Apache-2.0
"""The emulator as a server on 127.0.0.1."""

import logging
import threading
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from nova_ec2.emulator import app, install
from nova_ec2.emulator.settings import Settings
from nova_ec2.emulator.world import World

HOST = '127.0.0.1'
_running = threading.Lock()


class Emulator:
    """An EC2 in this process, on a port of its own.

    moto's state belongs to the process, so one may run at a time; start a
    second one with ``python -m nova_ec2.emulator``.

    :param settings: see :class:`Settings`
    :param port: 0 takes any free one
    """

    def __init__(self, settings: Settings | None = None,
                 port: int = 0) -> None:
        self.settings = settings or Settings()
        self.world = World(self.settings)
        self.endpoint_url = ''
        self._port = port
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> 'Emulator':
        """Serve in a thread; RuntimeError if another one runs here."""
        if not _running.acquire(blocking=False):
            raise RuntimeError('another emulator runs in this process')
        try:
            # waitress warns of every burst and of every answer cut short.
            logging.getLogger('waitress').setLevel(logging.ERROR)
            self._server = create_server(
                app.Application(self.world), host=HOST, port=self._port,
                threads=self.settings.threads, connection_limit=2000,
                backlog=1024, channel_timeout=3600, ident='AmazonEC2',
                asyncore_use_poll=True, map={})
        except BaseException:
            install.uninstall()
            _running.release()
            raise
        self.endpoint_url = f'http://{HOST}:{self._server.effective_port}'
        self._stopping.clear()
        self._thread = threading.Thread(
            target=self._serve, name='emulator', daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all connections; safe to repeat."""
        if self._thread is None:
            return
        self._stopping.set()
        self._server.pull_trigger()
        self._thread.join()
        self._thread = None
        self.world.serial.stop()
        install.uninstall()
        _running.release()

    def wait(self) -> None:
        """Block until stopped."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(1)

    def __enter__(self) -> 'Emulator':
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _serve(self) -> None:
        server = self._server
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=server._map, count=1)
        for channel in list(server.active_channels.values()):
            channel.handle_close()
        server.task_dispatcher.shutdown(timeout=5)
        server.close()
        wasyncore.close_all(server._map, ignore_all=True)
