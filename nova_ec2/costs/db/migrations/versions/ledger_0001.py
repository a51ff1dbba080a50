# SPDX-License-Identifier: Apache-2.0
"""The ledger: spans, the scopes of budgets, and what was told of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None

_TABLE: dict[str, Any] = {'mysql_charset': 'utf8mb4', 'mysql_engine': 'InnoDB'}


def upgrade() -> None:
    """Make the tables."""
    texts = {'state': 16, 'kind': 16, 'item': 64, 'market': 16,
             'account': 64, 'region': 32, 'zone': 64, 'host': 255,
             'resource_id': 64, 'project_id': 255, 'user_id': 255,
             'server_uuid': 36, 'stack': 255}
    op.create_table(
        'ec2_spans',
        sa.Column('id', sa.String(36), primary_key=True),
        *(sa.Column(name, sa.String(length), nullable=False)
          for name, length in texts.items()),
        sa.Column('rate', sa.BigInteger, nullable=False),
        sa.Column('min_seconds', sa.Integer, nullable=False),
        sa.Column('reserved_at', sa.BigInteger, nullable=False),
        sa.Column('began', sa.BigInteger),
        sa.Column('ended', sa.BigInteger),
        sa.Column('until', sa.BigInteger),
        sa.Column('cost', sa.BigInteger),
        sa.UniqueConstraint('resource_id', 'began',
                            name='uniq_ec2_spans0resource_id0began'),
        **_TABLE)
    for name, columns in (('state', ['state', 'project_id', 'rate', 'began',
                                     'reserved_at', 'min_seconds']),
                          ('until', ['until', 'began']),
                          ('project', ['project_id', 'until']),
                          ('server', ['server_uuid', 'state'])):
        op.create_index(f'ec2_spans_{name}_idx', 'ec2_spans', columns)
    op.create_table(
        'ec2_budget_scopes',
        sa.Column('scope', sa.String(255), primary_key=True),
        sa.Column('turns', sa.BigInteger, nullable=False), **_TABLE)
    op.create_table(
        'ec2_budget_notices',
        sa.Column('scope', sa.String(255), primary_key=True),
        sa.Column('period', sa.String(16), primary_key=True),
        sa.Column('begins', sa.BigInteger, primary_key=True,
                  autoincrement=False),
        sa.Column('kind', sa.String(16), primary_key=True), **_TABLE)
