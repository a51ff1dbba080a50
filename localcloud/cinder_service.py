# SPDX-License-Identifier: Apache-2.0
"""What Cinder's services that answer by RPC only have in common."""

from collections.abc import Sequence

from localcloud import tables
from localcloud.cloud import script
from localcloud.config import cinder
from localcloud.service import Service


class CinderService(Service):
    """Ready once each of its processes has written that it works.

    Cinder's API calls a service up from its first moment, when it does not
    answer yet.
    """

    needs = ('mariadb', 'rabbitmq')

    def command(self) -> Sequence[str]:
        return [script(self.name), '--config-file',
                str(cinder.write(self.cloud))]

    def processes(self) -> int:
        """How many must work."""
        return 1

    def ready(self) -> bool:
        # report_count is 0 until then.
        return tables.count(
            self.cloud, 'cinder', 'services',
            f"`binary` = '{self.name}' AND report_count > 0"
        ) >= self.processes()
