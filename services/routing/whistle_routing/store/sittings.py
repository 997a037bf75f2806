"""
Which sittings were told of before they began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from whistle.storage import Instant
from whistle_routing.store.tables import metadata

sittings_told = sa.Table(
    "sittings_told",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("sitting", sa.String(40), primary_key=True),
    sa.Column("told_at", Instant, nullable=False),
)


class Sittings:
    """The part of routing's unit of work about sittings."""

    connection: sa.Connection
    now: dt.datetime

    if TYPE_CHECKING:

        def add(self, table: sa.Table, row: Mapping[str, Any]) -> None: ...

    def told_sittings(self, since: dt.date) -> set[tuple[str, dt.date, str]]:
        """District, day and row of what was told of from that day on."""
        query = sa.select(sittings_told.c.district, sittings_told.c.day, sittings_told.c.sitting)
        rows = self.connection.execute(query.where(sittings_told.c.day >= since))
        return {(row.district, row.day, row.sitting) for row in rows}

    def mark_sitting_told(self, district: str, day: dt.date, sitting: str) -> None:
        """It is told of in this transaction; whoever does the same at the same moment fails by the key."""
        row = {"district": district, "day": day, "sitting": sitting, "told_at": self.now}
        self.add(sittings_told, row)
