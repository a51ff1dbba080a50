# SPDX-License-Identifier: Apache-2.0
"""Keystone: who may do what."""

from localcloud.config import keystone
from localcloud.service import HttpService


class Keystone(HttpService):
    """The identity API."""

    name = 'keystone'
    needs = ('mariadb', 'keystone-bootstrap')
    ports = ('keystone',)
    application = 'keystone.wsgi.api:application'
    path = '/v3'

    def environment(self) -> dict[str, str]:
        return {'OS_KEYSTONE_CONFIG_FILES': str(keystone.write(self.cloud))}
