"""
What waits to be decided about returns, and the district's catalogue of precedents.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from whistle_routing.domain import Plea, Precedent
from whistle_routing.store.reach import Reach, reached
from whistle_routing.store.return_tables import pleas, precedents

if TYPE_CHECKING:
    from whistle.storage import Repository


def turn_of(district: sa.ColumnElement[str]) -> sa.ScalarSelect[int]:
    """How often the catalogue of a district has changed, as a part of another query: every change raises a version."""
    query = sa.select(sa.func.coalesce(sa.func.sum(precedents.c.version), 0))
    return query.where(precedents.c.district == district).scalar_subquery()


class Returns:
    """The part of routing's unit of work about pleas and precedents."""

    connection: sa.Connection
    now: dt.datetime
    pleas: Repository[Plea]
    precedents: Repository[Precedent]
    catalogue_turns: dict[str, int]

    def catalogue_turn(self, district: str) -> int:
        """
        A number that grows with every change of the district's precedents, 0: there never was one. Who has read the district's
        organisation in this unit of work has read it with that.
        """
        if district not in self.catalogue_turns:
            query = sa.select(turn_of(sa.literal(district)).label("turn"))
            self.catalogue_turns[district] = self.connection.scalar(query) or 0
        return self.catalogue_turns[district]

    def catalogue(self, district: str) -> list[Precedent]:
        """The district's precedents that are not revoked and have not ended."""
        query = sa.select(precedents).where(precedents.c.district == district)
        query = query.where(precedents.c.revoked_at.is_(None))
        query = query.where(sa.or_(precedents.c.until.is_(None), precedents.c.until > self.now))
        return self.precedents.remember(self.connection.execute(query).mappings())

    def list_precedents(
        self, *, districts: Collection[str] | None, whole: bool, after: str, limit: int
    ) -> list[Precedent]:
        """A page of precedents, oldest first, behind id ``after``; ``whole`` with those that do not hold any more."""
        query = sa.select(precedents).where(precedents.c.id > after).order_by(precedents.c.id).limit(limit)
        if districts is not None:
            query = query.where(precedents.c.district.in_(districts))
        if not whole:
            query = query.where(precedents.c.revoked_at.is_(None))
            query = query.where(sa.or_(precedents.c.until.is_(None), precedents.c.until > self.now))
        return self.precedents.remember(self.connection.execute(query).mappings())

    def list_pleas(
        self,
        *,
        reach: Reach,
        kind: str | None,
        state: str | None,
        case_no: str | None,
        decider: str | None,
        after: str,
        limit: int,
    ) -> list[Plea]:
        """A page of pleas, oldest first, behind id ``after``; ``state`` None means all states."""
        query = sa.select(pleas).where(pleas.c.id > after).order_by(pleas.c.id).limit(limit)
        wanted = {"kind": kind, "state": state, "case_no": case_no, "decider": decider}
        for name, value in wanted.items():
            if value:
                query = query.where(pleas.c[name] == value)
        return self.pleas.remember(self.connection.execute(reached(query, pleas, reach)).mappings())

    def open_pleas_of(self, case_no: str) -> list[Plea]:
        """What of a case waits to be decided."""
        query = sa.select(pleas).where(pleas.c.case_no == case_no, pleas.c.state == "open")
        found = self.pleas.remember(self.connection.execute(query.order_by(pleas.c.id)).mappings())
        return [one for one in found if one.state == "open"]
