"""
Intake's unit of work and its queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from whistle.places import Extent
from whistle.sql.statements import within
from whistle.storage import Repository, UnitOfWork
from whistle_intake.domain import Case, Entry, broken_link
from whistle_intake.guessing import FORGOTTEN, Guesses
from whistle_intake.store.tables import cases, closings, guesses, kit, read_case, timeline, write_case


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A line of what is happening now, for everybody to read."""

    at: dt.datetime
    kind: str
    district: str
    category: str | None


def _misfit(case: Case, at: int) -> str:
    return f"{case.no} 时间线第 {at} 条对不上 / {case.no}: timeline entry {at} does not fit the chain"


class IntakeUnit(UnitOfWork):
    """Intake's unit of work: ``cases`` by number, and their timeline."""

    kit = kit
    service = "intake"

    def __init__(self, connection: sa.Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self.cases: Repository[Case] = Repository(self, cases, key="no", read=read_case, write=write_case)
        self.serials: list[int] = []

    def preload(self, case_nos: Collection[str]) -> None:
        self.cases.preload(case_nos)

    def append(self, entry: Entry) -> None:
        """Stage a timeline entry."""
        self.add(timeline, dict(vars(entry)))

    def reserve_serials(self, count: int) -> list[int]:
        """``count`` fresh serial numbers; they are ours if this unit commits."""
        insert = self._insert(kit.counters).values(name="case", value=count)
        grown = {"value": kit.counters.c.value + count}
        upsert = insert.on_conflict_do_update(index_elements=["name"], set_=grown)
        last: int = self.connection.execute(upsert.returning(kit.counters.c.value)).scalar_one()
        return list(range(last - count + 1, last + 1))

    def guesses_about(self, case_no: str) -> Guesses | None:
        """Failed guesses about this number; locked, so that processes count one after the other."""
        query = sa.select(guesses).where(guesses.c.case_no == case_no).with_for_update()
        row = self.connection.execute(query).mappings().one_or_none()
        return Guesses(**row) if row else None

    def count_guess(self, case_no: str) -> None:
        """One more failed guess; what is long ago is forgotten, about all numbers."""
        self.execute(sa.delete(guesses).where(guesses.c.last_at < self.now - FORGOTTEN))
        fresh = self._insert(guesses).values(case_no=case_no, failures=1, last_at=self.now)
        again = {"failures": guesses.c.failures + 1, "last_at": self.now}
        self.execute(fresh.on_conflict_do_update(index_elements=["case_no"], set_=again))

    def forget_guesses(self, case_no: str) -> None:
        """Somebody guessed right: the resident."""
        self.execute(sa.delete(guesses).where(guesses.c.case_no == case_no))

    def plan_closing(self, case: Case, due_at: dt.datetime) -> None:
        """Close this round of the case then, unless somebody rates it before; a later plan replaces an earlier one."""
        plan = {"case_no": case.no, "round": case.round, "due_at": due_at}
        self.replace(closings, case.no, plan)

    def due_closings(self, limit: int) -> dict[str, int]:
        """Rounds that are to be closed now, by case number, those due first; other processes leave them to this one."""
        query = sa.select(closings.c.case_no, closings.c.round).where(closings.c.due_at <= self.now)
        query = query.order_by(closings.c.due_at, closings.c.case_no).limit(limit)
        rows = self.connection.execute(query.with_for_update(skip_locked=True))
        return {row.case_no: row.round for row in rows}

    def drop_closings(self, case_nos: Collection[str]) -> None:
        """These are done, one way or the other."""
        self.execute(sa.delete(closings).where(closings.c.case_no.in_(case_nos)))

    def entries(self, case_no: str) -> list[Entry]:
        """The timeline of a case, oldest first."""
        query = sa.select(timeline).where(timeline.c.case_no == case_no).order_by(timeline.c.seq)
        return [Entry(**row) for row in self.connection.execute(query).mappings()]

    def _insert(self, table: sa.Table) -> Any:
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    def known_refs(self, district: str, refs: Collection[str]) -> set[str]:
        """Which of these source references were filed before."""
        query = sa.select(cases.c.source_ref).where(
            cases.c.district == district, cases.c.source_ref.in_(refs)
        )
        return set(self.connection.scalars(query))

    def texts_of(self, nos: Collection[str]) -> dict[str, tuple[str, str]]:
        """District and text of the cases with these numbers."""
        query = sa.select(cases.c.no, cases.c.district, cases.c.text).where(cases.c.no.in_(nos))
        return {no: (district, text) for no, district, text in self.connection.execute(query)} if nos else {}

    def ledger(
        self,
        *,
        districts: Collection[str] | None,
        extent: Extent | None = None,
        state: str | None = None,
        unplaced: bool = False,
        before: int | None = None,
        limit: int,
    ) -> list[Case]:
        """
        Newest first, ``limit`` at most, below serial ``before``; ``districts`` None means all, ``extent`` None all of these;
        ``unplaced``: only those without a grid.
        """
        query = sa.select(cases).order_by(cases.c.serial.desc()).limit(limit)
        if districts is not None:
            query = query.where(cases.c.district.in_(districts))
        if extent is not None:
            query = query.where(within(cases.c.grid, extent))
        if state:
            query = query.where(cases.c.state == state)
        if unplaced:
            query = query.where(cases.c.grid.is_(None))
        if before is not None:
            query = query.where(cases.c.serial < before)
        return self.cases.remember(self._rows(query))

    def _rows(self, query: sa.Select[Any]) -> Iterable[Any]:
        return self.connection.execute(query).mappings()

    def find_source(self, district: str, source_ref: str) -> Case | None:
        """The case that was filed under this source reference, if any."""
        query = sa.select(cases).where(cases.c.district == district, cases.c.source_ref == source_ref)
        return next(iter(self.cases.remember(self._rows(query))), None)

    def oldest_first(self, district: str, *, after: int, limit: int) -> list[Case]:
        """A page of the ledger in the order of filing, for exports."""
        query = sa.select(cases).where(cases.c.district == district, cases.c.serial > after)
        return [
            read_case(row)
            for row in self.connection.execute(query.order_by(cases.c.serial).limit(limit)).mappings()
        ]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many cases there are, by district and state."""
        query = sa.select(cases.c.district, cases.c.state, sa.func.count()).group_by(
            cases.c.district, cases.c.state
        )
        return {(district, state): count for district, state, count in self.connection.execute(query)}

    def happened(self, since: dt.datetime) -> dict[str, int]:
        """How many timeline entries of each kind were written since then."""
        query = (
            sa.select(timeline.c.kind, sa.func.count())
            .where(timeline.c.at >= since)
            .group_by(timeline.c.kind)
        )
        return {row[0]: row[1] for row in self.connection.execute(query)}

    def newest(self, kinds: Collection[str], limit: int) -> list[Happening]:
        """What happened last of these kinds, newest first, without anything that could point to a person."""
        last = (
            sa.select(timeline.c.case_no, timeline.c.at, timeline.c.kind)
            .order_by(timeline.c.at.desc())
            .limit(20 * limit)
            .subquery()
        )
        query = (
            sa.select(last.c.at, last.c.kind, cases.c.district, cases.c.category)
            .join(cases, cases.c.no == last.c.case_no)
            .where(last.c.kind.in_(kinds))
            .order_by(last.c.at.desc())
            .limit(limit)
        )
        return [Happening(**row) for row in self.connection.execute(query).mappings()]

    def differences(self) -> list[str]:
        """What of intake's own books does not fit together, one line each (zh / en)."""
        found: list[str] = []
        after = ""
        while True:
            page = sa.select(cases).where(cases.c.no > after).order_by(cases.c.no).limit(500)
            batch = [read_case(row) for row in self.connection.execute(page).mappings()]
            if not batch:
                return found
            after = batch[-1].no
            lines = sa.select(timeline).where(timeline.c.case_no.in_([case.no for case in batch]))
            by_case: dict[str, list[Entry]] = {case.no: [] for case in batch}
            for row in self.connection.execute(lines.order_by(timeline.c.case_no, timeline.c.seq)).mappings():
                by_case[row["case_no"]].append(Entry(**row))
            found += [
                _misfit(case, at) for case in batch if (at := broken_link(by_case[case.no], case)) is not None
            ]

    def case_numbers(self, after: str, limit: int) -> list[str]:
        """A page of case numbers, ascending."""
        return list(
            self.connection.scalars(
                sa.select(cases.c.no).where(cases.c.no > after).order_by(cases.c.no).limit(limit)
            )
        )

    def facts(self) -> dict[str, int]:
        """Counts for reports."""
        query = sa.select(timeline.c.kind, sa.func.count()).group_by(timeline.c.kind)
        kinds = {row[0]: row[1] for row in self.connection.execute(query)}
        return {
            name: kinds.get(f"case.{name}", 0)
            for name in ("filed", "answered", "rated", "reopened", "closed")
        }


def is_double(error: BaseException) -> bool:
    """Did somebody else write the same row first?"""
    return isinstance(error, sa.exc.IntegrityError)
