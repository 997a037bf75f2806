"""
Which version of a district's tree the services were told: none yet, so that they are told what was loaded before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("org_states", sa.Column("told", sa.Integer(), nullable=False, server_default="0"))
