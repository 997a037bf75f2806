"""
Clocks as they are claimed, listed and reckoned anew, and the supervision orders about them.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from whistle.sql.statements import keys_parameter, select_by
from whistle_routing.domain import MOVING, CalendarUse, Clock, Supervision
from whistle_routing.store.reach import Reach, reached
from whistle_routing.store.tables import calendar_uses, clocks, supervisions

if TYPE_CHECKING:
    from whistle.storage import Repository


def due_query(now: dt.datetime, limit: int) -> sa.Select[Any]:
    """What fires now, the longest due first; by the index ``clocks_next``, which holds nothing else."""
    query = sa.select(clocks).where(clocks.c.next_at <= now)
    return query.order_by(clocks.c.next_at, clocks.c.id).limit(limit)


class Clocks:
    """The part of routing's unit of work that is about clocks."""

    connection: sa.Connection
    clocks: Repository[Clock]
    supervisions: Repository[Supervision]
    calendar_uses: Repository[CalendarUse]
    _complete: set[str]
    _supervised: set[str]

    def take_turn(self, work: str) -> bool:
        """
        Is nobody else at this work? If not, it is this transaction's until it ends, however it ends. On SQLite there is one
        writer anyway.
        """
        if self.connection.dialect.name != "postgresql":
            return True
        key = zlib.crc32(f"whistle.routing {work}".encode())
        return bool(self.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))))

    def due_clocks(self, now: dt.datetime, limit: int) -> list[Clock]:
        """Clocks that fire now, the longest due first, claimed by this transaction."""
        query = due_query(now, limit)
        if self.connection.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        return self.clocks.remember(self.connection.execute(query).mappings())

    def clocks_by_other_calendars(
        self, district: str, calendar: str, *, after: str, limit: int
    ) -> list[Clock]:
        """
        A page of a district's clocks behind the id ``after`` that a calendar may still move and that were reckoned by another one.
        """
        query = (
            sa.select(clocks)
            .where(
                clocks.c.id > after,
                clocks.c.district == district,
                clocks.c.state.in_(MOVING),
                clocks.c.unit != "seconds",
                clocks.c.calendar != calendar,
            )
            .order_by(clocks.c.id)
            .limit(limit)
        )
        if self.connection.dialect.name == "postgresql":
            query = query.with_for_update()
        return self.clocks.remember(self.connection.execute(query).mappings())

    def calendar_in_use(self, district: str) -> CalendarUse | None:
        """The calendar that came into force last; the machine's clock, which may go back, has no say in it."""
        query = sa.select(calendar_uses).where(calendar_uses.c.district == district)
        query = query.order_by(calendar_uses.c.turn.desc()).limit(1)
        found = self.calendar_uses.remember(self.connection.execute(query).mappings())
        return found[0] if found else None

    def list_clocks(
        self,
        *,
        reach: Reach,
        state: str | None,
        due_before: dt.datetime | None,
        after: Clock | None,
        limit: int,
    ) -> list[Clock]:
        """
        A page of open clocks, the first due first, behind the clock ``after``; ``state`` None means all open
        states.
        """
        query = sa.select(clocks).where(clocks.c.state != "stopped")
        query = query.order_by(clocks.c.due_at, clocks.c.id).limit(limit)
        if state:
            query = query.where(clocks.c.state == state)
        query = reached(query, clocks, reach)
        if due_before is not None:
            query = query.where(clocks.c.due_at < due_before)
        if after is not None:
            query = query.where(sa.tuple_(clocks.c.due_at, clocks.c.id) > sa.tuple_(*_key(after)))
        return self.clocks.remember(self.connection.execute(query).mappings())

    def supervised(self, case_nos: Collection[str]) -> set[tuple[str, str | None]]:
        """Case and dispatch of each open order about these cases; in one query."""
        self._load_supervisions(case_nos)
        return {
            (one.case_no, one.dispatch)
            for one in self.supervisions.loaded()
            if one.state == "open" and one.case_no in case_nos
        }

    def supervisions_of(self, case_no: str) -> list[Supervision]:
        """The orders about a case, oldest first; those of all other cases in hand are loaded with them."""
        if case_no not in self._supervised:
            self._load_supervisions({case_no, *self._complete})
        found = (one for one in self.supervisions.loaded() if one.case_no == case_no)
        return sorted(found, key=lambda one: one.id)

    def _load_supervisions(self, case_nos: Collection[str]) -> None:
        wanted = set(case_nos) - self._supervised
        if wanted:
            dialect = self.connection.dialect.name
            statement = select_by(supervisions.c.case_no, dialect)
            rows = self.connection.execute(statement, keys_parameter(wanted, dialect))
            self.supervisions.remember(rows.mappings())
            self._supervised |= wanted

    def list_supervisions(self, *, reach: Reach, after: str, limit: int) -> list[Supervision]:
        """A page of open orders, oldest first, behind id ``after``."""
        query = sa.select(supervisions).where(supervisions.c.state == "open", supervisions.c.id > after)
        query = query.order_by(supervisions.c.id).limit(limit)
        return self.supervisions.remember(
            self.connection.execute(reached(query, supervisions, reach)).mappings()
        )


def _key(clock: Clock) -> tuple[Any, Any]:
    return sa.literal(clock.due_at, clocks.c.due_at.type), sa.literal(clock.id, clocks.c.id.type)
