"""
The tables of the organisation: records with validity, one state row for each district, the log of changes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_routing.store.tables import jobs, metadata


def _of_district(name: str, *columns: Any) -> sa.Table:
    return sa.Table(name, metadata, sa.Column("district", sa.String(40), primary_key=True), *columns)


def _span(*, key: bool = True) -> tuple[Any, Any]:
    """First day, and the first day on which it does not hold any more; 0001-01-01 and 9999-12-31 stand for no limit."""
    start = sa.Column("start", sa.Date, primary_key=key, nullable=False)
    return start, sa.Column("end", sa.Date, nullable=False)


states = sa.Table(
    "org_states",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Column("pack", sa.String(64), nullable=False),  # digest of the pack's files that were taken last
    sa.Column("changed", sa.Boolean, nullable=False),  # was anything changed here since then?
    sa.Column("loaded_at", Instant, nullable=False),
    sa.Column("told", sa.Integer, nullable=False, server_default="0"),  # the version that services were told
)

nodes = _of_district(
    "org_nodes",
    sa.Column("code", sa.String(40), primary_key=True),
    *_span(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("parent", sa.String(40)),
    sa.Column("official", sa.String(20), nullable=False),
    sa.Column("lon", sa.Float),
    sa.Column("lat", sa.Float),
    sa.Column("shape", sa.Text, nullable=False),
)

people = _of_district(
    "org_people",
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("unit", sa.String(100), nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("phone", sa.String(30), nullable=False),  # masked
    sa.Column("sealed", sa.Text),  # the phone number, encrypted
)

posts = _of_district(
    "org_posts",
    sa.Column("node", sa.String(40), primary_key=True),
    sa.Column("role", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("unit", sa.String(100), primary_key=True),
    *_span(),
)

duties = _of_district(
    "org_duties",
    sa.Column("node", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("weekdays", sa.String(20), primary_key=True),  # "1,2,3"
    sa.Column("begin", sa.String(5), primary_key=True),  # "08:30"
    sa.Column("finish", sa.String(5), nullable=False),
    sa.Column("note", sa.String(100), nullable=False),
    *_span(),
)

charges = _of_district(
    "org_charges",
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("sort", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(100), nullable=False),
    sa.Column("text", sa.String(1000), nullable=False),
    *_span(key=False),
)

changes = sa.Table(
    "org_changes",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("sort", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("ended", sa.JSON, nullable=False),
    sa.Index("org_changes_of", "district", "id"),
)

_placed = jobs.c.grid.is_not(None)
sa.Index(
    "jobs_grid",
    jobs.c.district,
    jobs.c.grid,
    jobs.c.filed_at,
    postgresql_where=_placed,
    sqlite_where=_placed,
)
