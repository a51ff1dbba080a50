# SPDX-License-Identifier: Apache-2.0
"""Cinder's API."""

from collections.abc import Sequence

from localcloud.config import cinder
from localcloud.service import HttpService


class CinderAPI(HttpService):
    """The block storage API."""

    name = 'cinder-api'
    needs = ('mariadb', 'rabbitmq')
    ports = ('cinder',)
    application = 'cinder.wsgi.api:application'

    def arguments(self) -> Sequence[str]:
        return ['--config-file', str(cinder.write(self.cloud))]
