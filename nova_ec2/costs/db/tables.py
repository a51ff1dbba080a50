# SPDX-License-Identifier: Apache-2.0
"""The tables. Changed by migrations only; a test compares both.

Times are microseconds since 1970 in UTC, amounts billionths of a dollar, and
the rate of an hour tenths of that: whole numbers, so that every database
keeps them exactly and adds them up alike.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

SPANS = sa.Table(
    'ec2_spans', METADATA,
    sa.Column('id', sa.String(36), primary_key=True),
    sa.Column('state', sa.String(16), nullable=False),
    sa.Column('kind', sa.String(16), nullable=False),
    sa.Column('item', sa.String(64), nullable=False),
    sa.Column('market', sa.String(16), nullable=False),
    sa.Column('rate', sa.BigInteger, nullable=False),
    sa.Column('account', sa.String(64), nullable=False),
    sa.Column('region', sa.String(32), nullable=False),
    sa.Column('zone', sa.String(64), nullable=False),
    sa.Column('host', sa.String(255), nullable=False),
    sa.Column('resource_id', sa.String(64), nullable=False),
    sa.Column('project_id', sa.String(255), nullable=False),
    sa.Column('user_id', sa.String(255), nullable=False),
    sa.Column('server_uuid', sa.String(36), nullable=False),
    sa.Column('stack', sa.String(255), nullable=False),
    sa.Column('min_seconds', sa.Integer, nullable=False),
    sa.Column('reserved_at', sa.BigInteger, nullable=False),
    sa.Column('began', sa.BigInteger),
    sa.Column('ended', sa.BigInteger),
    # What is charged up to, and how much: once it is closed.
    sa.Column('until', sa.BigInteger),
    sa.Column('cost', sa.BigInteger),
    # A resource begins once at a time: whoever notes it again changes
    # nothing. Reservations have no beginning and do not count.
    sa.UniqueConstraint('resource_id', 'began',
                        name='uniq_ec2_spans0resource_id0began'),
    # Has all that admission adds up, so that no row is read for it.
    sa.Index('ec2_spans_state_idx', 'state', 'project_id', 'rate', 'began',
             'reserved_at', 'min_seconds'),
    sa.Index('ec2_spans_until_idx', 'until', 'began'),
    sa.Index('ec2_spans_project_idx', 'project_id', 'until'),
    sa.Index('ec2_spans_server_idx', 'server_uuid', 'state'),
    mysql_charset='utf8mb4', mysql_engine='InnoDB')

SCOPES = sa.Table(
    # A row for each that has budgets: whoever holds a request against them
    # holds the row.
    'ec2_budget_scopes', METADATA,
    sa.Column('scope', sa.String(255), primary_key=True),
    sa.Column('turns', sa.BigInteger, nullable=False),
    mysql_charset='utf8mb4', mysql_engine='InnoDB')

NOTICES = sa.Table(
    # What was told already: once a period and kind.
    'ec2_budget_notices', METADATA,
    sa.Column('scope', sa.String(255), primary_key=True),
    sa.Column('period', sa.String(16), primary_key=True),
    sa.Column('begins', sa.BigInteger, primary_key=True,
              autoincrement=False),
    sa.Column('kind', sa.String(16), primary_key=True),
    mysql_charset='utf8mb4', mysql_engine='InnoDB')
