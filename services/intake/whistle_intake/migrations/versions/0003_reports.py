"""
A case counts the reports of its round, to see that none is still on its way when the last one comes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("reports", sa.Integer(), nullable=False, server_default="0"))
