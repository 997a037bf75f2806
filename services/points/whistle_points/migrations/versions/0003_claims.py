"""
Claims, publications and appeals.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("assessor", sa.String(length=20), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_by", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", Instant, nullable=False),
        sa.Column("granted", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=120), nullable=True),
        sa.Column("reviewed_at", Instant, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        *_versions(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("claims_scheme", "claims", ["scheme", "state", "id"])
    op.create_index("claims_member", "claims", ["scheme", "member", "id"])
    op.create_table(
        "publications",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("appeal_until", Instant, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("rows_hash", sa.String(length=64), nullable=False),
        *_versions(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scheme", "period", name="publications_once"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "publications_open",
        "publications",
        ["appeal_until", "id"],
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_table(
        "appeals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("award", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("filed_by", sa.String(length=120), nullable=False),
        sa.Column("filed_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        *_versions(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("appeals_scheme", "appeals", ["scheme", "state", "id"])
    op.create_index("appeals_award", "appeals", ["award"])


def _versions() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
    )
