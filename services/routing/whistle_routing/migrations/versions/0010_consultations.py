"""
Joint consultations about cases without a whistle, and who leads by their decision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultations") as consultations:
        consultations.alter_column("whistle", existing_type=sa.String(64), nullable=True)
        consultations.add_column(sa.Column("lead", sa.String(80), nullable=True))
    op.create_index("ix_consultations_case_no", "consultations", ["case_no"])
