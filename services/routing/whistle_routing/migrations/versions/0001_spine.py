"""
The spine: the kit's tables and routing's own.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant
from whistle.storage.migrations import create_kit_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables_v1(op)
    op.create_table(
        "actions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("action_id", sa.String(length=200), nullable=False),
        sa.Column("dispatch", sa.String(length=64), nullable=True),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("refused", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_actions_dispatch"), "actions", ["dispatch"], unique=False)
    op.create_table(
        "books",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "clocks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("warn_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("next_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "clocks_next",
        "clocks",
        ["next_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_clocks_case_no"), "clocks", ["case_no"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("decided_at", Instant, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("plugin", sa.String(length=120), nullable=False),
        sa.Column("plugin_version", sa.String(length=40), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_decisions_case_no"), "decisions", ["case_no"], unique=False)
    op.create_table(
        "dispatches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("whistle", sa.String(length=64), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("by", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("district", "party", "sequence", name="dispatches_sequence"),
    )
    op.create_index(op.f("ix_dispatches_case_no"), "dispatches", ["case_no"], unique=False)
    op.create_table(
        "grid_nodes",
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("district", "code"),
    )
    op.create_table(
        "jobs",
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("grid", sa.String(length=40), nullable=True),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("filed_at", Instant, nullable=False),
        sa.Column("pending_since", Instant, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=True),
        sa.Column("handling_class", sa.String(length=20), nullable=True),
        sa.Column("trigger", sa.String(length=20), nullable=True),
        sa.Column("trigger_detail", sa.String(length=1000), nullable=False),
        sa.Column("returned_by", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
    )
    op.create_index(
        "jobs_pending",
        "jobs",
        ["district", "pending_since", "no"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "parties",
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("grid", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("district", "id"),
    )
    op.create_table(
        "whistles",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("whistle_class", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("blown_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_whistles_case_no"), "whistles", ["case_no"], unique=False)
