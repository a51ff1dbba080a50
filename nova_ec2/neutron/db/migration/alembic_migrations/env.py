# SPDX-License-Identifier: Apache-2.0
"""Run by ``neutron-db-manage --subproject nova-ec2``."""

from typing import Any

from alembic import context
from neutron.db.migration.connection import DBConnection
from neutron_lib.db import model_base

from nova_ec2.neutron.db import models

_VERSIONS = 'alembic_version_nova_ec2'
_OURS = {models.EC2Subnet.__tablename__}


def _is_ours(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
    # The other tables are Neutron's and have their own history.
    return kind != 'table' or name in _OURS


def _offline(database: Any) -> None:
    """Write the statements that an upgrade would run."""
    target: dict[str, Any] = (
        {'url': database.connection} if database.connection
        else {'dialect_name': database.engine})
    context.configure(version_table=_VERSIONS, include_object=_is_ours,
                      **target)
    with context.begin_transaction():
        context.run_migrations()


def _online(database: Any) -> None:
    """Run them."""
    given = context.config.attributes.get('connection')
    with DBConnection(database.connection, given) as connection:
        context.configure(
            connection=connection, version_table=_VERSIONS,
            target_metadata=model_base.BASEV2.metadata,
            include_object=_is_ours)
        with context.begin_transaction():
            context.run_migrations()


_options: Any = context.config
if context.is_offline_mode():
    _offline(_options.neutron_config.database)
else:
    _online(_options.neutron_config.database)
