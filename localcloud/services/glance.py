# SPDX-License-Identifier: Apache-2.0
"""Glance: images, with their AMI in a property."""

from localcloud.config import glance
from localcloud.service import HttpService


class Glance(HttpService):
    """The image API."""

    name = 'glance'
    needs = ('mariadb',)
    ports = ('glance',)
    application = 'glance.wsgi.api:application'
    path = '/versions'

    def environment(self) -> dict[str, str]:
        return {'OS_GLANCE_CONFIG_DIR': str(glance.write(self.cloud).parent)}
