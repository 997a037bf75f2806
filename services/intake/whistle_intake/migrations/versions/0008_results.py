"""
Results are kept one by one, with who reported them, so that a vetoed one can be taken out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("results", sa.JSON(), nullable=False, server_default="[]"))
