# SPDX-License-Identifier: Apache-2.0
"""Neutron: networks and ports. No agents, so no RPC workers either."""

from localcloud.config import neutron
from localcloud.service import HttpService


class Neutron(HttpService):
    """The network API."""

    name = 'neutron'
    needs = ('mariadb', 'rabbitmq', 'emulator', 'burst-rules')
    ports = ('neutron',)
    application = 'neutron.wsgi.api:application'

    def environment(self) -> dict[str, str]:
        return {'OS_NEUTRON_CONFIG_FILES': str(neutron.write(self.cloud))}
