"""
Activities, sign-ups, what the ledger was told of them, and skills.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

activities = sa.Table(
    "activities",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("item", sa.String(60), nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("capacity", sa.Integer),
    sa.Column("planned_by", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("activities_scheme", "scheme", "starts_at", "id"),
)

signups = sa.Table(
    "signups",
    metadata,
    sa.Column("key", sa.String(130), primary_key=True),
    identifier("activity", nullable=False),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("came_at", Instant),
    sa.Column("went_at", Instant),
    sa.Column("came_proven", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("went_proven", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("device", sa.String(64)),
    sa.Column("minutes", sa.Integer),
    sa.Column("confirmed_by", sa.String(120)),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("signups_activity", "activity", "place"),
    sa.Index("signups_member", "scheme", "member"),
)

attendances = sa.Table(
    "attendances",
    metadata,
    sa.Column("key", sa.String(130), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    identifier("award"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
)

skills = sa.Table(
    "skills",
    metadata,
    sa.Column("key", sa.String(240), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("skill", sa.String(60), nullable=False),
    sa.Column("proof", sa.String(300), nullable=False),
    sa.Column("seen_by", sa.String(120), nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("skills_skill", "scheme", "skill", "member"),
)
