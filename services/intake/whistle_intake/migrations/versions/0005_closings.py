"""
Planned closings of answered cases that nobody rates; those that are answered already get the usual fifteen days.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    closings = op.create_table(
        "closings",
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_index("closings_due_at", "closings", ["due_at"], unique=False)
    cases = sa.table(
        "cases", sa.column("no"), sa.column("round"), sa.column("changed_at", Instant), sa.column("state")
    )
    answered = op.get_bind().execute(sa.select(cases).where(cases.c.state == "answered"))
    days = dt.timedelta(days=15)
    plans = [{"case_no": one.no, "round": one.round, "due_at": one.changed_at + days} for one in answered]
    op.bulk_insert(closings, plans)
