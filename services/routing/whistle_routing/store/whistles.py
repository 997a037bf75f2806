"""
Whistles as they are listed, with what is kept of their responders and every step with its stamp.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from whistle_routing.domain import Whistle
from whistle_routing.domain.whistles import ALIVE, Consultation, Responder, Step
from whistle_routing.store.reach import Reach, reached
from whistle_routing.store.tables import whistles
from whistle_routing.store.whistle_tables import consultations, whistle_responders, whistle_steps

if TYPE_CHECKING:
    from whistle.storage import Repository

_STEP_NAMES = [column.name for column in whistle_steps.c]


class Whistles:
    """The part of routing's unit of work that is about whistles."""

    connection: sa.Connection
    whistles: Repository[Whistle]
    responders: Repository[Responder]
    consultations: Repository[Consultation]

    if TYPE_CHECKING:

        def preload(self, case_nos: Collection[str]) -> None: ...
        def add(self, table: sa.Table, row: Mapping[str, Any]) -> None: ...

    def whistle_of(self, case_no: str, round_: int) -> Whistle | None:
        """The whistle of a round of a case that was blown, over or not."""
        found = self.whistles_of(case_no, round_)
        return next((one for one in found if one.state in ("blown", "closed")), None)

    def live_whistle(self, case_no: str, round_: int) -> Whistle | None:
        """The one that is blown, or waits for approval."""
        return next((one for one in self.whistles_of(case_no, round_) if one.state in ALIVE), None)

    def whistles_of(self, case_no: str, round_: int) -> list[Whistle]:
        """All of a round of a case, oldest first."""
        self.preload([case_no])
        found = (one for one in self.whistles.loaded() if (one.case_no, one.round) == (case_no, round_))
        return sorted(found, key=lambda one: one.id)

    def record(self, step: Step) -> None:
        """Keep a step for good."""
        self.add(whistle_steps, dict(step.__dict__))

    def responders_of(self, whistle: str) -> dict[str, Responder]:
        """What is kept of a whistle's responders, by dispatch."""
        query = sa.select(whistle_responders).where(whistle_responders.c.whistle == whistle)
        self.responders.remember(self.connection.execute(query).mappings())
        return {one.id: one for one in self.responders.loaded() if one.whistle == whistle}

    def consultations_of(self, whistle: str) -> list[Consultation]:
        """The joint consultations about a whistle, oldest first."""
        query = sa.select(consultations).where(consultations.c.whistle == whistle)
        self.consultations.remember(self.connection.execute(query).mappings())
        found = (one for one in self.consultations.loaded() if one.whistle == whistle)
        return sorted(found, key=lambda one: one.id)

    def list_consultations(
        self,
        *,
        reach: Reach,
        case_no: str | None,
        held: bool | None,
        after: str,
        limit: int,
    ) -> list[Consultation]:
        """A page of joint consultations, oldest first, behind id ``after``; ``held`` None both."""
        query = sa.select(consultations).where(consultations.c.id > after)
        query = query.order_by(consultations.c.id).limit(limit)
        if case_no:
            query = query.where(consultations.c.case_no == case_no)
        if held is not None:
            query = query.where((consultations.c.held_at.is_not(None)) == sa.literal(held))
        return self.consultations.remember(
            self.connection.execute(reached(query, consultations, reach)).mappings()
        )

    def steps_of(self, case_no: str) -> list[Step]:
        """Every stored step about a case, oldest first."""
        query = sa.select(whistle_steps).where(whistle_steps.c.case_no == case_no)
        return self._steps(query.order_by(whistle_steps.c.at, whistle_steps.c.id))

    def called_between(self, district: str, first: dt.datetime, until: dt.datetime) -> list[Step]:
        """
        Who was called in a district from ``first`` on, before ``until``, and all that became of it since; oldest first.
        """
        called = sa.select(whistle_steps.c.dispatch).where(
            whistle_steps.c.district == district,
            whistle_steps.c.kind == "called",
            whistle_steps.c.at >= first,
            whistle_steps.c.at < until,
        )
        query = sa.select(whistle_steps).where(whistle_steps.c.dispatch.in_(called))
        return self._steps(query.order_by(whistle_steps.c.at, whistle_steps.c.id))

    def first_that_called(
        self, districts: Sequence[str], first: dt.datetime, until: dt.datetime
    ) -> str | None:
        """The first of these districts in which somebody was called in that time; in one statement, by ``whistle_steps_month``."""
        called = sa.select(whistle_steps.c.id).where(
            whistle_steps.c.kind == "called", whistle_steps.c.at >= first, whistle_steps.c.at < until
        )
        asked = [
            sa.select(sa.literal(place).label("place")).where(
                called.where(whistle_steps.c.district == code).exists()
            )
            for place, code in enumerate(districts)
        ]
        if not asked:
            return None
        place = self.connection.scalar(sa.select(sa.func.min(sa.union_all(*asked).subquery().c.place)))
        return None if place is None else districts[place]

    def whistle_moves_between(self, district: str, first: dt.datetime, until: dt.datetime) -> list[Step]:
        """What became of whistles as a whole in that time."""
        query = sa.select(whistle_steps).where(
            whistle_steps.c.district == district,
            whistle_steps.c.kind.in_(("requested", "approved", "declined", "blown", "escalated")),
            whistle_steps.c.at >= first,
            whistle_steps.c.at < until,
        )
        return self._steps(query.order_by(whistle_steps.c.at, whistle_steps.c.id))

    def list_whistles(
        self,
        *,
        reach: Reach,
        state: str | None,
        whistle_class: str | None,
        case_no: str | None,
        after: str,
        limit: int,
    ) -> list[Whistle]:
        """A page of whistles, oldest first, behind id ``after``."""
        query = sa.select(whistles).where(whistles.c.id > after).order_by(whistles.c.id).limit(limit)
        wanted = (
            (whistles.c.state, state),
            (whistles.c.whistle_class, whistle_class),
            (whistles.c.case_no, case_no),
        )
        for column, value in wanted:
            if value:
                query = query.where(column == value)
        return self.whistles.remember(self.connection.execute(reached(query, whistles, reach)).mappings())

    def _steps(self, query: sa.Select[Any]) -> list[Step]:
        rows = self.connection.execute(query).mappings()
        return [Step(**{name: row[name] for name in _STEP_NAMES}) for row in rows]
