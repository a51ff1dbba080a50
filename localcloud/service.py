# SPDX-License-Identifier: Apache-2.0
"""What services and steps are: the nodes of the start's graph."""

import sys
from collections.abc import Sequence

from localcloud import health
from localcloud.cloud import HOST, Cloud


class Step:
    """Something done once during a start.

    ``needs`` names the nodes that must be ready before.
    """

    name = ''
    needs: tuple[str, ...] = ()

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def run(self) -> None:
        """Do it; raises what goes wrong."""


class Service(Step):
    """A process that runs as long as the cloud does."""

    timeout = 120.0
    """Seconds from its start until it must be ready."""

    ports: tuple[str, ...] = ()
    """What it listens on, as in cloud.PORT_NAMES."""

    def configure(self) -> None:
        """Write its configuration."""

    def command(self) -> Sequence[str]:
        """The command line; never a credential in it."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Variables beside those that every service gets."""
        return {}

    def ready(self) -> bool:
        """Whether it can be used now; called until it can."""
        return all(health.accepts(HOST, self.cloud.port(port))
                   for port in self.ports)


class HttpService(Service):
    """A WSGI application in a process of its own."""

    application = ''
    """Where it is, as module:attribute."""

    threads = 8
    path = '/'
    """What answers without a token once the application works."""

    def command(self) -> Sequence[str]:
        return [sys.executable, '-m', 'localcloud.wsgi', '--name', self.name,
                '--port', str(self.cloud.port(self.ports[0])),
                '--threads', str(self.threads), self.application,
                *self.arguments()]

    def arguments(self) -> Sequence[str]:
        """What the application finds on its command line."""
        return ()

    def ready(self) -> bool:
        return health.answers(self.cloud.url(self.ports[0]) + self.path)
