"""
Frozen reports: only ever inserted.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

reports = sa.Table(
    "reports",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    identifier("corrects", unique=True),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("formula", sa.String(20), nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("head_seq", sa.BigInteger, nullable=False),
    sa.Column("head_hash", sa.String(64), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", sa.String(120), nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("scheme", "kind", "period", "edition", name="reports_once"),
    sa.Index("reports_kind", "kind", "id"),
)
