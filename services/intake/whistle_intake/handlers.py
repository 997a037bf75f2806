"""
Intake's use cases: load, decide, store, emit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whistle.contracts import (
    CaseAnswered,
    CaseAssigned,
    CaseClosed,
    CaseFiled,
    CaseRated,
    CaseReopened,
    CaseResolved,
    DispatchReported,
    DispatchSent,
    Event,
    Message,
)
from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound, OutOfOrder
from whistle.ids import case_number, read_case_number
from whistle.privacy import mask_text
from whistle_intake.domain import (
    DISSATISFIED,
    DOORS,
    PROGRESS,
    PUBLIC_DOOR,
    Case,
    Entry,
    State,
    forward,
    next_state,
    record,
    title_of,
)
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

# --- filing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What somebody asks for, as it came in (shape of ``POST /api/v1/cases``)."""

    district: str
    text: str
    title: str | None = None
    door: str = PUBLIC_DOOR
    place: str | None = None
    grid: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    contact: Mapping[str, str] | None = None
    source_ref: str | None = None
    filed_at: dt.datetime | None = None


def file_case(unit: IntakeUnit, filing: Filing, *, tools: Tools, actor: str = "resident") -> Case:
    """
    Write a request to the ledger and give it its number.

    Raises:
        Invalid: unknown district or door.
    """
    _check_filing(filing, tools)
    serial = tools.numbers.take(unit)
    filed_at = filing.filed_at or unit.now
    text = tools.simplify(filing.text)
    contact = dict(filing.contact or {})
    no = case_number(unit.now.year, serial)
    case = Case(
        no=no,
        serial=serial,
        version=0,
        district=filing.district,
        state="filed",
        title=tools.simplify(filing.title or title_of(filing.text))[:300],
        text=text,
        original=filing.text if text != filing.text else None,
        place=tools.simplify(filing.place) if filing.place else None,
        grid=filing.grid,
        door=filing.door,
        category=filing.category,
        tags=filing.tags,
        filed_at=filed_at,
        changed_at=unit.now,
        source_ref=filing.source_ref,
        contact=tools.keys.seal(contact) if contact else None,
        contact_tail=tail_fingerprint(no, contact["phone"], tools) if contact.get("phone") else None,
    )
    case = _note(unit, case, "case.filed", actor=actor, data={"door": case.door, "title": mask_text(case.title)})
    unit.cases.put(case)
    unit.emit(
        CaseFiled(
            title=mask_text(case.title),
            text=mask_text(case.text),
            place=case.place,
            grid=case.grid,
            door=case.door,
            category=case.category,
            tags=case.tags,
            filed_at=case.filed_at,
            contact=case.contact,
        ),
        district=case.district,
        case_no=case.no,
    )
    return case


def file_many(unit: IntakeUnit, filings: Sequence[Filing], *, tools: Tools, actor: str) -> tuple[int, int]:
    """File those that were not filed before (by ``source_ref``); returns (filed, known)."""
    by_district: dict[str, list[Filing]] = {}
    for filing in filings:
        by_district.setdefault(filing.district, []).append(filing)
    filed = 0
    for district, group in by_district.items():
        known = unit.known_refs(district, [filing.source_ref for filing in group if filing.source_ref])
        for filing in group:
            if filing.source_ref not in known:
                file_case(unit, filing, tools=tools, actor=actor)
                known.add(filing.source_ref or "")
                filed += 1
    return filed, len(filings) - filed


def _check_filing(filing: Filing, tools: Tools) -> None:
    fields: dict[str, list[str]] = {}
    if filing.district not in tools.districts:
        known = ", ".join(sorted(tools.districts)) or "-"
        fields["district"] = [f"没有这个区,已安装:{known} / unknown district; installed: {known}"]
    if filing.door not in DOORS:
        fields["door"] = [f"没有这个渠道,可用:{', '.join(DOORS)} / unknown door"]
    if fields:
        raise Invalid("诉求内容有误", "the request is not valid", fields=fields)


def tail_fingerprint(no: str, phone: str, tools: Tools) -> str | None:
    """By what a resident is recognised without an account: number of the case and the phone's last four digits."""
    digits = "".join(char for char in phone if char.isdecimal())
    return tools.keys.fingerprint(f"{no}/{digits[-4:]}") if len(digits) >= 4 else None


# --- following what routing and the parties do --------------------------------------------------------------------


def follow_dispatch(unit: IntakeUnit, event: Event[Any], *, tools: Tools) -> None:
    """
    Put what happened on the case's timeline and move the case forward.

    Raises:
        OutOfOrder: the case is not here yet (its own filing is still being replayed).
    """
    case = unit.cases.get(event.case_no)
    if case is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    case = _note(unit, case, event.data.name, actor=event.party or event.source, data=_public(event.data), event=event)
    before, data = case, event.data
    if isinstance(data, DispatchSent) and data.round == case.round:
        case = forward(case, "assigned")
        if data.role == "lead":
            case = replace(case, party_name=data.party_name, due_at=data.due_at)
            assigned = CaseAssigned(party=data.party, party_name=data.party_name, due_at=data.due_at)
            unit.emit(assigned, district=case.district, case_no=case.no)
    elif isinstance(data, DispatchReported) and data.round == case.round:
        case = _reported(unit, case, data)
    elif data.name in _HANDLING and PROGRESS[before.state] >= PROGRESS["assigned"]:
        case = forward(case, "handling")
    unit.cases.put(case)


_HANDLING = frozenset({"dispatch.signed", "dispatch.arrived", "dispatch.progressed"})


def _reported(unit: IntakeUnit, case: Case, data: DispatchReported) -> Case:
    members = tuple(dict.fromkeys((*case.members, *data.members)))
    result = "\n".join(filter(None, [case.result if case.state != "reopened" else None, data.text]))
    case = replace(case, members=members, result=mask_text(result)[:10_000])
    if not data.case_done or PROGRESS[case.state] >= PROGRESS["resolved"]:
        return forward(case, "handling")
    unit.emit(CaseResolved(result=case.result or ""), district=case.district, case_no=case.no)
    return forward(case, "resolved")


def _public(data: Message) -> dict[str, Any]:
    """What of a message the timeline tells: everything but the case's own text, which the case has."""
    return {name: value for name, value in data.to_wire().items() if name not in ("text", "title", "place", "grid") or data.name != "dispatch.sent"}


# --- answering and rating -----------------------------------------------------------------------------------------


def answer_case(unit: IntakeUnit, case: Case, *, way: Any, text: str, actor: str) -> Case:
    """
    Answer the resident in one of the six ways (S1-12).

    Raises:
        NotAllowedNow: the case is not resolved.
    """
    state = _allowed(case, "answer")
    case = replace(case, state=state, answer=text, answer_way=way)
    case = _note(unit, case, "case.answered", actor=actor, data={"way": way, "text": mask_text(text)})
    unit.cases.put(case)
    unit.emit(
        CaseAnswered(way=way, text=mask_text(text), round=case.round), district=case.district, case_no=case.no
    )
    return case


def rate_case(unit: IntakeUnit, case: Case, *, rating: Any, comment: str, actor: str) -> Case:
    """
    The resident's verdict: satisfied closes the case, dissatisfied reopens it under supervision.

    Raises:
        NotAllowedNow: the case is not answered, or was rated already.
    """
    refused = rating in DISSATISFIED
    state = _allowed(case, "refuse" if refused else "accept")
    rated_round = case.round
    case = replace(case, state=state, rating=rating)
    case = _note(unit, case, "case.rated", actor=actor, data={"rating": rating, "comment": mask_text(comment)})
    unit.emit(CaseRated(rating=rating, round=rated_round), district=case.district, case_no=case.no)
    case = _reopen(unit, case, comment) if refused else _close(unit, case)
    unit.cases.put(case)
    return case


def _reopen(unit: IntakeUnit, case: Case, comment: str) -> Case:
    case = replace(case, round=case.round + 1, result=None)
    case = _note(unit, case, "case.reopened", actor="intake", data={"round": case.round})
    reason = mask_text(comment)[:1000] or "dissatisfied"
    unit.emit(CaseReopened(reason=reason, round=case.round), district=case.district, case_no=case.no)
    return case


def _close(unit: IntakeUnit, case: Case) -> Case:
    case = _note(unit, case, "case.closed", actor="intake", data={"outcome": "resolved"})
    closed = CaseClosed(outcome="resolved", rating=case.rating, round=case.round, members=case.members)
    unit.emit(closed, district=case.district, case_no=case.no)
    return case


def _allowed(case: Case, command: str) -> State:
    state = next_state(case, command)
    if state is None:
        raise NotAllowedNow(
            f"诉求 {case.no} 现为“{case.state}”,不能进行此操作", f"case {case.no} is {case.state}: not possible now", state=case.state
        )
    return state


# --- finding ------------------------------------------------------------------------------------------------------


def find_case(unit: IntakeUnit, typed: str) -> Case:
    """
    Raises:
        Invalid: the number has a typing error (check digit). NotFound: there is no such case.
    """
    no = read_case_number(typed)
    if no is None:
        raise Invalid("编号有误,请核对", "not a valid case number; please check it", fields={"no": ["校验位不符 / check digit"]})
    case = unit.cases.get(no)
    if case is None:
        raise NotFound(f"没有编号为 {no} 的诉求", f"there is no case {no}")
    return case


def require_tail(case: Case, tail: str | None, *, tools: Tools) -> None:
    """
    A resident without an account knows the phone's last four digits.

    Raises:
        Forbidden: they do not fit, or the case has no phone.
    """
    if not tail or not case.contact_tail or tail_fingerprint(case.no, tail, tools) != case.contact_tail:
        raise Forbidden("手机尾号不符", "the last four digits of the phone do not fit")


def _note(
    unit: IntakeUnit,
    case: Case,
    kind: str,
    *,
    actor: str,
    data: Mapping[str, Any],
    event: Event[Any] | None = None,
) -> Case:
    entry = Entry(case_no=case.no, seq=0, at=unit.now, kind=kind, actor=actor, data=data, event_id=event.id if event else None)
    case, entry = record(case, entry)
    unit.append(entry)
    return case
