"""
Whistles blown by people: who, why, with whose approval; what is kept of each responder; consultations; every step with its stamp.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("trigger_by", sa.String(length=200), nullable=True))
    for column in (
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False, server_default=""),
        sa.Column("lead", sa.String(length=80), nullable=True),
        sa.Column("co", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("within", sa.String(length=40), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("proof", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("acceptance", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("vetoes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("answered_at", Instant, nullable=True),
    ):
        op.add_column("whistles", column)
    _create_responders()
    _create_consultations()
    _create_steps()


def _create_responders() -> None:
    op.create_table(
        "whistle_responders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("whistle", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("arrived_at", Instant, nullable=True),
        sa.Column("proof", sa.JSON(), nullable=True),
        sa.Column("vetoes", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("evaluated_by", sa.String(length=200), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("assessment", sa.String(length=1000), nullable=True),
        sa.Column("assessed_by", sa.String(length=200), nullable=True),
        sa.Column("released", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_whistle_responders_whistle"), "whistle_responders", ["whistle"])


def _create_consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("whistle", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("parties", sa.JSON(), nullable=False),
        sa.Column("guests", sa.JSON(), nullable=False),
        sa.Column("meet_at", Instant, nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("called_by", sa.String(length=200), nullable=False),
        sa.Column("called_at", Instant, nullable=False),
        sa.Column("held_at", Instant, nullable=True),
        sa.Column("held_by", sa.String(length=200), nullable=True),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("decision", sa.String(length=2000), nullable=True),
        sa.Column("summoned", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_consultations_whistle"), "consultations", ["whistle"])


def _create_steps() -> None:
    op.create_table(
        "whistle_steps",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("whistle", sa.String(length=64), nullable=True),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("dispatch", sa.String(length=64), nullable=True),
        sa.Column("party", sa.String(length=80), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_whistle_steps_case_no"), "whistle_steps", ["case_no"])
    op.create_index(op.f("ix_whistle_steps_dispatch"), "whistle_steps", ["dispatch"])
    op.create_index("whistle_steps_month", "whistle_steps", ["district", "kind", "at"])
