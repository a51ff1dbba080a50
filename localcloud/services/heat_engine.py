# SPDX-License-Identifier: Apache-2.0
"""Heat's engine."""

import contextlib
from collections.abc import Sequence

import pymysql

from localcloud.cloud import HOST, script
from localcloud.config import heat, ini
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
        with contextlib.closing(pymysql.connect(
                host=HOST, port=self.cloud.port('mariadb'), database='heat',
                user=ini.DATABASE_USER,
                password=self.cloud.passwords['database'])) as connection:
            return connection.cursor().execute('SELECT id FROM service') > 0
