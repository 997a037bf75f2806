"""
Reads and writes what was decided upon what, in pages by key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from whistle.sql.statements import insert_for
from whistle_routing.store.decision_tables import rosters, shadow_decisions
from whistle_routing.store.tables import decisions, jobs

Page = Sequence[Mapping[str, Any]]


class Recording:
    """The part of routing's unit of work that keeps decisions comparable."""

    connection: sa.Connection
    now: dt.datetime

    def keep_roster(self, digest: str, district: str, *, roster: Mapping[str, Any]) -> None:
        """Store a state of parties and grid, unless it is known."""
        insert = insert_for(self.connection.dialect.name)(rosters).on_conflict_do_nothing()
        row = {"digest": digest, "district": district, "seen_at": self.now, "roster": roster}
        self.connection.execute(insert, row)

    def has_roster(self, digest: str) -> bool:
        """Is this state stored, for good or by this very unit of work?"""
        query = sa.select(sa.literal(1)).where(rosters.c.digest == digest)
        return self.connection.scalar(query) is not None

    def recorded(
        self,
        district: str,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        after: str = "",
        limit: int = 500,
    ) -> Page:
        """
        A page of what was decided in a district and upon what, oldest first, behind decision ``after``. Decisions from before
        the questions were kept are left out.
        """
        case = (
            jobs.c.title,
            jobs.c.text,
            jobs.c.place,
            jobs.c.grid,
            jobs.c.door,
            jobs.c.filed_at,
            jobs.c.tags,
        )
        query = sa.select(decisions, *case).join(jobs, jobs.c.no == decisions.c.case_no)
        query = _between(query, district, since, until).where(decisions.c.id > after)
        return self._rows(query.order_by(decisions.c.id).limit(limit))

    def count_recorded(
        self, district: str, *, since: dt.datetime | None = None, until: dt.datetime | None = None
    ) -> int:
        """How many rows all pages of :meth:`recorded` have together."""
        query = _between(sa.select(sa.func.count()).select_from(decisions), district, since, until)
        return self.connection.scalar(query) or 0

    def rosters(self, digests: Collection[str]) -> dict[str, Any]:
        """The kept states of parties and grid, by digest."""
        query = sa.select(rosters.c.digest, rosters.c.roster).where(rosters.c.digest.in_(digests))
        return {row.digest: row.roster for row in self.connection.execute(query)}

    def shadows_of(self, case_no: str) -> Page:
        """What shadow versions answered about a case, oldest first."""
        query = sa.select(shadow_decisions).where(shadow_decisions.c.case_no == case_no)
        return self._rows(query.order_by(shadow_decisions.c.id))

    def shadows(self, district: str, *, after: str = "", limit: int = 50, changed_only: bool = False) -> Page:
        """A page of what shadow versions of a district answered, oldest first, behind id ``after``."""
        query = sa.select(shadow_decisions).where(
            shadow_decisions.c.district == district, shadow_decisions.c.id > after
        )
        if changed_only:
            query = query.where(sa.cast(shadow_decisions.c.changed, sa.Text) != "[]")
        return self._rows(query.order_by(shadow_decisions.c.id).limit(limit))

    def shadow_counts(self, district: str) -> Page:
        """Of each shadow version: how many answers, how many differ from the live ones, how many failed."""
        table = shadow_decisions.c
        differs = sa.case((sa.cast(table.changed, sa.Text) != "[]", 1), else_=0)
        failed = sa.case((table.failure.is_not(None), 1), else_=0)
        query = sa.select(
            table.plugin,
            table.plugin_version,
            sa.func.count().label("answers"),
            sa.func.sum(differs).label("differ"),
            sa.func.sum(failed).label("failed"),
        )
        query = query.where(table.district == district).group_by(table.plugin, table.plugin_version)
        return self._rows(query.order_by(table.plugin, table.plugin_version))

    def _rows(self, query: sa.Select[Any]) -> Page:
        return [dict(row) for row in self.connection.execute(query).mappings()]


def _between(
    query: sa.Select[Any], district: str, since: dt.datetime | None, until: dt.datetime | None
) -> sa.Select[Any]:
    # what a ruling or a precedent decided is no plugin's answer
    query = query.where(decisions.c.district == district, decisions.c.roster.is_not(None))
    query = query.where(decisions.c.source != "person")
    if since is not None:
        query = query.where(decisions.c.decided_at >= since)
    if until is not None:
        query = query.where(decisions.c.decided_at < until)
    return query
