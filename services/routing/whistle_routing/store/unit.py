"""
Routing's unit of work: what is loaded whole and written back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from whistle.sql.statements import keys_parameter, select_by
from whistle.storage import Repository, UnitOfWork
from whistle_routing.domain import (
    CalendarUse,
    Clock,
    Dispatch,
    Job,
    Move,
    PartyBook,
    Plea,
    Precedent,
    Supervision,
    Whistle,
)
from whistle_routing.domain.whistles import Consultation, Responder
from whistle_routing.store.clocks import Clocks
from whistle_routing.store.desk import Desk
from whistle_routing.store.mail import Mail
from whistle_routing.store.orders import Orders
from whistle_routing.store.reach import Reach, reached
from whistle_routing.store.reading import Reading
from whistle_routing.store.recording import Recording
from whistle_routing.store.return_tables import pleas, precedents
from whistle_routing.store.returns import Returns
from whistle_routing.store.sittings import Sittings
from whistle_routing.store.tables import (
    books,
    calendar_uses,
    clocks,
    dispatches,
    jobs,
    kit,
    parties,
    supervisions,
    whistles,
)
from whistle_routing.store.whistle_tables import consultations, whistle_responders
from whistle_routing.store.whistles import Whistles


def _reader(cls: type, table: sa.Table, tuples: Collection[str] = ()) -> Any:
    names = [column.name for column in table.c if column.name != "prev_version"]

    def read(row: Mapping[str, Any]) -> Any:
        values = {name: row[name] for name in names}
        return cls(**{**values, **{name: tuple(values[name]) for name in tuples}})

    return read


def _writer(tuples: Collection[str] = ()) -> Any:
    def write(thing: Any) -> dict[str, Any]:
        row = dict(thing.__dict__)
        row.update({name: list(row[name]) for name in tuples})
        return row

    return write


_JOB_TUPLES = ("tags", "returned_by")


_CLOCK_NAMES = [column.name for column in clocks.c if column.name != "prev_version"]


def _read_clock(row: Mapping[str, Any]) -> Clock:
    values = {name: row[name] for name in _CLOCK_NAMES}
    return Clock(**{**values, "moves": tuple(Move.from_json(one) for one in values["moves"] or ())})


def _write_clock(clock: Clock) -> dict[str, Any]:
    return {**clock.__dict__, "moves": [one.to_json() for one in clock.moves] or None}


class RoutingUnit(Whistles, Clocks, Reading, Recording, Orders, Returns, Sittings, Desk, UnitOfWork):
    """Routing's unit of work."""

    kit = kit
    service = "routing"

    def __init__(self, connection: sa.Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self.jobs: Repository[Job] = Repository(
            self, jobs, key="no", read=_reader(Job, jobs, _JOB_TUPLES), write=_writer(_JOB_TUPLES)
        )
        self.dispatches: Repository[Dispatch] = self._repository(Dispatch, dispatches)
        self.whistles: Repository[Whistle] = self._repository(Whistle, whistles, tuples=("co",))
        self.responders: Repository[Responder] = self._repository(Responder, whistle_responders)
        self.consultations: Repository[Consultation] = self._repository(
            Consultation, consultations, tuples=("parties", "guests", "present", "summoned")
        )
        self.clocks: Repository[Clock] = Repository(
            self, clocks, key="id", read=_read_clock, write=_write_clock
        )
        self._supervised: set[str] = set()
        self.supervisions: Repository[Supervision] = self._repository(Supervision, supervisions)
        self.calendar_uses: Repository[CalendarUse] = self._repository(CalendarUse, calendar_uses)
        self.books: Repository[PartyBook] = self._repository(PartyBook, books, key="key")
        self.pleas: Repository[Plea] = self._repository(Plea, pleas)
        words = ("keywords",)
        self.precedents: Repository[Precedent] = Repository(
            self, precedents, key="id", read=_reader(Precedent, precedents, words), write=_writer(words)
        )
        self.catalogue_turns: dict[str, int] = {}
        self.mail = Mail(self)
        self.desk_answers: dict[str, str] = {}
        self._complete: set[str] = set()
        self._workloads: dict[str, dict[str, int]] = {}

    def _repository(self, cls: Any, table: sa.Table, *, key: str = "id", tuples: Collection[str] = ()) -> Any:
        return Repository(self, table, key=key, read=_reader(cls, table, tuples), write=_writer(tuples))

    def preload(self, case_nos: Collection[str]) -> None:
        """
        The cases with all their dispatches, whistles and clocks: four queries for any number of cases, one for new ones, which
        have none of these.
        """
        wanted = set(case_nos) - self._complete
        if not wanted:
            return
        self.jobs.preload(wanted)
        dialect = self.connection.dialect.name
        jobs_of = [(no, self.jobs.get(no)) for no in wanted]
        if known := [no for no, job in jobs_of if job is not None and job.version > 1]:
            for repository, table in (
                (self.dispatches, dispatches),
                (self.whistles, whistles),
                (self.clocks, clocks),
            ):
                rows = self.connection.execute(
                    select_by(table.c.case_no, dialect), keys_parameter(known, dialect)
                )
                repository.remember(rows.mappings())
        self._complete |= wanted

    def dispatches_of(self, case_no: str) -> list[Dispatch]:
        """All dispatches of a case, oldest first."""
        self.preload([case_no])
        return sorted(
            (one for one in self.dispatches.loaded() if one.case_no == case_no), key=lambda one: one.id
        )

    def clocks_of(self, case_no: str) -> list[Clock]:
        """All clocks of a case, oldest first."""
        self.preload([case_no])
        found = (one for one in self.clocks.loaded() if one.case_no == case_no)
        return sorted(found, key=lambda one: (one.started_at, one.id))

    def pending(self, district: str, limit: int) -> list[Job]:
        """Cases that wait for a decision, longest first."""
        query = sa.select(jobs).where(jobs.c.district == district, jobs.c.state == "pending")
        query = query.order_by(jobs.c.pending_since, jobs.c.no).limit(limit)
        return self.jobs.remember(self.connection.execute(query).mappings())

    def wishes(self, district: str, *, after: str, limit: int) -> list[Job]:
        """A page of a district's micro-wishes behind the number ``after``; by the index ``jobs_wishes``."""
        wish = jobs.c.category.like(sa.literal("%微心愿", literal_execute=True))
        query = sa.select(jobs).where(jobs.c.district == district, wish, jobs.c.no > after)
        query = query.order_by(jobs.c.no).limit(limit)
        return self.jobs.remember(self.connection.execute(query).mappings())

    def pending_districts(self) -> list[str]:
        """Districts with cases that wait for a decision."""
        return list(
            self.connection.scalars(sa.select(jobs.c.district).where(jobs.c.state == "pending").distinct())
        )

    def pending_counts(self) -> dict[str, int]:
        """How many cases wait for a decision, by district."""
        query = sa.select(jobs.c.district, sa.func.count()).where(jobs.c.state == "pending")
        return {row[0]: row[1] for row in self.connection.execute(query.group_by(jobs.c.district))}

    def load_parties(self, district: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Replace what is known of a district's parties."""
        self.execute(sa.delete(parties).where(parties.c.district == district))
        if rows:
            self.execute(sa.insert(parties), list(rows))

    def list_dispatches(
        self,
        *,
        reach: Reach,
        party: str | None,
        state: str | None,
        after: str,
        limit: int,
    ) -> list[Dispatch]:
        """A page of dispatches, oldest first, behind id ``after``."""
        query = sa.select(dispatches).where(dispatches.c.id > after).order_by(dispatches.c.id).limit(limit)
        for column, value in ((dispatches.c.party, party), (dispatches.c.state, state)):
            if value:
                query = query.where(column == value)
        return self.dispatches.remember(self.connection.execute(reached(query, dispatches, reach)).mappings())
