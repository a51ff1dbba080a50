# SPDX-License-Identifier: Apache-2.0
"""Heat's API."""

from collections.abc import Sequence

from localcloud.config import heat
from localcloud.service import HttpService


class HeatAPI(HttpService):
    """The orchestration API."""

    name = 'heat-api'
    needs = ('mariadb', 'rabbitmq')
    ports = ('heat',)
    application = 'heat.wsgi.api:application'

    def arguments(self) -> Sequence[str]:
        return ['--config-file', str(heat.write(self.cloud))]
