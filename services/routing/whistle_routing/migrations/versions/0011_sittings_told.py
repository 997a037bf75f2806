"""
Which sittings were told of before they began.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sittings_told",
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sitting", sa.String(length=40), nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("district", "day", "sitting"),
    )
