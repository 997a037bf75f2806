"""
Claims, publications and appeals.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

claims = sa.Table(
    "claims",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("item", sa.String(60), nullable=False),
    sa.Column("assessor", sa.String(20), nullable=False),
    sa.Column("hundredths", sa.Integer, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("note", sa.String(1000), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("submitted_by", sa.String(120), nullable=False),
    sa.Column("submitted_at", Instant, nullable=False),
    sa.Column("granted", sa.Integer),
    sa.Column("reviewed_by", sa.String(120)),
    sa.Column("reviewed_at", Instant),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("claims_scheme", "scheme", "state", "id"),
    sa.Index("claims_member", "scheme", "member", "id"),
)

publications = sa.Table(
    "publications",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("opened_by", sa.String(120), nullable=False),
    sa.Column("appeal_until", Instant, nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("head_seq", sa.BigInteger, nullable=False),
    sa.Column("head_hash", sa.String(64), nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("rows_hash", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("scheme", "period", name="publications_once"),
)
_open = publications.c.state == sa.literal_column("'open'")
sa.Index(
    "publications_open",
    publications.c.appeal_until,
    publications.c.id,
    postgresql_where=_open,
    sqlite_where=_open,
)

appeals = sa.Table(
    "appeals",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    identifier("award", nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("text", sa.String(2000), nullable=False),
    sa.Column("filed_by", sa.String(120), nullable=False),
    sa.Column("filed_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("outcome", sa.String(10)),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("decided_by", sa.String(120)),
    sa.Column("decided_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("appeals_scheme", "scheme", "state", "id"),
    sa.Index("appeals_award", "award"),
)
