# SPDX-License-Identifier: Apache-2.0
"""What Nova's services that answer by RPC only have in common."""

from pathlib import Path

from localcloud import clients
from localcloud.cloud import script
from localcloud.service import Service


class NovaService(Service):
    """Ready once Nova's API lists it as up."""

    binary = ''
    host: str | None = None
    """The host that must be up; None for any."""

    def service_up(self) -> bool:
        """Whether the API lists the service as up."""
        rows = clients.try_get(self.cloud, 'compute', '/os-services'
                               f'?binary={self.binary}', 'services')
        return any(row['state'] == 'up' and self.host in (None, row['host'])
                   for row in rows)

    def ready(self) -> bool:
        return self.service_up()

    def arguments(self, conf: Path) -> list[str]:
        """The command line for a configuration file."""
        return [script(self.binary), '--config-file', str(conf)]
