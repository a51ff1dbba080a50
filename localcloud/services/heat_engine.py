# SPDX-License-Identifier: Apache-2.0
"""Heat's engine."""

from collections.abc import Sequence

from localcloud import clients
from localcloud.cloud import script
from localcloud.config import heat
from localcloud.service import Service


class HeatEngine(Service):
    """Makes stacks; ready once Heat's API lists it as up."""

    name = 'heat-engine'
    needs = ('heat-api', 'accounts')

    def command(self) -> Sequence[str]:
        return [script('heat-engine'), '--config-file',
                str(heat.write(self.cloud))]

    def ready(self) -> bool:
        rows = clients.try_get(self.cloud, 'orchestration', '/services',
                               'services')
        return any(row['status'] == 'up' for row in rows)
