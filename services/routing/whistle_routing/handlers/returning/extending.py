"""
A party asks for more time (申请延期), and somebody else allows it or not.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import DispatchDeclined, Extend
from whistle.contracts.timing import Span
from whistle.errors import Invalid, NotAllowedNow, OwnRequest, UnderReview
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job, Plea, pleas
from whistle_routing.handlers.moving import check_extension, extend_clock
from whistle_routing.handlers.returning.pleading import close_plea, must_be_open, new_plea, open_plea
from whistle_routing.handlers.telling import tell
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def ask_extension(unit: RoutingUnit, job: Job, found: Dispatch, action: Extend, *, tools: Tools) -> Dispatch:
    """
    Let a request for more time wait to be decided, which has a deadline of its own. The clock runs on meanwhile, and goes red if
    nobody decides; what was asked in time may still be allowed then.

    Raises:
        Invalid: no length of time. UnderReview: something about the dispatch waits already. NotAllowedNow: the dispatch has ended,
            the deadline has passed, it is counted in another unit, or the class allows no more.
    """
    clock = unit.clocks.get(found.id)
    if not found.open or clock is None:
        raise NotAllowedNow(
            f"派单{domain.WORDS[found.state]},不能再申请延期",
            f"the dispatch is {found.state}: no more time is needed",
            state=found.state,
        )
    span = Span.parse(action.span)
    if span is None:
        zh, en = '延期须写明时长,如 "5 个工作日"', 'say how much, like "5 working days"'
        raise Invalid(zh, en, fields={"span": [f"{zh} / {en}"]})
    if found.plea is not None:
        raise UnderReview("派单正在等待审批,请等待结果", "something about this dispatch waits to be decided")
    check_extension(unit, clock, span, tools=tools)
    reason = mask_text(action.reason)
    plea = new_plea(unit, job, "extension", tools=tools, party=found.party, by=action.by, reason=reason)
    plea = open_plea(
        unit, replace(plea, dispatch=found.id, amount=span.amount, unit=span.unit), job, tools=tools
    )
    asked = replace(found, plea=plea.id, version=found.version + 1)
    unit.dispatches.put(asked)
    return asked


def decide_extension(
    unit: RoutingUnit, plea: Plea, *, grant: bool, by: str, reason: str, tools: Tools
) -> Plea:
    """
    Allow more time, within what the class of the case allows in all, or decline it. It was asked for before the deadline and counts
    from there, however late the answer is.

    Raises:
        OwnRequest: who asked decides. NotAllowedNow: decided already; the dispatch has ended, or its clock stands still.
    """
    must_be_open(plea)
    if by == plea.by:
        raise OwnRequest("延期须由他人批准", "whoever asks for more time does not allow it")
    found, clock = unit.dispatches.get(plea.dispatch), unit.clocks.get(plea.dispatch)
    if found is None or clock is None or not found.open or plea.span is None:
        raise NotAllowedNow("派单已结束,不必再审批", "the dispatch has ended: there is nothing to decide")
    reason = mask_text(reason)[:1000]
    freed = replace(found, plea=None, version=found.version + 1)
    unit.dispatches.put(freed)
    if grant:
        extend_clock(
            unit,
            clock,
            plea.span,
            by=plea.by,
            approved_by=by,
            reason=plea.reason,
            asked_at=plea.opened_at,
            tools=tools,
        )
    else:
        told = DispatchDeclined(
            plea=plea.id,
            kind="extension",
            dispatch=found.id,
            party=found.party,
            by=by,
            reason=reason,
            version=freed.version,
        )
        tell(unit, told, district=found.district, party=found.party, case_no=found.case_no, tools=tools)
    decided = pleas.decide(plea, "granted" if grant else "declined", at=unit.now, by=by, answer=reason)
    close_plea(unit, decided, tools=tools)
    return decided
