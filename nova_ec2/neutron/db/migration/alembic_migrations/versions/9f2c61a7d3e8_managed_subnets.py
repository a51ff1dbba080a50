# SPDX-License-Identifier: Apache-2.0
"""Managed subnets: their zones and VPC subnets.

Revision ID: 9f2c61a7d3e8
Revises:
Create Date: 2026-11-21

"""

import sqlalchemy as sa
from alembic import op
from neutron.db.migration import cli

revision = '9f2c61a7d3e8'
down_revision = None
branch_labels = (cli.EXPAND_BRANCH,)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        'ec2_subnets',
        sa.Column('subnet_id', sa.String(36),
                  sa.ForeignKey('subnets.id', ondelete='CASCADE'),
                  primary_key=True),
        sa.Column('zone', sa.String(64), nullable=False),
        sa.Column('ec2_id', sa.String(64), nullable=False,
                  server_default=''))
