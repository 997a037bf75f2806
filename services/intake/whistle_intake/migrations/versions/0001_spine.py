"""
The spine: the kit's tables and intake's own.
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
        "cases",
        sa.Column("no", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("grid", sa.String(length=40), nullable=True),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("filed_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("source_ref", sa.String(length=200), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("contact_tail", sa.String(length=64), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("party_name", sa.String(length=200), nullable=True),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_way", sa.String(length=20), nullable=True),
        sa.Column("rating", sa.String(length=30), nullable=True),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("no"),
        sa.UniqueConstraint("district", "source_ref", name="cases_source"),
        sa.UniqueConstraint("serial"),
    )
    op.create_index("cases_district_serial", "cases", ["district", "serial"], unique=False)
    op.create_index("cases_district_state_serial", "cases", ["district", "state", "serial"], unique=False)
    op.create_table(
        "timeline",
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "seq"),
    )
