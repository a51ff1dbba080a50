# SPDX-License-Identifier: Apache-2.0
"""Nova's API."""

from localcloud.cloud import environment_file
from localcloud.config import nova
from localcloud.service import HttpService


class NovaAPI(HttpService):
    """The compute API; without the metadata service."""

    name = 'nova-api'
    needs = ('mariadb', 'rabbitmq')
    ports = ('nova',)
    application = 'nova.wsgi.osapi_compute:application'

    def environment(self) -> dict[str, str]:
        # The paste file must come first.
        paste = environment_file('nova/api-paste.ini')
        return {'OS_NOVA_CONFIG_FILES':
                f'{paste};{nova.write(self.cloud)}'}
