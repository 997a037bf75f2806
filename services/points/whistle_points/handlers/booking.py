"""
What every movement of points has in common: decide, book, keep on record, tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from whistle.contracts import (
    Message,
    PointsDeducted,
    PointsEarned,
    PointsExpired,
    PointsReversed,
)
from whistle.errors import NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Award, Fact, Grace, Item, Lot, Movement, Scheme, Transfer, lots
from whistle_points.refusals import AlreadyReversed, NotReversible
from whistle_points.rules import Rules
from whistle_points.store import Book, PointsUnit


@dataclass(frozen=True, kw_only=True)
class Ask:
    """
    What somebody is to be given (``tenths`` above 0) or to lose (below), and by which rule.

    ``ref`` names the fact: the same one is booked once. ``day``: when it happened; ``reviewer``: who checked it.
    """

    ref: str
    member: str
    scheme: Scheme
    item: Item
    tenths: int
    day: dt.date
    reason: str
    reviewer: str
    assessor: domain.Assessor = "organisation"
    claim: str | None = None


def award(unit: PointsUnit, book: Book, ask: Ask, fact: Fact) -> Award:
    """
    Book an award as far as the item's caps allow; what does not fit is on record with the award.

    The caller has seen to it that ``ask.ref`` is not :meth:`Book.known`.
    """
    given = _room(book, ask)
    made = _record(unit, ask, given)
    if given:
        lot = Lot(
            id=made.id,
            scheme=fact.scheme,
            member=ask.member,
            tenths=given,
            left=given,
            opened_at=fact.effective_at,
            expires_at=ask.scheme.expiry(ask.day, booked=fact.recorded_at),
            final=ask.scheme.spend == "reviewed",
        )
        movement = lots.award(book.purse(ask.member), lot)
        _post(unit, book, ask, fact, made=made, movement=movement, kind=domain.AWARD)
        tell(
            unit,
            fact,
            PointsEarned(member=ask.member, tenths=given, rule=ask.item.id, transfer=made.id),
        )
    book.record(made)
    return made


def deduct(unit: PointsUnit, book: Book, ask: Ask, fact: Fact) -> Award:
    """Take points off; what the member has no more becomes a debt. ``ask.tenths`` is below 0."""
    made = _record(unit, ask, ask.tenths)
    movement = lots.deduct(book.wallet(ask.member), -ask.tenths, at=fact.recorded_at)
    _post(unit, book, ask, fact, made=made, movement=movement, kind=domain.DEDUCTION)
    rule = domain.rule_name(ask.item.id, ask.scheme.version)
    tell(
        unit,
        fact,
        PointsDeducted(
            member=ask.member, tenths=-ask.tenths, rule=rule, reason=ask.reason[:300], transfer=made.id
        ),
    )
    book.record(made)
    return made


def _room(book: Book, ask: Ask) -> int:
    caps = ask.item.caps
    earned = book.earned(ask.member, item=ask.item.id, year=ask.day.year) if caps.any() else {}
    return caps.room(min(ask.tenths, domain.MOST), ask.day, earned)


def _record(unit: PointsUnit, ask: Ask, tenths: int) -> Award:
    return Award(
        id=new_id(),
        scheme=ask.scheme.district,
        ref=ask.ref,
        member=ask.member,
        item=ask.item.id,
        rules=ask.scheme.version,
        assessor=ask.assessor,
        day=ask.day,
        asked=ask.tenths,
        tenths=tenths,
        reviewer=ask.reviewer,
        state="booked" if tenths else "capped",
        booked_at=unit.now,
        claim=ask.claim,
    )


def _post(
    unit: PointsUnit, book: Book, ask: Ask, fact: Fact, *, made: Award, movement: Movement, kind: str
) -> None:
    unit.enrol(fact.scheme, ask.member)
    unit.note_rules(ask.scheme)
    moved = domain.transfer(
        fact,
        transfer_id=made.id,
        kind=kind,
        ref=ask.ref,
        member=ask.member,
        postings=movement.postings,
        reason=ask.reason,
        rule=domain.rule_name(ask.item.id, ask.scheme.version),
    )
    book.book(moved, movement)


def reverse(
    unit: PointsUnit, book: Book, transfer: Transfer, *, fact: Fact, reason: str, rules: Rules
) -> Transfer:
    """
    Book what takes a transfer back. The caller has seen to it that it was not reversed before.

    Raises:
        NotReversible: transfers of its kind are not.
    """
    if transfer.kind not in domain.REVERSIBLE:
        raise NotReversible(
            f"{transfer.kind} 类流水不能冲正",
            f"a transfer of kind {transfer.kind} is not reversed",
            kind=transfer.kind,
        )
    scheme = rules.at(fact.scheme, domain.day_of(fact.recorded_at))
    fact = replace(fact, case_no=transfer.case_no, round=transfer.round)
    new = new_id()
    movement, change = _taken_back(unit, book, transfer, scheme=scheme, fact=fact, new=new)
    moved = domain.transfer(
        fact,
        transfer_id=new,
        kind=domain.REVERSAL,
        ref=f"reversal/{transfer.id}",
        member=transfer.member,
        postings=movement.postings,
        reason=reason,
        rule=transfer.rule,
        reverses=transfer.id,
    )
    linked = book.book(moved, movement)
    _forget(unit, book, transfer)
    tell(
        unit,
        fact,
        PointsReversed(
            member=transfer.member,
            tenths=change,
            reverses=transfer.id,
            reason=reason[:300],
            transfer=linked.id,
        ),
    )
    return linked


def _taken_back(
    unit: PointsUnit, book: Book, transfer: Transfer, *, scheme: Scheme, fact: Fact, new: str
) -> tuple[Movement, int]:
    if transfer.kind == domain.AWARD:
        tenths = -transfer.moved(domain.ISSUE)
        wallet, own = book.wallet(transfer.member), unit.lots.get(transfer.id)
        return lots.take_back(wallet, tenths, own=own, at=fact.recorded_at), -tenths
    source = next(one.account for one in transfer.postings if not one.account.startswith("member:"))
    tenths = transfer.moved(source)
    lot = Lot(
        id=new,
        scheme=fact.scheme,
        member=transfer.member,
        tenths=tenths,
        left=tenths,
        opened_at=fact.effective_at,
        expires_at=scheme.expiry(domain.day_of(fact.recorded_at), booked=fact.recorded_at),
    )
    return lots.give_back(book.purse(transfer.member), source, lot), tenths


def _forget(unit: PointsUnit, book: Book, transfer: Transfer) -> None:
    made = unit.awards.get(transfer.id)
    if made is not None:
        unit.awards.put(replace(made, state="reversed", version=made.version + 1))
        book.tally(made, -made.tenths)


def reverse_once(
    unit: PointsUnit, book: Book, transfer_id: str, *, fact: Fact, reason: str, rules: Rules
) -> Transfer:
    """
    Reverse a transfer that somebody names.

    Raises:
        NotFound: there is none in this scheme. AlreadyReversed, NotReversible.
    """
    found = book.find(transfer_id)
    if found is None:
        raise NotFound("没有这笔流水", "there is no such transfer", transfer=transfer_id)
    by = book.reversal_of(transfer_id)
    if by is not None:
        raise AlreadyReversed(transfer_id, by=by)
    return reverse(unit, book, found, fact=fact, reason=reason, rules=rules)


def expire(unit: PointsUnit, book: Book, lot: Lot) -> Transfer:
    """Book that what is left of a lot is gone."""
    movement = lots.expire(lot)
    fact = Fact(
        scheme=lot.scheme, cause="expiry", effective_at=lot.expires_at or unit.now, recorded_at=unit.now
    )
    moved = domain.transfer(
        fact,
        transfer_id=new_id(),
        kind=domain.EXPIRE,
        ref=f"expire/{lot.id}/{lot.expired}",
        member=lot.member,
        postings=movement.postings,
        reason="expired",
    )
    linked = book.book(moved, movement)
    tell(unit, fact, PointsExpired(member=lot.member, tenths=lot.left, transfer=linked.id))
    return linked


def grace(scheme: Scheme, at: dt.datetime) -> Grace:
    """How points come back at this moment."""
    return Grace(at=at, until=scheme.grace(at))


def tell(unit: PointsUnit, fact: Fact, message: Message) -> None:
    """Tell the services."""
    unit.emit(message, district=fact.scheme, case_no=fact.case_no or None)


class _Undone(Exception):
    """Carries a result out of a step that is taken back."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def rehearse(unit: PointsUnit, run: Callable[[], Any]) -> Any:
    """What ``run`` would answer; everything that it staged or wrote is taken back (dry run)."""
    before = unit.wrote_directly
    try:
        with unit.step(unit.cause), unit.connection.begin_nested():
            raise _Undone(run())
    except _Undone as undone:
        unit.wrote_directly = before
        return undone.result
