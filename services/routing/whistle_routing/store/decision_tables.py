"""
What decisions were decided upon, and what versions answered that run beside the live one.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_routing.store.tables import metadata

rosters = sa.Table(
    "rosters",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("roster", sa.JSON, nullable=False),
)
"""Parties and grid as plugins were given them, each state once: most decisions of a month share one."""

shadow_decisions = sa.Table(
    "shadow_decisions",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("decision_id", sa.String(64), nullable=False),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("plugin", sa.String(120), nullable=False),
    sa.Column("plugin_version", sa.String(40), nullable=False),
    sa.Column("failure", sa.String(500)),
    sa.Column("decision", sa.JSON),
    sa.Column("changed", sa.JSON, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Index("shadow_decisions_district", "district", "id"),
)

plugin_orders = sa.Table(
    "plugin_orders",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("verb", sa.String(10), nullable=False),
    sa.Column("wanted", sa.String(40), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("ordered_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("said", sa.String(2000), nullable=False),
    sa.Column("done_at", Instant),
    sa.Index("plugin_orders_district", "district", "id"),
)
"""What people ordered for plugins while the platform runs; every process that decides follows all of them, in order."""
