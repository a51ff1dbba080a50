# SPDX-License-Identifier: Apache-2.0
"""MariaDB on a data directory of our own."""

import os
from collections.abc import Sequence
from pathlib import Path

from localcloud import secretfile
from localcloud.cloud import HOST, Cloud
from localcloud.config import ini
from localcloud.service import Service

DATABASES = ('keystone', 'placement', 'glance', 'neutron', 'nova_api',
             'nova_cell0', 'nova', 'heat', 'cinder', 'nova_ec2')


class MariaDB(Service):
    """Ready when it takes connections.

    :param data: a data directory with MariaDB's own tables in it
    """

    name = 'mariadb'
    ports = ('mariadb',)

    def __init__(self, cloud: Cloud, data: Path) -> None:
        super().__init__(cloud)
        self._data = data

    def configure(self) -> None:
        """Write the server's options, and the SQL that it starts with."""
        state = self.cloud.state(self.name)
        ini.write(self.cloud.etc / 'mariadb.cnf', {'mariadbd': {
            'datadir': self._data,
            'socket': state / 'mariadb.sock',
            'pid_file': state / 'mariadb.pid',
            'bind_address': HOST,
            'port': self.cloud.port('mariadb'),
            'init_file': self._write_grants(),
            'skip_name_resolve': 1,
            'max_connections': 600,
            'character_set_server': 'utf8mb4',
            'collation_server': 'utf8mb4_general_ci',
            'innodb_buffer_pool_size': '256M',
            'innodb_log_file_size': '32M',
            # A local cloud is made anew by every start: speed over safety.
            'innodb_flush_log_at_trx_commit': 0,
            'innodb_doublewrite': 0,
            'innodb_flush_method': 'nosync',
            'performance_schema': 0,
            **({'user': 'root'} if os.geteuid() == 0 else {}),
        }})

    def command(self) -> Sequence[str]:
        return ['mariadbd', f'--defaults-file={self.cloud.etc}/mariadb.cnf']

    def _write_grants(self) -> Path:
        user = f"'{ini.DATABASE_USER}'@'{HOST}'"
        password = self.cloud.passwords['database']
        statements = [
            f"CREATE OR REPLACE USER {user} IDENTIFIED BY '{password}';",
            f'GRANT ALL ON *.* TO {user};',
            *(f'CREATE DATABASE IF NOT EXISTS {name};' for name in DATABASES)]
        return secretfile.write(self.cloud.etc / 'mariadb-init.sql',
                                '\n'.join(statements) + '\n')
