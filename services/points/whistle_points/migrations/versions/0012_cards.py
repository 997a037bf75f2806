"""
Members' cards, and whether a check-in was proven by one; what was checked in before counts as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("card", sa.Integer(), nullable=False, server_default="0"))
    for name in ("came_proven", "went_proven"):
        op.add_column("signups", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true()))
