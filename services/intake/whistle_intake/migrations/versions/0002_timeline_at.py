"""
What is happening now is read by time.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("timeline_at", "timeline", ["at"], unique=False)
