"""
For the desk: what a party said with an action, and indexes: open dispatches by deadline, whistles that are not over, cases in other
hands than their owner's, what parties were told about a case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('sent', 'signed', 'arrived')")
ALIVE = sa.text("state IN ('requested', 'blown')")
ELSEWHERE = sa.text("hops > 0 AND state IN ('pending', 'routed', 'ruling')")


def upgrade() -> None:
    op.add_column("actions", sa.Column("said", sa.Text()))
    op.create_index(
        "dispatches_due", "dispatches", ["due_at", "id"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index("whistles_alive", "whistles", ["id"], postgresql_where=ALIVE, sqlite_where=ALIVE)
    op.create_index(
        "jobs_in_other_hands",
        "jobs",
        ["district", "owner", "no"],
        postgresql_where=ELSEWHERE,
        sqlite_where=ELSEWHERE,
    )
    op.create_index("letters_case", "letters", ["case_no"])
