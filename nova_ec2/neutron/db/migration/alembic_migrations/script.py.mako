# SPDX-License-Identifier: Apache-2.0
"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision}
Create Date: ${create_date}

"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Say what it does."""
    ${upgrades if upgrades else "pass"}
