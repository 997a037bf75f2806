"""
Services are told the trees once more: points keeps them too, and was not there when they were told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.text("UPDATE org_states SET told = 0"))
