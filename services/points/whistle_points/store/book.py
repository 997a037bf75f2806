"""
Booking: one scheme's book inside a unit of work.

Whoever books in a scheme first locks its chain head, then reads. So two processes that are told of the same fact, or of a
closing and a reopening, or that want the last item of a reward, at the same moment, do so one after the other; on SQLite there is
one writer anyway. Unique references and the versions of rows stand behind that lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from whistle.sql.statements import among, keys_parameter
from whistle_points import domain
from whistle_points.domain import CaseRound, Head, Movement, Transfer, Wallet
from whistle_points.store.rows import gather, posting_row, transfer_row
from whistle_points.store.tables import awards, balances, lots, postings, tallies, transfers

if TYPE_CHECKING:
    from whistle_points.store.unit import PointsUnit

_DEBT = ":debt"


class Book:
    """What is booked in one scheme, as far as this unit of work has to know it."""

    def __init__(self, unit: PointsUnit, scheme: str) -> None:
        self._unit = unit
        self.scheme = scheme
        self._dialect = unit.connection.dialect.name
        self._by_case: dict[str, list[Transfer]] = {}
        self._lots: dict[str, set[str]] = {}
        self._touched: dict[str, set[str]] = {}
        self._debts: dict[str, int] | None = None
        self._earned: dict[tuple[str, str, int], dict[dt.date, int]] = {}
        self._refs: set[str] = set()
        self._staged: dict[str, Transfer] = {}

    # --- cases ------------------------------------------------------------------------------------------------------

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
        if before is None or before.round < case_round:
            version = before.version + 1 if before else 1
            self._unit.rounds.put(
                CaseRound(case_no=case_no, scheme=self.scheme, round=case_round, version=version)
            )

    # --- members ----------------------------------------------------------------------------------------------------

    def load_wallets(self, members: Collection[str]) -> None:
        """Read the open lots of these members, in one query."""
        missing = {member for member in members if member not in self._lots}
        if missing:
            self._lots.update({member: set() for member in missing})
            given = {**keys_parameter(missing, self._dialect), "scheme": self.scheme}
            rows: Any = self._unit.connection.execute(_open_lots(self._dialect), given).mappings()
            for lot in self._unit.lots.remember(rows):
                self._lots[lot.member].add(lot.id)

    def wallet(self, member: str) -> Wallet:
        """A member's open lots and debt, as this unit of work has them."""
        self.load_wallets([member])
        known = self._lots[member] | self._touched.get(member, set())
        found = [self._unit.lots.get(lot) for lot in known]
        return Wallet(member=member, lots=tuple(lot for lot in found if lot), debt=self.debt(member))

    def purse(self, member: str) -> Wallet:
        """What is needed to give a member something: the debt, no lots."""
        return Wallet(member=member, debt=self.debt(member))

    def debt(self, member: str) -> int:
        """What a member owes; few do, so all of them are read at once."""
        if self._debts is None:
            rows = self._unit.connection.execute(_NEGATIVE, {"scheme": self.scheme})
            self._debts = {
                account.removeprefix("member:").removesuffix(_DEBT): -tenths
                for account, tenths in rows
                if account.endswith(_DEBT)
            }
        return self._debts.get(member, 0)

    def load_earned(self, members: Collection[str], *, item: str, year: int) -> None:
        """Read what an item earned these members on each day of a year, in one query; what is staged counts too."""
        missing = {member for member in members if (member, item, year) not in self._earned}
        if missing:
            self._earned.update({(member, item, year): {} for member in missing})
            given = {
                **keys_parameter(missing, self._dialect),
                "scheme": self.scheme,
                "item": item,
                "first": dt.date(year, 1, 1),
                "last": dt.date(year, 12, 31),
            }
            for member, day, tenths in self._unit.connection.execute(_earned(self._dialect), given):
                self._earned[member, item, year][day] = tenths
            for (scheme, member, day, other), tenths in self._unit.tallies.staged():
                if (scheme, other, day.year) == (self.scheme, item, year) and member in missing:
                    self._earn((member, item, day), tenths)

    def earned(self, member: str, *, item: str, year: int) -> Mapping[dt.date, int]:
        """What an item earned a member on each day of a year."""
        self.load_earned([member], item=item, year=year)
        return self._earned[member, item, year]

    def lot(self, lot_id: str) -> domain.Lot:
        """A lot that is known to be there. Raises ValueError if it is not."""
        found = self._unit.lots.get(lot_id)
        if found is None:
            raise ValueError(f"there is no lot {lot_id}")
        return found

    # --- booking ----------------------------------------------------------------------------------------------------

    def known(self, refs: Iterable[str]) -> set[str]:
        """Which of these facts are on record as awards already."""
        wanted = set(refs)
        unsure = wanted - self._refs
        given = {**keys_parameter(unsure, self._dialect), "scheme": self.scheme}
        stored = self._unit.connection.scalars(_known(self._dialect), given) if unsure else ()
        return {*stored, *(wanted & self._refs)}

    def find(self, transfer_id: str) -> Transfer | None:
        """A transfer of this scheme, staged or stored."""
        if transfer_id in self._staged:
            return self._staged[transfer_id]
        given = {"id": transfer_id, "scheme": self.scheme}
        return next(iter(gather(self._unit.connection.execute(_ONE, given).mappings())), None)

    def reversal_of(self, transfer_id: str) -> str | None:
        """The transfer that reversed this one, if any did."""
        here = (one.id for one in self._staged.values() if one.reverses == transfer_id)
        return next(here, None) or self._unit.connection.scalar(_REVERSAL, {"id": transfer_id})

    def record(self, award: domain.Award) -> None:
        """Stage an award's record; its part of the tally."""
        self._unit.awards.put(award)
        self._refs.add(award.ref)
        self._unit.on_undo(lambda: self._refs.discard(award.ref))
        if award.tenths:
            self.tally(award, award.tenths)

    def tally(self, award: domain.Award, tenths: int) -> None:
        """Stage a change of what a member earned by an item on a day."""
        self._unit.tallies.add((self.scheme, award.member, award.day, award.item), tenths)
        key = (award.member, award.item, award.day)
        self._earn(key, tenths)
        self._unit.on_undo(lambda: self._earn(key, -tenths))

    def _earn(self, key: tuple[str, str, dt.date], tenths: int) -> None:
        """Count a change, if what the member earned by the item that year was read."""
        member, item, day = key
        year = self._earned.get((member, item, day.year))
        if year is not None:
            year[day] = year.get(day, 0) + tenths

    def book(self, transfer: Transfer, movement: Movement | None = None) -> Transfer:
        """
        Stage a transfer at the end of the chain, and the lots that it changes; returns it with its place.

        Raises:
            ValueError: not balanced, or its ``ref`` is booked for its case already (a defect of the caller, who must ask first).
        """
        known = self.booked(transfer.case_no) if transfer.case_no else []
        if any(other.ref == transfer.ref for other in known):
            raise ValueError(f"{transfer.ref} is booked already")
        head = self._unit.heads.get(self.scheme) or Head(scheme=self.scheme)
        head, linked = domain.chain(head, transfer)
        self._unit.heads.put(head)
        self._unit.add(transfers, transfer_row(linked))
        for line, posting in enumerate(linked.postings):
            self._unit.add(postings, posting_row(linked, line, posting))
            self._unit.sums.add((self.scheme, posting.account), posting.tenths)
        self._staged[linked.id] = linked
        self._unit.on_undo(lambda: self._staged.pop(linked.id))
        self._owe(linked)
        for lot in movement.lots if movement else ():
            self._put_lot(lot)
        if transfer.case_no:
            known.append(linked)
            self._unit.on_undo(lambda: known.remove(linked))
        return linked

    def _owe(self, transfer: Transfer) -> None:
        change = transfer.moved(domain.debt_account(transfer.member))
        if change and self._debts is not None:
            debts, member = self._debts, transfer.member
            debts[member] = debts.get(member, 0) - change
            self._unit.on_undo(lambda: debts.__setitem__(member, debts[member] + change))

    def _put_lot(self, lot: domain.Lot) -> None:
        self._unit.lots.put(lot)
        touched = self._touched.setdefault(lot.member, set())
        if lot.id not in touched:  # its row is staged: a query would not find it as it is
            touched.add(lot.id)
            self._unit.on_undo(lambda: touched.discard(lot.id))

    def _load(self, case_nos: Iterable[str]) -> None:
        missing = {case_no for case_no in case_nos if case_no not in self._by_case}
        self._by_case.update({case_no: [] for case_no in missing})
        self._unit.rounds.preload(missing)
        given = {**keys_parameter(missing, self._dialect), "scheme": self.scheme}
        for transfer in gather(self._unit.connection.execute(_of_cases(self._dialect), given).mappings()):
            self._by_case[transfer.case_no].append(transfer)


# --- statements, built once ---------------------------------------------------------------------------------------------

_SCHEME: sa.BindParameter[str] = sa.bindparam("scheme")
_LINES = tuple(postings.c[name].label(f"p_{name}") for name in ("account", "tenths", "lot"))
_ONE = (
    sa.select(transfers, *_LINES)
    .join(postings, postings.c.transfer == transfers.c.id)
    .where(transfers.c.id == sa.bindparam("id"), transfers.c.scheme == _SCHEME)
    .order_by(postings.c.line)
)
_REVERSAL = sa.select(transfers.c.id).where(transfers.c.reverses == sa.bindparam("id"))
_NEGATIVE = sa.select(balances.c.account, balances.c.tenths).where(
    balances.c.scheme == _SCHEME, balances.c.tenths < sa.literal_column("0")
)


@cache
def _open_lots(dialect: str) -> sa.Select[Any]:
    return sa.select(lots).where(
        lots.c.scheme == _SCHEME, among(lots.c.member, dialect), lots.c.left > sa.literal_column("0")
    )


@cache
def _earned(dialect: str) -> sa.Select[Any]:
    days = tallies.c.day.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date))
    return sa.select(tallies.c.member, tallies.c.day, tallies.c.tenths).where(
        tallies.c.scheme == _SCHEME,
        among(tallies.c.member, dialect),
        tallies.c.item == sa.bindparam("item"),
        days,
    )


@cache
def _known(dialect: str) -> sa.Select[Any]:
    return sa.select(awards.c.ref).where(awards.c.scheme == _SCHEME, among(awards.c.ref, dialect))


@cache
def _of_cases(dialect: str) -> sa.Select[Any]:
    return (
        sa.select(transfers, *_LINES)
        .join(postings, postings.c.transfer == transfers.c.id)
        .where(transfers.c.scheme == _SCHEME, among(transfers.c.case_no, dialect))
        .order_by(transfers.c.seq, postings.c.line)
    )
