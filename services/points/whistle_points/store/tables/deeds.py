"""
What the pack's plugin is to be asked about before it is awarded.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

deeds = sa.Table(
    "deeds",
    metadata,
    identifier("id", primary_key=True),  # the event's
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
)
