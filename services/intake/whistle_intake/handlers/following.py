"""
Following: what routing and the parties do moves the case on (design §3, step 8).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import (
    CaseResolved,
    ClockRecomputed,
    ClockResumed,
    DispatchExtended,
    DispatchPromoted,
    DispatchReported,
    DispatchSent,
    Event,
    Message,
    WhistleClosed,
    WhistleVetoed,
)
from whistle.errors import OutOfOrder
from whistle.privacy import mask_text
from whistle_intake.domain import PROGRESS, Case, Result, back_to_work, forward, with_result
from whistle_intake.handlers.noting import note
from whistle_intake.store import IntakeUnit


def follow_dispatch(unit: IntakeUnit, event: Event[Any]) -> None:
    """
    Put what happened on the case's timeline and move the case forward.

    Raises:
        OutOfOrder: the case is not here yet (its own filing is still being replayed), or the last report came before others.
    """
    case = unit.cases.get(event.case_no)
    if case is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    case = note(
        unit, case, event.data.name, actor=event.party or event.source, data=_public(event.data), event=event
    )
    before, data = case, event.data
    if isinstance(data, DispatchSent) and data.round == case.round:
        case = forward(case, "assigned")
        if data.role == "lead":
            category = case.category or data.category
            case = replace(
                case, party_name=data.party_name, due_at=data.case_due_at or data.due_at, category=category
            )
    elif isinstance(data, DispatchPromoted) and data.round == case.round:
        case = replace(case, party_name=data.party_name)
    elif isinstance(data, DispatchReported) and data.round == case.round:
        case = _reported(unit, case, data)
    elif isinstance(data, WhistleVetoed) and data.round == case.round:
        vetoed = Result(dispatch=data.dispatch, party=data.party, version=data.version, vetoed=True)
        case = back_to_work(with_result(replace(case, vetoes=case.vetoes + 1), vetoed))
    elif isinstance(data, WhistleClosed) and data.reports and data.round == case.round:
        case = _all_done(unit, case, data)
    elif isinstance(data, DispatchExtended | ClockResumed | ClockRecomputed) and data.lead:
        case = replace(case, due_at=data.due_at)
    elif data.name in _HANDLING and PROGRESS[before.state] >= PROGRESS["assigned"]:
        case = forward(case, "handling")
    unit.cases.put(case)


_HANDLING = frozenset({"dispatch.signed", "dispatch.arrived", "dispatch.contacted", "dispatch.progressed"})


def _reported(unit: IntakeUnit, case: Case, data: DispatchReported) -> Case:
    members = tuple(dict.fromkeys((*case.members, *data.members)))
    found = Result(
        dispatch=data.dispatch, party=data.party, version=data.version, text=mask_text(data.text)[:10_000]
    )
    case = with_result(replace(case, members=members, reports=case.reports + 1), found)
    return _all_done(unit, case, data) if data.case_done else forward(case, "handling")


def _all_done(unit: IntakeUnit, case: Case, data: DispatchReported | WhistleClosed) -> Case:
    """
    Resolved, once every report is here that still holds, and every veto of one that does not.

    Raises:
        OutOfOrder: some are still on their way.
    """
    missing = max(data.reports + data.vetoes - case.reports, data.vetoes - case.vetoes)
    if missing > 0:
        # answered and closed without them, the case would not know who else helped, nor what they did
        raise OutOfOrder(
            "其他单位的办理报告尚未到达", f"{missing} report(s) or veto(es) of others are not here yet"
        )
    overtaken = case.vetoes > data.vetoes
    if overtaken or PROGRESS[case.state] >= PROGRESS["resolved"]:
        return forward(case, "handling")
    unit.emit(CaseResolved(result=case.result or ""), district=case.district, case_no=case.no)
    return forward(case, "resolved")


def _public(data: Message) -> dict[str, Any]:
    """What of a message the timeline tells: everything but the case's own text, which the case has."""
    hidden = ("text", "title", "place", "grid") if data.name == "dispatch.sent" else ()
    return {name: value for name, value in data.to_json().items() if name not in hidden}
