"""
What looks wrong, and the device of a check-in.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("judged_by", sa.String(length=120), nullable=True),
        sa.Column("judged_at", Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scheme", "kind", "subject", name="flags_once"),
    )
    op.create_index("flags_scheme", "flags", ["scheme", "state", "id"])
    op.add_column("signups", sa.Column("device", sa.String(length=64), nullable=True))
