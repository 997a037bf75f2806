"""
Scores of grids by month, and the evaluations that were frozen.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

grid_scores = sa.Table(
    "grid_scores",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("grid", sa.String(40), nullable=False),
    sa.Column("item", sa.String(60), nullable=False),
    sa.Column("tenths", sa.Integer, nullable=False),
    sa.Column("entered_by", sa.String(120), nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("grid_scores_period", "scheme", "period", "grid", "item"),
)

grid_evaluations = sa.Table(
    "grid_evaluations",  # only ever inserted
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("made_by", sa.String(120), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("scheme", "period", name="grid_evaluations_once"),
)
