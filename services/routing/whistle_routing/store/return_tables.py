"""
What is asked and decided about returns, and the precedents that came of it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_routing.store.tables import metadata


def _version() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
    )


pleas = sa.Table(
    "pleas",
    metadata,
    identifier("id", primary_key=True),
    *_version(),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    identifier("dispatch"),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("decider", sa.String(80), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("reason", sa.String(1000), nullable=False),
    sa.Column("suggested", sa.String(80), nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("unit", sa.String(20)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("decided_at", Instant),
    sa.Column("decided_by", sa.String(200)),
    sa.Column("answer", sa.String(1000), nullable=False),
    sa.Column("assigned", sa.String(80)),
    identifier("precedent"),
)
_waiting = pleas.c.state == "open"
sa.Index("pleas_open", pleas.c.district, pleas.c.id, postgresql_where=_waiting, sqlite_where=_waiting)

precedents = sa.Table(
    "precedents",
    metadata,
    identifier("id", primary_key=True),
    *_version(),
    sa.Column("district", sa.String(40), nullable=False, index=True),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("category", sa.String(100), nullable=False),
    sa.Column("keywords", sa.JSON, nullable=False),
    sa.Column("place_kind", sa.String(40)),
    sa.Column("case_no", sa.String(20), nullable=False),
    identifier("plea", nullable=False),
    sa.Column("reason", sa.String(1000), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", sa.String(200)),
    sa.Column("revoked_why", sa.String(1000), nullable=False),
)
