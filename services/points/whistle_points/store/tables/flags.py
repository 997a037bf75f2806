"""
What looks wrong, and what somebody made of it.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

flags = sa.Table(
    "flags",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("members", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("found_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("judged_by", sa.String(120)),
    sa.Column("judged_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("scheme", "kind", "subject", name="flags_once"),
    sa.Index("flags_scheme", "scheme", "state", "id"),
)
