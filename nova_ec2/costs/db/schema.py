# SPDX-License-Identifier: Apache-2.0
"""The tables are made, and brought up to date, by alembic."""

import pathlib
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

VERSION_TABLE = 'ec2_costs_alembic_version'


def _config() -> Config:
    config = Config()
    config.set_main_option('script_location', str(
        pathlib.Path(__file__).parent / 'migrations').replace('%', '%%'))
    return config


def newest() -> str:
    """The version that this package needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def version(connection: Any) -> str:
    """The version that a database has, '' for none.

    :param connection: of SQLAlchemy
    """
    return MigrationContext.configure(connection, opts={
        'version_table': VERSION_TABLE}).get_current_revision() or ''


def upgrade(connection: Any) -> None:
    """Bring a database to the newest version; repeated, it does nothing.

    :param connection: of SQLAlchemy, within a transaction
    """
    config = _config()
    config.attributes['connection'] = connection
    command.upgrade(config, 'head')
