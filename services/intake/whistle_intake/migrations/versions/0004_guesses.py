"""
Failed guesses of a phone's last four digits, by case number.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guesses",
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
    )
    op.create_index("guesses_last_at", "guesses", ["last_at"], unique=False)
