"""
Holds: points set aside for an order, and the three ways in which that ends, once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from whistle.contracts import Message, PointsHeld, PointsSettled, PointsVoided
from whistle.errors import NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Fact, Hold, Movement, lots
from whistle_points.handlers.booking import expire, grace, tell
from whistle_points.refusals import AlreadyEnded, Insufficient, WrongAmount
from whistle_points.rules import Rules
from whistle_points.store import Book, PointsUnit, due_holds, expiring_lots

SWEEP = 200
"""Holds and lots that one sweep ends."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What points are to be set aside for; ``due_at``: when the order lapses."""

    member: str
    purpose: str
    tenths: int
    due_at: dt.datetime
    reason: str = ""


def hold(unit: PointsUnit, book: Book, order: Order, *, fact: Fact, rules: Rules) -> Hold:
    """
    Set points aside.

    Raises:
        Insufficient: fewer are free. WrongAmount: not above 0, or more than anybody may move at once.
    """
    if not 0 < order.tenths <= domain.MOST:
        raise WrongAmount(
            "积分应大于 0", "the amount must be above 0", fields={"tenths": ["应大于 0 / must be above 0"]}
        )
    scheme = rules.at(book.scheme, domain.day_of(fact.recorded_at))
    try:
        movement = lots.hold(
            book.wallet(order.member), order.tenths, at=fact.recorded_at, final_only=scheme.spend == "final"
        )
    except lots.Insufficient as short:
        raise Insufficient(asked=short.asked, free=short.free) from None
    made = Hold(
        id=new_id(),
        scheme=book.scheme,
        member=order.member,
        purpose=order.purpose,
        tenths=order.tenths,
        parts=movement.parts,
        state="held",
        held_at=unit.now,
        due_at=order.due_at,
    )
    unit.holds.put(made)
    moved = _book(book, made, fact, movement, kind=domain.HOLD, ref=f"hold/{made.id}", reason=order.reason)
    message = PointsHeld(
        member=made.member,
        tenths=made.tenths,
        purpose=made.purpose,
        hold=made.id,
        due_at=made.due_at,
        transfer=moved,
    )
    tell(unit, fact, message)
    return made


def settle(
    unit: PointsUnit, book: Book, hold_id: str, *, fact: Fact, rules: Rules, tenths: int | None = None
) -> Hold:
    """
    The order was fetched: all of the hold is spent, or ``tenths`` of it, and the rest is free again.

    Raises:
        NotFound. AlreadyEnded. WrongAmount: more than is held.
    """
    found = _held(unit, book, hold_id)
    spent = found.tenths if tenths is None else tenths
    if not 0 < spent <= found.tenths:
        raise WrongAmount(
            f"结算应在 0 与 {domain.points(found.tenths)} 分之间",
            f"between 0 and {domain.points(found.tenths)} points can be settled",
            fields={"tenths": ["超出预扣 / more than is held"]},
        )
    _load_parts(unit, found)
    movement = lots.settle(
        book.purse(found.member),
        found.parts,
        tenths=spent,
        reward=found.purpose,
        lots={lot: book.lot(lot) for lot, _ in found.parts},
        grace=grace(rules.at(book.scheme, domain.day_of(fact.recorded_at)), fact.recorded_at),
    )
    return _end(unit, book, found, fact, movement, kind=domain.SETTLE, spent=spent, reason="picked up")


def give_up(
    unit: PointsUnit,
    book: Book,
    hold_id: str,
    *,
    fact: Fact,
    rules: Rules,
    reason: str,
    kind: str = domain.VOID,
) -> Hold:
    """
    The order ends without being fetched (``kind`` VOID or LAPSE): its points are free again.

    Raises:
        NotFound. AlreadyEnded.
    """
    found = _held(unit, book, hold_id)
    _load_parts(unit, found)
    movement = lots.release(
        book.purse(found.member),
        found.parts,
        lots={lot: book.lot(lot) for lot, _ in found.parts},
        grace=grace(rules.at(book.scheme, domain.day_of(fact.recorded_at)), fact.recorded_at),
    )
    return _end(unit, book, found, fact, movement, kind=kind, spent=0, reason=reason)


def _held(unit: PointsUnit, book: Book, hold_id: str) -> Hold:
    found = unit.holds.get(hold_id)
    if found is None or found.scheme != book.scheme:
        raise NotFound("没有这笔预扣", "there is no such hold", hold=hold_id)
    if found.state != "held":
        raise AlreadyEnded(found.id, state=found.state, ended_by=found.ended_by)
    return found


def _load_parts(unit: PointsUnit, found: Hold) -> None:
    unit.lots.preload([lot for lot, _ in found.parts])


def _end(
    unit: PointsUnit,
    book: Book,
    found: Hold,
    fact: Fact,
    movement: Movement,
    *,
    kind: str,
    spent: int,
    reason: str,
) -> Hold:
    moved = _book(book, found, fact, movement, kind=kind, ref=domain.end_ref(found.id), reason=reason)
    ended = replace(
        found,
        state=domain.ENDED_BY[kind],
        ended_at=unit.now,
        ended_by=moved,
        spent=spent,
        version=found.version + 1,
    )
    unit.holds.put(ended)
    tell(unit, fact, _message(ended, kind, moved))
    return ended


def _message(ended: Hold, kind: str, moved: str) -> Message:
    if kind == domain.SETTLE:
        return PointsSettled(
            member=ended.member, tenths=ended.spent, purpose=ended.purpose, hold=ended.id, transfer=moved
        )
    return PointsVoided(
        member=ended.member,
        tenths=ended.tenths,
        purpose=ended.purpose,
        hold=ended.id,
        why="lapse" if kind == domain.LAPSE else "void",
        transfer=moved,
    )


def _book(
    book: Book, about: Hold, fact: Fact, movement: Movement, *, kind: str, ref: str, reason: str
) -> str:
    moved = domain.transfer(
        fact,
        transfer_id=new_id(),
        kind=kind,
        ref=ref,
        member=about.member,
        postings=movement.postings,
        reason=reason,
        rule=about.purpose,
    )
    return book.book(moved, movement).id


# --- what time ends -----------------------------------------------------------------------------------------------------


def sweep_lots(unit: PointsUnit) -> int:
    """Book what has expired by now; returns how many lots."""
    ended = 0
    for scheme, lot_ids in expiring_lots(unit, now=unit.now, limit=SWEEP).items():
        book = unit.book(scheme)
        unit.lots.preload(lot_ids)  # read anew under the lock: somebody may have spent them meanwhile
        for lot_id in lot_ids:
            lot = unit.lots.get(lot_id)
            if lot is not None and lot.left and lot.expires_at is not None and lot.expires_at <= unit.now:
                expire(unit, book, lot)
                ended += 1
    return ended


def sweep_holds(unit: PointsUnit, *, rules: Rules) -> list[Hold]:
    """Let lapse what was not fetched in time; returns the holds."""
    found = []
    for scheme, hold_ids in due_holds(unit, now=unit.now, limit=SWEEP).items():
        book = unit.book(scheme)
        unit.holds.preload(hold_ids)
        fact = Fact(scheme=scheme, cause="lapse", effective_at=unit.now, recorded_at=unit.now)
        for hold_id in hold_ids:
            about = unit.holds.get(hold_id)
            if about is not None and about.state == "held" and about.due_at <= unit.now:
                found.append(
                    give_up(
                        unit, book, hold_id, fact=fact, rules=rules, reason="not fetched", kind=domain.LAPSE
                    )
                )
    return found
