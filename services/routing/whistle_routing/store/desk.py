"""
What the desk lists: who has what to do, most urgent first, a page by key each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from whistle_routing.domain import Dispatch, Job, Supervision, Whistle
from whistle_routing.domain.mail import Letter
from whistle_routing.domain.whistles import ALIVE
from whistle_routing.store.mail_tables import letters
from whistle_routing.store.reach import Reach, reached
from whistle_routing.store.tables import OPEN_STATES, actions, dispatches, jobs, supervisions, whistles

if TYPE_CHECKING:
    from whistle.storage import Repository

MOST_LETTERS = 200
UNFINISHED = ("pending", "routed", "ruling")


class Desk:
    """The part of routing's unit of work that is about the desk; it only reads."""

    connection: sa.Connection
    now: dt.datetime
    jobs: Repository[Job]
    dispatches: Repository[Dispatch]
    whistles: Repository[Whistle]
    supervisions: Repository[Supervision]
    desk_answers: dict[str, str]

    def desk_dispatches(
        self,
        reach: Reach,
        *,
        late: bool = False,
        waiting: bool = False,
        after: tuple[dt.datetime, str] | None = None,
        limit: int,
    ) -> list[Dispatch]:
        """
        Open dispatches, the first due first, behind (deadline, id) ``after``; by the index ``dispatches_due``. ``late``: whose
        deadline has passed; ``waiting``: about which something is to be decided.
        """
        query = reached(sa.select(dispatches), dispatches, reach).where(dispatches.c.state.in_(OPEN_STATES))
        if late:
            query = query.where(dispatches.c.due_at < self.now)
        if waiting:
            query = query.where(dispatches.c.plea.is_not(None))
        if after is not None:
            at, ident = after
            key = sa.literal(at, dispatches.c.due_at.type), sa.literal(ident, dispatches.c.id.type)
            query = query.where(sa.tuple_(dispatches.c.due_at, dispatches.c.id) > sa.tuple_(*key))
        query = query.order_by(dispatches.c.due_at, dispatches.c.id).limit(limit)
        return self.dispatches.remember(self.connection.execute(query).mappings())

    def given_to(self, district: str, party: str, *, before: int | None, limit: int) -> list[Dispatch]:
        """All that a party was ever given, the last first, below its number ``before``."""
        query = sa.select(dispatches).where(dispatches.c.district == district, dispatches.c.party == party)
        if before is not None:
            query = query.where(dispatches.c.sequence < before)
        query = query.order_by(dispatches.c.sequence.desc()).limit(limit)
        return self.dispatches.remember(self.connection.execute(query).mappings())

    def every_dispatch(self, reach: Reach, *, before: str, limit: int) -> list[Dispatch]:
        """All work that was ever given within a reach, ended or not, the last first, below id ``before``."""
        query = reached(sa.select(dispatches), dispatches, reach)
        if before:
            query = query.where(dispatches.c.id < before)
        query = query.order_by(dispatches.c.id.desc()).limit(limit)
        return self.dispatches.remember(self.connection.execute(query).mappings())

    def owned_elsewhere(self, district: str, party: str, *, limit: int) -> list[Job]:
        """Unfinished cases that a party owns and others have since they were given back; by the index ``jobs_in_other_hands``."""
        query = sa.select(jobs).where(
            jobs.c.district == district,
            jobs.c.owner == party,
            jobs.c.hops > 0,
            jobs.c.state.in_(UNFINISHED),
            sa.or_(jobs.c.lead.is_(None), jobs.c.lead != party),
        )
        return self.jobs.remember(self.connection.execute(query.order_by(jobs.c.no).limit(limit)).mappings())

    def desk_whistles(
        self, reach: Reach, *, states: Collection[str] = ALIVE, before: str = "", limit: int
    ) -> list[Whistle]:
        """Whistles in these states, the last first, below id ``before``; those not over by the index ``whistles_alive``."""
        query = reached(sa.select(whistles), whistles, reach).where(whistles.c.state.in_(states))
        if before:
            query = query.where(whistles.c.id < before)
        query = query.order_by(whistles.c.id.desc()).limit(limit)
        return self.whistles.remember(self.connection.execute(query).mappings())

    def desk_supervisions(self, reach: Reach, *, after: str = "", limit: int) -> list[Supervision]:
        """Open supervision orders, oldest first, behind id ``after``."""
        query = reached(sa.select(supervisions), supervisions, reach)
        query = query.where(supervisions.c.state == "open", supervisions.c.id > after)
        query = query.order_by(supervisions.c.id).limit(limit)
        return self.supervisions.remember(self.connection.execute(query).mappings())

    def letters_about(self, case_no: str, *, district: str, party: str) -> list[Letter]:
        """What a party was told about a case, in order."""
        query = sa.select(letters).where(
            letters.c.case_no == case_no, letters.c.district == district, letters.c.party == party
        )
        query = query.order_by(letters.c.sequence).limit(MOST_LETTERS)
        return [Letter(**row) for row in self.connection.execute(query).mappings()]

    def last_mark(self, district: str, party: str) -> str:
        """The mark of the last letter that a party was sent, empty if there is none."""
        query = sa.select(letters.c.watermark).where(letters.c.district == district, letters.c.party == party)
        return self.connection.scalar(query.order_by(letters.c.sequence.desc()).limit(1)) or ""

    def actions_of(self, dispatch: str) -> list[dict[str, Any]]:
        """What was done, or tried, with a dispatch, in order: verb, by, at, refused (the code of the refusal, or None), said."""
        names = ("verb", "by", "at", "refused", "said")
        query = sa.select(*(actions.c[name] for name in names))
        query = query.where(actions.c.dispatch == dispatch).order_by(actions.c.id).limit(MOST_LETTERS)
        return [dict(row) for row in self.connection.execute(query).mappings()]
