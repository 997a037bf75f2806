"""
The need list: micro-wishes are found without looking at every case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wish = sa.column("category", sa.String).like("%微心愿")
    op.create_index("jobs_wishes", "jobs", ["district", "no"], postgresql_where=wish, sqlite_where=wish)
