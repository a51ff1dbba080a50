# SPDX-License-Identifier: Apache-2.0
"""The port on which Prometheus reads the figures."""

import threading
from typing import Any

import prometheus_client
from prometheus_client.registry import Collector

from nova_ec2 import exceptions as exc

OPTION = '[ec2] metrics_port'


class MetricsServer:
    """Answers ``GET /metrics``.

    :param address: that the port is opened on
    :param port: not 0
    """

    def __init__(self, address: str, port: int) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.builds = prometheus_client.Histogram(
            'nova_ec2_launch_seconds',
            'From the call of RunInstances to the running server',
            ['result'], registry=self.registry,
            buckets=(2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600))
        self._address = address
        self._port = port
        self._lock = threading.Lock()
        self._served: tuple[Any, threading.Thread] | None = None

    def begin(self, figures: Collector) -> None:
        """Open the port.

        :raises ConfigurationError: it is taken, or may not be opened
        """
        self.registry.register(figures)
        try:
            self._served = prometheus_client.start_http_server(
                self._port, self._address, self.registry)
        except OSError as error:
            raise exc.ConfigurationError(
                f'{self._address}:{self._port} cannot be opened: '
                f'{error.strerror or error}', OPTION) from None

    def stop(self) -> None:
        """Close it; whoever says so again, meanwhile too, changes nothing."""
        with self._lock:
            served, self._served = self._served, None
        if served is not None:
            server, thread = served
            server.shutdown()
            server.server_close()
            thread.join()

    def launched(self, result: str, seconds: float) -> None:
        """Count one launch."""
        self.builds.labels(result).observe(seconds)
