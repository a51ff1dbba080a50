# SPDX-License-Identifier: Apache-2.0
"""Heat's engine."""

from collections.abc import Sequence

from localcloud import tables
from localcloud.cloud import script
from localcloud.config import heat
from localcloud.service import Service


class HeatEngine(Service):
    """Makes stacks; ready once it has entered itself into the database.

    Asking Heat's API instead would block for a minute: the engine answers.
    """

    name = 'heat-engine'
    needs = ('mariadb', 'rabbitmq')

    def command(self) -> Sequence[str]:
        return [script('heat-engine'), '--config-file',
                str(heat.write(self.cloud))]

    def ready(self) -> bool:
        return tables.count(self.cloud, 'heat', 'service', 'TRUE') > 0
