# SPDX-License-Identifier: Apache-2.0
"""MariaDB's data directory, made once with all tables and then copied."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from localcloud import cache, errors, process, progress, runner, state
from localcloud.cloud import ROOT, Cloud
from localcloud.services import mariadb
from localcloud.steps import schemas

# Named mysql_* or mariadb_*, and kept in either directory, by version.
SHARES = (Path('/usr/share/mysql'), Path('/usr/share/mariadb'))
SYSTEM_TABLES = ('*_system_tables.sql', '*_performance_tables.sql',
                 '*_system_tables_data.sql')


def prepare(cloud: Cloud) -> Path:
    """A fresh data directory with empty tables of all projects.

    :raises CloudError: MariaDB or a migration failed
    """
    template = cache.entry(cloud, 'mariadb', _key())
    if not template.exists():
        with progress.step('making the tables (once)'):
            cache.fill(template, lambda part: _make(cloud, part))
    data = cloud.state('mariadb') / 'data'
    shutil.copytree(template, data)
    return data


def _key() -> str:
    """Changes whenever the tables could come out different."""
    version = subprocess.run(['mariadbd', '--version'], check=True,
                             capture_output=True,
                             env={'PATH': runner.PATH}).stdout
    sources = (ROOT / 'constraints.txt', Path(schemas.__file__),
               Path(mariadb.__file__),
               # The drivers' own migrations.
               *(path for room in ('neutron', 'costs') for path in sorted(
                   (ROOT / 'nova_ec2' / room / 'db').rglob('*.py'))))
    content = version + b''.join(path.read_bytes() for path in sources)
    return hashlib.sha256(content).hexdigest()[:16]


def _make(cloud: Cloud, data: Path) -> None:
    _system_tables(cloud, data)
    server = mariadb.MariaDB(cloud, data)
    runner.Runner(cloud).start(server)
    try:
        schemas.make(cloud)
    finally:
        process.end([state.Table(cloud.home).all()[server.name]])


def _system_tables(cloud: Cloud, data: Path) -> None:
    """What mariadb-install-db does, which not all packages bring along."""
    statements = ['create database mysql;\n', 'use mysql;\n']
    statements += [path.read_text() for pattern in SYSTEM_TABLES
                   for share in SHARES for path in share.glob(pattern)]
    user = ['--user=root'] if os.geteuid() == 0 else []
    done = subprocess.run(
        ['mariadbd', '--no-defaults', '--bootstrap', f'--datadir={data}',
         '--innodb-log-file-size=32M', '--skip-networking', *user],
        input=''.join(statements), text=True, capture_output=True,
        env=runner.environment(cloud, {}))
    if done.returncode:
        raise errors.CloudError('mariadbd could not make its own tables:\n'
                                + done.stderr[-2000:])
