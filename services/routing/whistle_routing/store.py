"""
Routing's tables and repositories; the only place with SQL.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from whistle.sql.statements import keys_parameter, select_by
from whistle.storage import Instant, Repository, UnitOfWork, identifier, kit_tables
from whistle_routing.domain import Dispatch, HandleClock, Job, PartyBook, Whistle

metadata = sa.MetaData()
kit = kit_tables(metadata)


def _versioned(name: str, key: sa.Column[Any], *columns: Any) -> sa.Table:
    version = (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
    )
    return sa.Table(name, metadata, key, *version, *columns)


jobs = _versioned(
    "jobs",
    sa.Column("no", sa.String(20), primary_key=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("place", sa.String(300)),
    sa.Column("grid", sa.String(40)),
    sa.Column("door", sa.String(40), nullable=False),
    sa.Column("category", sa.String(100)),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("filed_at", Instant, nullable=False),
    sa.Column("pending_since", Instant, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("lead", sa.String(80)),
    sa.Column("handling_class", sa.String(20)),
    sa.Column("trigger", sa.String(20)),
    sa.Column("trigger_detail", sa.String(1000), nullable=False),
    sa.Column("returned_by", sa.JSON, nullable=False),
)
_pending = jobs.c.state == "pending"
sa.Index(
    "jobs_pending",
    jobs.c.district,
    jobs.c.pending_since,
    jobs.c.no,
    postgresql_where=_pending,
    sqlite_where=_pending,
)

dispatches = _versioned(
    "dispatches",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("role", sa.String(4), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    identifier("whistle"),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("by", sa.String(100)),
    sa.UniqueConstraint("district", "party", "sequence", name="dispatches_sequence"),
)

whistles = _versioned(
    "whistles",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("whistle_class", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("blown_at", Instant, nullable=False),
)

clocks = _versioned(
    "clocks",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("warn_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("next_at", Instant),
)
_armed = clocks.c.next_at.is_not(None)
sa.Index("clocks_next", clocks.c.next_at, clocks.c.id, postgresql_where=_armed, sqlite_where=_armed)

books = _versioned(
    "books",
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False),
)

decisions = sa.Table(
    "decisions",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("plugin", sa.String(120), nullable=False),
    sa.Column("plugin_version", sa.String(40), nullable=False),
    sa.Column("failure", sa.String(500)),
    sa.Column("decision", sa.JSON, nullable=False),
)

actions = sa.Table(
    "actions",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("action_id", sa.String(200), nullable=False),
    identifier("dispatch", index=True),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("verb", sa.String(20), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("refused", sa.String(60)),
)

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("grid", sa.String(40)),
)

grid_nodes = sa.Table(
    "grid_nodes",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("parent", sa.String(40)),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
)


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


class RoutingUnit(UnitOfWork):
    """Routing's unit of work."""

    kit = kit
    service = "routing"

    def __init__(self, connection: sa.Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self.jobs: Repository[Job] = Repository(
            self, jobs, key="no", read=_reader(Job, jobs, _JOB_TUPLES), write=_writer(_JOB_TUPLES)
        )
        self.dispatches: Repository[Dispatch] = self._repository(Dispatch, dispatches)
        self.whistles: Repository[Whistle] = self._repository(Whistle, whistles)
        self.clocks: Repository[HandleClock] = self._repository(HandleClock, clocks)
        self.books: Repository[PartyBook] = self._repository(PartyBook, books, key="key")
        self._complete: set[str] = set()

    def _repository(self, cls: Any, table: sa.Table, *, key: str = "id") -> Any:
        return Repository(self, table, key=key, read=_reader(cls, table), write=_writer())

    def preload(self, case_nos: Collection[str]) -> None:
        """The cases with all their dispatches, whistles and clocks: four queries for any number of cases."""
        wanted = set(case_nos) - self._complete
        if not wanted:
            return
        self.jobs.preload(wanted)
        dialect = self.connection.dialect.name
        if known := [no for no in wanted if self.jobs.get(no) is not None]:
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

    def whistle_of(self, case_no: str, round_: int) -> Whistle | None:
        """The whistle of a round of a case."""
        self.preload([case_no])
        return next(
            (one for one in self.whistles.loaded() if (one.case_no, one.round) == (case_no, round_)), None
        )

    def pending(self, district: str, limit: int) -> list[Job]:
        """Cases that wait for a decision, longest first."""
        query = sa.select(jobs).where(jobs.c.district == district, jobs.c.state == "pending")
        query = query.order_by(jobs.c.pending_since, jobs.c.no).limit(limit)
        return self.jobs.remember(self.connection.execute(query).mappings())

    def pending_districts(self) -> list[str]:
        """Districts with cases that wait for a decision."""
        return list(
            self.connection.scalars(sa.select(jobs.c.district).where(jobs.c.state == "pending").distinct())
        )

    def due_clocks(self, now: dt.datetime, limit: int) -> list[HandleClock]:
        """Clocks that fire now, earliest first."""
        query = (
            sa.select(clocks)
            .where(clocks.c.next_at <= now)
            .order_by(clocks.c.next_at, clocks.c.id)
            .limit(limit)
        )
        if self.connection.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        return self.clocks.remember(self.connection.execute(query).mappings())

    def load_organisation(
        self, district: str, party_rows: Sequence[Mapping[str, Any]], node_rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Replace what is known of a district's parties and grid."""
        for table, rows in ((parties, party_rows), (grid_nodes, node_rows)):
            self.execute(sa.delete(table).where(table.c.district == district))
            if rows:
                self.execute(sa.insert(table), list(rows))

    def party_rows(self, district: str | None = None) -> list[dict[str, Any]]:
        """The known parties."""
        query = sa.select(parties).order_by(parties.c.district, parties.c.id)
        if district:
            query = query.where(parties.c.district == district)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def grid_rows(self, district: str) -> list[dict[str, Any]]:
        """The grid tree of a district."""
        query = sa.select(grid_nodes).where(grid_nodes.c.district == district).order_by(grid_nodes.c.code)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def list_dispatches(
        self,
        *,
        districts: Collection[str] | None,
        party: str | None,
        state: str | None,
        after: str,
        limit: int,
    ) -> list[Dispatch]:
        """A page of dispatches, oldest first, behind id ``after``; ``districts`` None means all."""
        query = sa.select(dispatches).where(dispatches.c.id > after).order_by(dispatches.c.id).limit(limit)
        for column, value in ((dispatches.c.party, party), (dispatches.c.state, state)):
            if value:
                query = query.where(column == value)
        if districts is not None:
            query = query.where(dispatches.c.district.in_(districts))
        return self.dispatches.remember(self.connection.execute(query).mappings())

    def decisions_of(self, case_no: str) -> list[dict[str, Any]]:
        """The decisions about a case with their reasons, oldest first."""
        query = sa.select(decisions).where(decisions.c.case_no == case_no).order_by(decisions.c.id)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def missing_cases(self, numbers: Collection[str]) -> set[str]:
        """Which of these cases routing does not know."""
        known = set(self.connection.scalars(sa.select(jobs.c.no).where(jobs.c.no.in_(numbers))))
        return set(numbers) - known

    def facts(self) -> dict[str, int]:
        """Counts for reports."""
        count = sa.func.count()
        queries = {
            "routed": sa.select(sa.func.count(decisions.c.case_no.distinct())),
            "dispatches": sa.select(count).select_from(dispatches),
            "whistles": sa.select(count).select_from(whistles),
            "returned": sa.select(count).select_from(dispatches).where(dispatches.c.state == "returned"),
            "refused_actions": sa.select(count).select_from(actions).where(actions.c.refused.is_not(None)),
            "fallbacks": sa.select(count).select_from(decisions).where(decisions.c.source != "plugin"),
        }
        return {name: self.connection.scalar(query) or 0 for name, query in queries.items()}

    def differences(self) -> list[str]:
        """What of routing's own books does not fit together, one line each (zh / en)."""
        sent = sa.select(dispatches.c.case_no).where(dispatches.c.case_no == jobs.c.no)
        orphans = sa.select(jobs.c.no).where(jobs.c.state == "routed", ~sent.exists())
        at_work = sa.select(dispatches.c.case_no).where(
            dispatches.c.case_no == jobs.c.no,
            dispatches.c.round == jobs.c.round,
            dispatches.c.state.in_(("sent", "signed", "arrived")),
        )
        stuck = sa.select(jobs.c.no).where(jobs.c.state == "routed", sent.exists(), ~at_work.exists())
        clockless = sa.select(dispatches.c.id).where(
            ~sa.select(clocks.c.id).where(clocks.c.id == dispatches.c.id).exists()
        )
        return [
            *(
                f"{no} 已分派却没有派单 / {no} is routed without a dispatch"
                for no in self.connection.scalars(orphans)
            ),
            *(
                f"{no} 无人在办却未办结 / {no} is not done although nobody is at work on it"
                for no in self.connection.scalars(stuck)
            ),
            *(
                f"派单 {one} 没有时限 / dispatch {one} has no clock"
                for one in self.connection.scalars(clockless)
            ),
        ]
