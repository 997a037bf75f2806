"""
Pleas: what waits to be decided by somebody else, with a clock of its own, and its end.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from whistle.calendar.deadlines import local_day
from whistle.contracts import DispatchPleaded, PleaKind
from whistle.contracts.timing import Span
from whistle.errors import NotAllowedNow
from whistle.ids import new_id
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Grant, Job, Plea, pleas
from whistle_routing.handlers.clocks import stop_all
from whistle_routing.handlers.granting import whole_case_terms
from whistle_routing.handlers.returning.windows import returns_of
from whistle_routing.handlers.telling import tell
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_ENDED = {"granted": "已批准", "declined": "已驳回", "withdrawn": "已失效"}


def decider_of(kind: str, district: str, tools: Tools) -> str:
    """The party that is asked: the reviewer of returns, else the arbiter; the duty desk where the district names none."""
    returns, pack = returns_of(tools, district), tools.packs.get(district)
    named = returns.reviewer if kind == "return" else returns.arbiter
    return named or (pack.tables.duty_desk if pack else "")


def open_plea(unit: RoutingUnit, plea: Plea, job: Job, *, tools: Tools) -> Plea:
    """Let something wait to be decided, and tell who decides, and until when: whoever lets it lie goes yellow and red as well."""
    which: Literal["review", "ruling"] = "ruling" if plea.kind == "ruling" else "review"
    plea = replace(plea, due_at=_start_clock(unit, plea, job, which, tools=tools))
    unit.pleas.put(plea)
    decider = tools.parties.get(plea.district, {}).get(plea.decider)
    told = DispatchPleaded(
        plea=plea.id,
        kind=plea.kind,
        dispatch=plea.dispatch or "",
        party=plea.party,
        decider=plea.decider,
        decider_name=decider.name if decider else plea.decider,
        by=plea.by,
        reason=plea.reason,
        suggested=plea.suggested,
        amount=plea.amount,
        unit=plea.unit or "",
        due_at=plea.due_at,
    )
    tell(unit, told, district=plea.district, party=plea.decider, case_no=plea.case_no, tools=tools)
    return plea


def new_plea(
    unit: RoutingUnit, job: Job, kind: PleaKind, *, tools: Tools, party: str, by: str, reason: str
) -> Plea:
    """A plea about a case that nobody knows of yet."""
    return Plea(
        id=new_id(),
        version=1,
        kind=kind,
        case_no=job.no,
        district=job.district,
        round=job.round,
        dispatch=None,
        party=party,
        decider=decider_of(kind, job.district, tools),
        by=by,
        reason=reason[:1000],
        opened_at=unit.now,
    )


def must_be_open(plea: Plea) -> None:
    """
    Raises:
        NotAllowedNow: it was decided already, by whom and when.
    """
    if plea.state != "open":
        zh = _ENDED[plea.state]
        raise NotAllowedNow(
            f"此事{zh}({plea.decided_by or '-'}),不能再决定",
            f"this was {plea.state} already by {plea.decided_by or '-'}",
            state=plea.state,
        )


def close_plea(unit: RoutingUnit, plea: Plea, *, tools: Tools) -> None:
    """Store a decided plea; its clock stops, of which nobody need be told besides."""
    unit.pleas.put(plea)
    clocks = [one for one in unit.clocks_of(plea.case_no) if one.id == plea.id]
    stop_all(unit, clocks, "decide", tools=tools)


def withdraw(unit: RoutingUnit, ident: str, *, why: str, tools: Tools) -> None:
    """What a plea was about has ended: nobody need decide it."""
    plea = unit.pleas.get(ident)
    if plea is not None and plea.state == "open":
        ended = pleas.decide(plea, "withdrawn", at=unit.now, by="-", answer=why)
        close_plea(unit, ended, tools=tools)


def settled_plea(unit: RoutingUnit, about: Dispatch, *, why: str, tools: Tools) -> Dispatch:
    """A dispatch that ends, about which nothing waits to be decided any more."""
    if about.plea is None:
        return about
    withdraw(unit, about.plea, why=why, tools=tools)
    return replace(about, plea=None)


def withdraw_all(unit: RoutingUnit, job: Job, *, why: str, tools: Tools) -> None:
    """The case is closed, or the arbiter has it: no other question about it is open."""
    called = [one for one in unit.dispatches_of(job.no) if one.plea is not None]
    if job.ruling is None and not called:
        return
    for plea in unit.open_pleas_of(job.no):
        withdraw(unit, plea.id, why=why, tools=tools)
    for one in called:
        unit.dispatches.put(replace(one, plea=None, version=one.version + 1))


def _start_clock(
    unit: RoutingUnit, plea: Plea, job: Job, which: Literal["review", "ruling"], *, tools: Tools
) -> dt.datetime:
    grant = _grant(unit, job, which, tools=tools)
    clock = domain.start(
        grant,
        ident=plea.id,
        case_no=plea.case_no,
        district=plea.district,
        party=plea.decider,
        dispatch=None,
        at=unit.now,
        table=tools.timetable(plea.district),
    )
    unit.clocks.put(clock)
    return clock.due_at


def _grant(unit: RoutingUnit, job: Job, which: Literal["review", "ruling"], *, tools: Tools) -> Grant:
    pack, returns = tools.packs.get(job.district), returns_of(tools, job.district)
    terms = whole_case_terms(pack.tables, job, which, local_day(unit.now)) if pack else None
    default: Span = returns.review_time if which == "review" else returns.ruling_time
    span = terms.spans[which] if terms else default
    basis = (terms.basis if terms else "") or None
    return Grant(kind=which, span=span, handling_class=job.handling_class, basis=basis)
