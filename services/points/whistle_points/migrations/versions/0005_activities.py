"""
Activities, sign-ups, what the ledger was told of them, and skills.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("planned_by", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("activities_scheme", "activities", ["scheme", "starts_at", "id"])
    op.create_table(
        "signups",
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("came_at", Instant, nullable=True),
        sa.Column("went_at", Instant, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("signups_activity", "signups", ["activity", "place"])
    op.create_index("signups_member", "signups", ["scheme", "member"])
    op.create_table(
        "attendances",
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("award", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "skills",
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("proof", sa.String(length=300), nullable=False),
        sa.Column("seen_by", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("skills_skill", "skills", ["scheme", "skill", "member"])
