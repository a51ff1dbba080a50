# SPDX-License-Identifier: Apache-2.0
"""Run by alembic; see schema.py for who calls it."""

from alembic import context

from nova_ec2.costs.db import schema, tables

context.configure(
    connection=context.config.attributes['connection'],
    target_metadata=tables.METADATA, version_table=schema.VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
