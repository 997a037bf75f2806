"""
Who owns a case and how often it was given back; what waits to be decided about returns; the precedents that rulings became.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'open'")


def _version() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
    )


def upgrade() -> None:
    op.add_column("jobs", sa.Column("owner", sa.String(80)))
    op.add_column("jobs", sa.Column("hops", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("jobs", sa.Column("ruling", sa.String(64)))
    op.add_column("dispatches", sa.Column("contacted_at", Instant))
    op.add_column("dispatches", sa.Column("plea", sa.String(64)))
    op.add_column("dispatches", sa.Column("bound", sa.String(10)))
    # whoever was called first to lead a case owns it (S4-19)
    first = (
        "(SELECT party FROM dispatches WHERE dispatches.case_no = jobs.no AND dispatches.role = 'lead' "
        "ORDER BY dispatches.sent_at, dispatches.id LIMIT 1)"
    )
    op.execute(f"UPDATE jobs SET owner = {first}")  # noqa: S608 — constants only
    _pleas()
    _precedents()


def _pleas() -> None:
    op.create_table(
        "pleas",
        sa.Column("id", sa.String(64), primary_key=True),
        *_version(),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("case_no", sa.String(20), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("dispatch", sa.String(64)),
        sa.Column("party", sa.String(80), nullable=False),
        sa.Column("decider", sa.String(80), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("suggested", sa.String(80), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(20)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.Column("assigned", sa.String(80)),
        sa.Column("precedent", sa.String(64)),
    )
    op.create_index("ix_pleas_case_no", "pleas", ["case_no"])
    op.create_index("pleas_open", "pleas", ["district", "id"], postgresql_where=WAITING, sqlite_where=WAITING)


def _precedents() -> None:
    op.create_table(
        "precedents",
        sa.Column("id", sa.String(64), primary_key=True),
        *_version(),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("party", sa.String(80), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("keywords", sa.JSON, nullable=False),
        sa.Column("place_kind", sa.String(40)),
        sa.Column("case_no", sa.String(20), nullable=False),
        sa.Column("plea", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("until", Instant),
        sa.Column("revoked_at", Instant),
        sa.Column("revoked_by", sa.String(200)),
        sa.Column("revoked_why", sa.String(1000), nullable=False),
    )
    op.create_index("ix_precedents_district", "precedents", ["district"])
