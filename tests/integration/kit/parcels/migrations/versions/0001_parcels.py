"""The kit's tables and the service's two."""

from alembic import op

from tests.integration.kit.parcels.store import effects, parcels
from whistle.storage.migrations import create_kit_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables_v1(op)
    effects.create(op.get_bind())
    parcels.create(op.get_bind())
