"""
Lots: every award opens one, spending and expiry name the lot, oldest expiry first.

Each function answers with a :class:`Movement`: the postings that are to be booked and the lots as they are afterwards. Nobody's
free points ever fall below zero: what cannot be taken any more becomes a debt, which the next points pay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from whistle_points.domain.amounts import (
    EXPIRED,
    ISSUE,
    PENALTY,
    debt_account,
    earned_account,
    hold_account,
    spent_account,
)
from whistle_points.domain.transfers import Posting

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)
Parts = Sequence[tuple[str, int]]
"""Which lots, how much of each, in tenths."""


class Insufficient(Exception):
    """Less is free than is asked for; both in tenths."""

    def __init__(self, *, asked: int, free: int) -> None:
        super().__init__(f"{asked} asked for, {free} free")
        self.asked = asked
        self.free = free


@dataclass(frozen=True, kw_only=True)
class Lot:
    """
    The points of one award: ``tenths`` were opened; ``left`` are free, ``held`` are ordered, ``expired`` are gone unused.

    ``final``: review, publication and appeals are over. A district may ask for that before points are spent.
    ``graced``: it was kept open once already because its time ran out while points of it were held.
    """

    id: str
    scheme: str
    member: str
    tenths: int
    left: int
    held: int = 0
    expired: int = 0
    opened_at: dt.datetime
    expires_at: dt.datetime | None
    final: bool = True
    graced: bool = False
    version: int = 1

    def open_at(self, at: dt.datetime) -> bool:
        """Can points of this lot still be taken?"""
        return self.left > 0 and (self.expires_at is None or self.expires_at > at)

    def changed(self, *, left: int = 0, held: int = 0, expired: int = 0) -> Lot:
        """The lot after these changes. Raises ValueError if more is taken than there is."""
        made = replace(
            self,
            left=self.left + left,
            held=self.held + held,
            expired=self.expired + expired,
            version=self.version + 1,
        )
        if min(made.left, made.held, made.expired) < 0 or made.left + made.held + made.expired > made.tenths:
            raise ValueError(
                f"lot {self.id} cannot be {made.left} + {made.held} + {made.expired} of {made.tenths}"
            )
        return made


@dataclass(frozen=True, kw_only=True)
class Wallet:
    """What a member has: open lots, and what the member owes (0 or positive, in tenths)."""

    member: str
    lots: tuple[Lot, ...] = ()
    debt: int = 0

    def spendable(self, at: dt.datetime, *, final_only: bool = False) -> int:
        """What may be spent at this moment, in tenths."""
        return sum(lot.left for lot in self.lots if lot.open_at(at) and (lot.final or not final_only))

    def parts(self, tenths: int, *, at: dt.datetime, final_only: bool = False) -> list[tuple[Lot, int]]:
        """As much of ``tenths`` as there is, from the lots that expire first."""
        order = sorted(self.lots, key=lambda lot: (lot.expires_at or NEVER, lot.opened_at, lot.id))
        found = []
        for lot in order:
            if tenths and lot.open_at(at) and (lot.final or not final_only):
                found.append((lot, part := min(tenths, lot.left)))
                tenths -= part
        return found


@dataclass(frozen=True, kw_only=True)
class Movement:
    """What is to be booked, and the lots that it changes. ``parts`` of a hold say where its points come from."""

    postings: tuple[Posting, ...]
    lots: tuple[Lot, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grace:
    """How points come back whose time ran out while they were held: the lot stays open until ``until``, once."""

    at: dt.datetime
    until: dt.datetime

    def reopened(self, lot: Lot) -> Lot:
        """The lot, kept open if it is due."""
        if lot.graced or lot.expires_at is None or lot.expires_at > self.at:
            return lot
        return replace(lot, expires_at=self.until, graced=True)


def award(wallet: Wallet, lot: Lot) -> Movement:
    """``issue`` → the member: a debt is paid first, what remains opens the lot."""
    paid = min(wallet.debt, lot.tenths)
    rest = lot.tenths - paid
    opened = (replace(lot, tenths=rest, left=rest),) if rest else ()
    return Movement(
        postings=(
            Posting(account=ISSUE, tenths=-lot.tenths),
            Posting(account=debt_account(wallet.member), tenths=paid),
            Posting(account=earned_account(wallet.member), tenths=rest, lot=lot.id),
        ),
        lots=opened,
    )


def deduct(wallet: Wallet, tenths: int, *, at: dt.datetime) -> Movement:
    """The member → ``penalty``; what the member does not have any more becomes a debt."""
    taken = wallet.parts(tenths, at=at)
    return Movement(
        postings=(*_taken(wallet, taken, tenths), Posting(account=PENALTY, tenths=tenths)),
        lots=tuple(lot.changed(left=-part) for lot, part in taken),
    )


def hold(wallet: Wallet, tenths: int, *, at: dt.datetime, final_only: bool) -> Movement:
    """
    The member's free points → held, lot by lot.

    Raises:
        Insufficient: fewer are free.
    """
    free = wallet.spendable(at, final_only=final_only)
    if free < tenths:
        raise Insufficient(asked=tenths, free=free)
    taken = wallet.parts(tenths, at=at, final_only=final_only)
    parts = tuple((lot.id, part) for lot, part in taken)
    return Movement(
        postings=(
            *_lines(earned_account(wallet.member), parts, -1),
            *_lines(hold_account(wallet.member), parts, 1),
        ),
        lots=tuple(lot.changed(left=-part, held=part) for lot, part in taken),
        parts=parts,
    )


def settle(
    wallet: Wallet, parts: Parts, *, tenths: int, reward: str, lots: Mapping[str, Lot], grace: Grace
) -> Movement:
    """
    Held → ``spent:<reward>``; what of the hold is not spent goes back as by :func:`release`. ``lots`` are those of ``parts``; of
    the wallet only the debt matters.
    """
    spent, back = _split(parts, tenths)
    changed = {lot: lots[lot].changed(held=-part) for lot, part in spent}
    returned = release(wallet, back, lots={**lots, **changed}, grace=grace)
    lines = [
        *_lines(hold_account(wallet.member), spent, -1),
        Posting(account=spent_account(reward), tenths=tenths),
    ]
    changed |= {lot.id: lot for lot in returned.lots}
    return Movement(postings=(*lines, *returned.postings), lots=tuple(changed.values()))


def release(wallet: Wallet, parts: Parts, *, lots: Mapping[str, Lot], grace: Grace) -> Movement:
    """Held → free again, into the same lots; a debt that arose meanwhile is paid first."""
    changed = {lot: grace.reopened(lots[lot].changed(left=part, held=-part)) for lot, part in parts}
    owed, lines = wallet.debt, [*_lines(hold_account(wallet.member), parts, -1)]
    for lot, part in parts:
        paid = min(owed, part)
        owed -= paid
        if paid:
            changed[lot] = changed[lot].changed(left=-paid)
        lines.append(Posting(account=earned_account(wallet.member), tenths=part - paid, lot=lot))
    lines.append(Posting(account=debt_account(wallet.member), tenths=wallet.debt - owed))
    return Movement(postings=tuple(lines), lots=tuple(changed.values()))


def expire(lot: Lot) -> Movement:
    """What is left of a lot → ``expired``; what is held stays held."""
    return Movement(
        postings=(
            Posting(account=earned_account(lot.member), tenths=-lot.left, lot=lot.id),
            Posting(account=EXPIRED, tenths=lot.left, lot=lot.id),
        ),
        lots=(lot.changed(left=-lot.left, expired=lot.left),),
    )


def take_back(wallet: Wallet, tenths: int, *, own: Lot | None, at: dt.datetime) -> Movement:
    """
    An award that does not stand: the member → ``issue``.

    First what of its own lot has expired (nobody loses that twice), then what is left of it, then the member's other lots, and what
    was spent already becomes a debt. What is held stays held: a good that is ordered is not lost.
    """
    lines: list[Posting] = [Posting(account=ISSUE, tenths=tenths)]
    changed: dict[str, Lot] = {}
    owed = tenths
    if own is not None:
        expired = min(owed, own.expired)
        left = min(owed - expired, own.left)
        owed -= expired + left
        if expired or left:
            changed[own.id] = own.changed(left=-left, expired=-expired)
        lines.append(Posting(account=EXPIRED, tenths=-expired, lot=own.id))
        lines.append(Posting(account=earned_account(wallet.member), tenths=-left, lot=own.id))
    others = replace(wallet, lots=tuple(lot for lot in wallet.lots if own is None or lot.id != own.id))
    taken = others.parts(owed, at=at)
    changed |= {lot.id: lot.changed(left=-part) for lot, part in taken}
    return Movement(postings=(*lines, *_taken(wallet, taken, owed)), lots=tuple(changed.values()))


def give_back(wallet: Wallet, source: str, lot: Lot) -> Movement:
    """A deduction or a purchase that does not stand: ``source`` → the member, like an award into a lot of its own."""
    given = award(wallet, lot)
    lines = (replace(given.postings[0], account=source), *given.postings[1:])
    return Movement(postings=lines, lots=given.lots)


def _taken(wallet: Wallet, taken: Sequence[tuple[Lot, int]], tenths: int) -> Iterator[Posting]:
    yield from _lines(earned_account(wallet.member), [(lot.id, part) for lot, part in taken], -1)
    owed = tenths - sum(part for _, part in taken)
    yield Posting(account=debt_account(wallet.member), tenths=-owed)


def _lines(account: str, parts: Iterable[tuple[str, int]], sign: int) -> Iterator[Posting]:
    for lot, part in parts:
        yield Posting(account=account, tenths=sign * part, lot=lot)


def _split(parts: Parts, tenths: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    spent, back = [], []
    for lot, part in parts:
        used = min(tenths, part)
        tenths -= used
        spent += [(lot, used)] if used else []
        back += [(lot, part - used)] if part > used else []
    return spent, back
