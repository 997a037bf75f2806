"""
What each decision was decided upon, so that another version can be asked the same; what shadow versions answered; and what
was ordered for plugins while the platform runs.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("asked", sa.JSON, nullable=True))
    op.add_column("decisions", sa.Column("roster", sa.String(64), nullable=True))
    op.add_column("decisions", sa.Column("seconds", sa.Float, nullable=True))
    op.create_index("decisions_district", "decisions", ["district", "id"])
    op.create_table(
        "rosters",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("roster", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "shadow_decisions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("decision_id", sa.String(64), nullable=False),
        sa.Column("case_no", sa.String(20), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("decided_at", Instant, nullable=False),
        sa.Column("plugin", sa.String(120), nullable=False),
        sa.Column("plugin_version", sa.String(40), nullable=False),
        sa.Column("failure", sa.String(500), nullable=True),
        sa.Column("decision", sa.JSON, nullable=True),
        sa.Column("changed", sa.JSON, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shadow_decisions_case_no", "shadow_decisions", ["case_no"])
    op.create_index("shadow_decisions_district", "shadow_decisions", ["district", "id"])
    op.create_table(
        "plugin_orders",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("verb", sa.String(10), nullable=False),
        sa.Column("wanted", sa.String(40), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("ordered_at", Instant, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("said", sa.String(2000), nullable=False),
        sa.Column("done_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("plugin_orders_district", "plugin_orders", ["district", "id"])
