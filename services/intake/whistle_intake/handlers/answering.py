"""
Answering, rating, closing and reopening (design §3, steps 9 and 11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import CaseAnswered, CaseClosed, CaseRated, CaseReopened
from whistle.errors import NotAllowedNow
from whistle.privacy import mask_text
from whistle_intake.domain import DISSATISFIED, Case, State, next_state
from whistle_intake.handlers.noting import note
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


def answer_case(unit: IntakeUnit, case: Case, *, way: Any, text: str, actor: str, tools: Tools) -> Case:
    """
    Answer the resident in one of the six ways (S1-12), and plan the closing for the case that nobody rates it.

    Raises:
        NotAllowedNow: the case is not resolved.
    """
    state = _allowed(case, "answer")
    case = replace(case, state=state, answer=text, answer_way=way)
    case = note(unit, case, "case.answered", actor=actor, data={"way": way, "text": mask_text(text)})
    unit.cases.put(case)
    unit.plan_closing(case, tools.closes_at(case, unit.now))
    unit.emit(
        CaseAnswered(way=way, text=mask_text(text), round=case.round), district=case.district, case_no=case.no
    )
    return case


def rate_case(
    unit: IntakeUnit, case: Case, *, rating: Any, comment: str, actor: str, role: str | None = None
) -> Case:
    """
    The resident's verdict: satisfied closes the case, dissatisfied reopens it under supervision. ``role`` is that of staff who
    called back and records it on the resident's behalf; it stands on the timeline beside the name.

    Raises:
        NotAllowedNow: the case is not answered, or was rated already.
    """
    refused = rating in DISSATISFIED
    state = _allowed(case, "refuse" if refused else "accept")
    rated_round = case.round
    case = replace(case, state=state, rating=rating)
    said = {"rating": rating, "comment": mask_text(comment), **({"on_behalf": role} if role else {})}
    case = note(unit, case, "case.rated", actor=actor, data=said)
    unit.emit(CaseRated(rating=rating, round=rated_round), district=case.district, case_no=case.no)
    case = _reopen(unit, case, comment) if refused else _close(unit, case)
    unit.cases.put(case)
    return case


def _reopen(unit: IntakeUnit, case: Case, comment: str) -> Case:
    case = replace(case, round=case.round + 1, result=None, results=(), reports=0, vetoes=0)
    case = note(unit, case, "case.reopened", actor="intake", data={"round": case.round})
    reason = mask_text(comment)[:1000] or "dissatisfied"
    unit.emit(CaseReopened(reason=reason, round=case.round), district=case.district, case_no=case.no)
    return case


def _close(unit: IntakeUnit, case: Case) -> Case:
    case = note(unit, case, "case.closed", actor="intake", data={"outcome": "resolved"})
    closed = CaseClosed(
        outcome="resolved",
        rating=case.rating,
        round=case.round,
        members=case.members,
        category=case.category,
    )
    unit.emit(closed, district=case.district, case_no=case.no)
    return case


def _allowed(case: Case, command: str) -> State:
    state = next_state(case, command)
    if state is None:
        raise NotAllowedNow(
            f"诉求 {case.no} 现为“{case.state}”,不能进行此操作",
            f"case {case.no} is {case.state}: not possible now",
            state=case.state,
        )
    return state
