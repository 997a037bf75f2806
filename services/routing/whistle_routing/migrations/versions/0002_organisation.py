"""
The organisation as of any date: records with validity, their state and the log of changes, instead of one grid tree.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _keys(*names_and_types: tuple[str, sa.types.TypeEngine]) -> list[sa.Column]:
    return [sa.Column(name, kind, primary_key=True) for name, kind in names_and_types]


def upgrade() -> None:
    op.drop_table("grid_nodes")
    op.create_table(
        "org_states",
        *_keys(("district", sa.String(40))),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
        sa.Column("pack", sa.String(64), nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
        sa.Column("loaded_at", Instant, nullable=False),
    )
    op.create_table(
        "org_nodes",
        *_keys(("district", sa.String(40)), ("code", sa.String(40)), ("start", sa.Date)),
        sa.Column("end", sa.Date, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("parent", sa.String(40)),
        sa.Column("official", sa.String(20), nullable=False),
        sa.Column("lon", sa.Float),
        sa.Column("lat", sa.Float),
        sa.Column("shape", sa.Text, nullable=False),
    )
    op.create_table(
        "org_people",
        *_keys(("district", sa.String(40)), ("id", sa.String(40))),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("phone", sa.String(30), nullable=False),
        sa.Column("sealed", sa.Text),
    )
    op.create_table(
        "org_posts",
        *_keys(
            ("district", sa.String(40)),
            ("node", sa.String(40)),
            ("role", sa.String(40)),
            ("person", sa.String(40)),
            ("unit", sa.String(100)),
            ("start", sa.Date),
        ),
        sa.Column("end", sa.Date, nullable=False),
    )
    op.create_table(
        "org_duties",
        *_keys(
            ("district", sa.String(40)),
            ("node", sa.String(40)),
            ("person", sa.String(40)),
            ("weekdays", sa.String(20)),
            ("begin", sa.String(5)),
        ),
        sa.Column("finish", sa.String(5), nullable=False),
        sa.Column("note", sa.String(100), nullable=False),
        *_keys(("start", sa.Date)),
        sa.Column("end", sa.Date, nullable=False),
    )
    op.create_table(
        "org_charges",
        *_keys(("district", sa.String(40)), ("place", sa.Integer)),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("sort", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("end", sa.Date, nullable=False),
    )
    op.create_table(
        "org_changes",
        *_keys(("id", sa.String(64))),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("sort", sa.String(20), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.Column("after", sa.JSON, nullable=False),
        sa.Column("ended", sa.JSON, nullable=False),
    )
    op.create_index("org_changes_of", "org_changes", ["district", "id"])
    op.create_index(
        "jobs_grid",
        "jobs",
        ["district", "grid", "filed_at"],
        postgresql_where=sa.text("grid IS NOT NULL"),
        sqlite_where=sa.text("grid IS NOT NULL"),
    )
