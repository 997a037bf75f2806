"""
Members, what they were awarded, how much of each item on which day, and the schemes by which it was decided.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

members = sa.Table(
    "members",
    metadata,
    sa.Column("key", sa.String(170), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("branch", sa.String(120), nullable=False),
    sa.Column("groups", sa.JSON, nullable=False),
    sa.Column("grid", sa.String(40)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("exempt_until", sa.Date),
    sa.Column("joined_at", Instant, nullable=False),
    sa.Column("card", sa.Integer, nullable=False, server_default="0"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("members_scheme", "scheme", "member", unique=True),
)

records = sa.Table(
    "records",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("part", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("detail", sa.String(1000), nullable=False),
    sa.Column("entered_by", sa.String(120), nullable=False),
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Index("records_member", "scheme", "member", "id"),
)

awards = sa.Table(
    "awards",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("ref", sa.String(300), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("item", sa.String(60), nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("assessor", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("asked", sa.BigInteger, nullable=False),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    sa.Column("reviewer", sa.String(140), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("booked_at", Instant, nullable=False),
    identifier("claim", unique=True),
    identifier("publication"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("scheme", "ref", name="awards_once"),
    sa.Index("awards_member", "scheme", "member", "day", "id"),
    sa.Index("awards_publication", "publication", "id"),
)
_booked = awards.c.publication.is_(None)
sa.Index(
    "awards_unpublished",
    awards.c.scheme,
    awards.c.day,
    awards.c.id,
    postgresql_where=_booked,
    sqlite_where=_booked,
)

tallies = sa.Table(
    "tallies",  # a cache: standing awards less deductions; caps are measured and ranks are made with it
    metadata,
    sa.Column("scheme", sa.String(80), primary_key=True),
    sa.Column("member", sa.String(80), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("item", sa.String(60), primary_key=True),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    sa.Index("tallies_day", "scheme", "day"),
)

scheme_versions = sa.Table(
    "scheme_versions",  # what was in force when something was booked: never changed
    metadata,
    sa.Column("key", sa.String(100), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("caps", sa.JSON, nullable=False),
    sa.Column("used_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
)
