"""
What cases earn: awarded when a case is closed, taken back when it is reopened.
"""

from __future__ import annotations

from typing import Any

import structlog

from whistle.contracts import CaseClosed, CaseReopened, Event
from whistle.errors import Poison
from whistle_points import domain
from whistle_points.domain import Fact
from whistle_points.handlers.booking import Ask, award, reverse
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit

log = structlog.get_logger()


def award_helpers(
    unit: PointsUnit, event: Event[CaseClosed], *, rules: Rules, tenths: int | None = None
) -> None:
    """
    Award each member who helped, once per case and round; a case that was reopened meanwhile earns nothing. ``tenths``: what the
    pack's plugin says that it is worth.
    """
    day = domain.day_of(event.time)
    scheme = rules.at(event.district, day)
    item = scheme.case_item(event.data.category)
    worth, members = domain.worth(event.data, item), domain.helpers(event.data.members)
    tenths = worth if tenths is None else tenths
    if unusable := len(set(event.data.members)) - len(members):
        log.warning("members_not_usable", count=unusable)
    if item is None or not tenths or not members:
        return
    fact = _fact(unit, event, case_round=event.data.round)
    book = unit.book(fact.scheme)
    begun = book.begun(fact.case_no)
    if begun is not None and event.data.round < begun.round:
        return
    refs = {member: domain.case_ref(fact.case_no, event.data.round, member=member) for member in members}
    known = {transfer.ref for transfer in book.booked(fact.case_no)}
    if item.caps.any():  # what a cap cut to nothing is on record without a transfer
        known |= book.known(refs.values())
        book.load_earned(members, item=item.id, year=day.year)
    for member in members:
        if refs[member] not in known:
            ask = Ask(
                ref=refs[member],
                member=member,
                scheme=scheme,
                item=item,
                tenths=tenths,
                day=day,
                reason=f"{event.data.outcome}, {event.data.rating or 'not rated'}",
                reviewer="event:case.closed",
            )
            award(unit, book, ask, fact)


def take_back(unit: PointsUnit, event: Event[CaseReopened], *, rules: Rules) -> None:
    """Reverse, once, what the case earned in the rounds before; a closing that arrives later finds the round begun."""
    begun = event.data.round
    fact = _fact(unit, event, case_round=begun)
    book = unit.book(fact.scheme)
    book.begin(fact.case_no, begun)
    standing = domain.to_reverse(book.booked(fact.case_no), begun=begun)
    ids = [transfer.id for transfer in standing]
    unit.lots.preload(ids)
    unit.awards.preload(ids)
    book.load_wallets({transfer.member for transfer in standing})
    for transfer in standing:
        reverse(unit, book, transfer, fact=fact, reason=f"reopened, round {begun}", rules=rules)


def _fact(unit: PointsUnit, event: Event[Any], *, case_round: int) -> Fact:
    if event.case_no is None:
        raise Poison("消息没有案件编号", "the event names no case")
    return Fact(
        scheme=event.district,
        case_no=event.case_no,
        round=case_round,
        cause=event.id,
        effective_at=event.time,
        recorded_at=unit.now,
    )
