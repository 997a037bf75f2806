"""
A case counts the reports of its round that were vetoed, to know which of the others still hold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("vetoes", sa.Integer(), nullable=False, server_default="0"))
