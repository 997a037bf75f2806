"""
Booking: one scheme's book inside a unit of work.

Whoever books in a scheme first locks its chain head, then reads. So two processes that are told of the same fact, or of a
closing and a reopening, at the same moment, book one after the other; on SQLite there is one writer anyway. The unique ``ref``
and the head's version stand behind that lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from whistle.storage import Repository, UnitOfWork
from whistle_points import domain
from whistle_points.domain import CaseRound, Head, Posting, Transfer
from whistle_points.store.rows import gather
from whistle_points.store.tables import balances, case_rounds, chain_heads, kit, postings, transfers
from whistle_points.store.verifying import verify


def _fields_of(thing: Head | CaseRound) -> dict[str, Any]:
    return dict(vars(thing))


class PointsUnit(UnitOfWork):
    """The unit of work of the points service."""

    kit = kit
    service = "points"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heads: Repository[Head] = Repository(
            self, chain_heads, key="scheme", read=_read_as(Head), write=_fields_of
        )
        self.rounds: Repository[CaseRound] = Repository(
            self, case_rounds, key="case_no", read=_read_as(CaseRound), write=_fields_of
        )
        self.expected: set[str] = set()
        self._books: dict[str, Book] = {}
        self._moved: dict[tuple[str, str], int] = {}

    def preload(self, case_nos: Collection[str]) -> None:
        """Remember what the batch is about; it is read when a book is opened, under the book's lock."""
        self.expected.update(case_nos)

    def book(self, scheme: str) -> Book:
        """The scheme's book, locked until the end of the transaction."""
        if scheme not in self._books:
            lock = sa.select(chain_heads).where(chain_heads.c.scheme == scheme).with_for_update()
            rows: Any = self.connection.execute(lock).mappings()
            self.heads.remember(rows)
            self._books[scheme] = Book(self, scheme)
        return self._books[scheme]

    def move(self, scheme: str, account: str, tenths: int) -> None:
        """Stage a change of a cached balance."""
        key = (scheme, account)
        self._moved[key] = self._moved.get(key, 0) + tenths
        self.on_undo(lambda: self._moved.__setitem__(key, self._moved[key] - tenths))

    def differences(self) -> list[str]:
        """What is wrong with the ledger, for ``whistle verify``."""
        return verify(self)

    def facts(self) -> dict[str, int]:
        """What the ledger holds: ``points_earned`` are the tenths that members have earned and kept."""
        issued = sa.select(sa.func.sum(balances.c.tenths)).where(balances.c.account == domain.ISSUE)
        booked = sa.select(sa.func.sum(chain_heads.c.seq))
        return {
            "points_earned": -int(self.connection.scalar(issued) or 0),
            "points_transfers": int(self.connection.scalar(booked) or 0),
        }

    def flush(self) -> None:
        """Write what is staged, balances last."""
        super().flush()
        rows = [
            {"scheme": scheme, "account": account, "tenths": tenths}
            for (scheme, account), tenths in sorted(self._moved.items())
        ]
        if rows:
            insert = (postgresql if self.connection.dialect.name == "postgresql" else sqlite).insert(balances)
            total = {"tenths": balances.c.tenths + insert.excluded.tenths}
            self.execute(insert.on_conflict_do_update(index_elements=["scheme", "account"], set_=total), rows)
        self._moved = {}


class Book:
    """What is booked in one scheme, as far as this unit of work has to know it."""

    def __init__(self, unit: PointsUnit, scheme: str) -> None:
        self._unit = unit
        self.scheme = scheme
        self._by_case: dict[str, list[Transfer]] = {}

    def booked(self, case_no: str) -> list[Transfer]:
        """All transfers about a case, in their order."""
        if case_no not in self._by_case:
            self._load({case_no, *self._unit.expected})
        return self._by_case[case_no]

    def begun(self, case_no: str) -> CaseRound | None:
        """The round that began last by a reopening, if the case ever was reopened."""
        self.booked(case_no)
        return self._unit.rounds.get(case_no)

    def begin(self, case_no: str, case_round: int) -> None:
        """Remember that a round began; an older one changes nothing."""
        before = self.begun(case_no)
        if before is None:
            self._unit.rounds.put(CaseRound(case_no=case_no, scheme=self.scheme, round=case_round, version=1))
        elif before.round < case_round:
            self._unit.rounds.put(
                CaseRound(case_no=case_no, scheme=self.scheme, round=case_round, version=before.version + 1)
            )

    def book(self, transfer: Transfer) -> Transfer:
        """
        Stage a transfer at the end of the chain; returns it with its place.

        Raises:
            ValueError: not balanced, or its ``ref`` is booked already (a defect of the caller, who must ask :meth:`booked` first).
        """
        known = self.booked(transfer.case_no)
        if any(other.ref == transfer.ref for other in known):
            raise ValueError(f"{transfer.ref} is booked already")
        head = self._unit.heads.get(self.scheme) or Head(scheme=self.scheme)
        head, linked = domain.chain(head, transfer)
        self._unit.heads.put(head)
        self._unit.add(transfers, _row(linked))
        for line, posting in enumerate(linked.postings):
            self._unit.add(postings, _line(linked, line, posting))
            self._unit.move(self.scheme, posting.account, posting.tenths)
        known.append(linked)
        self._unit.on_undo(lambda: known.remove(linked))
        return linked

    def _load(self, case_nos: Iterable[str]) -> None:
        missing = {case_no for case_no in case_nos if case_no not in self._by_case}
        self._by_case.update({case_no: [] for case_no in missing})
        self._unit.rounds.preload(missing)
        query = (
            sa.select(
                transfers, *(postings.c[name].label(f"p_{name}") for name in ("account", "tenths", "lot"))
            )
            .join(postings, postings.c.transfer == transfers.c.id)
            .where(transfers.c.scheme == self.scheme, transfers.c.case_no.in_(missing))
            .order_by(transfers.c.seq, postings.c.line)
        )
        for transfer in gather(self._unit.connection.execute(query).mappings()):
            self._by_case[transfer.case_no].append(transfer)


_CELLS = attrgetter(*(column.name for column in transfers.c))
_NAMES = tuple(column.name for column in transfers.c)


def _row(transfer: Transfer) -> dict[str, Any]:
    return dict(zip(_NAMES, _CELLS(transfer), strict=True))


def _line(transfer: Transfer, line: int, posting: Posting) -> dict[str, Any]:
    return {
        "transfer": transfer.id,
        "line": line,
        "scheme": transfer.scheme,
        "seq": transfer.seq,
        "account": posting.account,
        "tenths": posting.tenths,
        "lot": posting.lot,
    }


def _read_as(cls: type[Any]) -> Any:
    return lambda row: cls(**{name: value for name, value in row.items() if name != "prev_version"})
