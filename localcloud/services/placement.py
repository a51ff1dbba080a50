# SPDX-License-Identifier: Apache-2.0
"""Placement: which host has room."""

from localcloud.config import placement
from localcloud.service import HttpService


class Placement(HttpService):
    """The placement API."""

    name = 'placement'
    needs = ('mariadb',)
    ports = ('placement',)
    application = 'placement.wsgi.api:application'

    def environment(self) -> dict[str, str]:
        conf = placement.write(self.cloud)
        return {'OS_PLACEMENT_CONFIG_DIR': str(conf.parent)}
