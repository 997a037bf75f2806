"""
An index for how much work each party has, which rules may ask for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('sent', 'signed', 'arrived')")


def upgrade() -> None:
    op.create_index(
        "dispatches_open", "dispatches", ["district", "party"], postgresql_where=OPEN, sqlite_where=OPEN
    )
