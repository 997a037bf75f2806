"""
Supervision orders (督办单) are opened and closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whistle.calendar.explaining import moment_en, moment_zh
from whistle.contracts import SupervisionClosed, SupervisionOpened, SupervisionOutcome
from whistle.contracts.timing import KIND_WORDS
from whistle.ids import new_id
from whistle_routing import domain
from whistle_routing.domain import Clock, Job, Supervision
from whistle_routing.handlers.telling import tell
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def supervise_late(unit: RoutingUnit, clocks: Sequence[Clock], *, tools: Tools) -> list[Supervision]:
    """Whoever let a clock go red is supervised, once for each dispatch at a time; returns the new orders."""
    known = unit.supervised({clock.case_no for clock in clocks})
    opened = []
    for clock in clocks:
        about = (clock.case_no, clock.dispatch)
        if about in known:
            continue
        known.add(about)
        zh, en = KIND_WORDS[clock.kind]
        due = moment_zh(clock.due_at), moment_en(clock.due_at)
        order = Supervision(
            id=new_id(),
            version=1,
            case_no=clock.case_no,
            district=clock.district,
            party=clock.party,
            dispatch=clock.dispatch,
            clock=clock.id,
            cause="overdue",
            reason=f"{zh}逾期,应于 {due[0]} 前完成 / {en} is overdue, it was due {due[1]}",
            opened_at=unit.now,
        )
        _open(unit, order, tools=tools)
        opened.append(order)
    return opened


def supervise_dissatisfied(unit: RoutingUnit, job: Job, *, tools: Tools) -> None:
    """A resident is dissatisfied for the second time or more: whoever leads is supervised until the case is closed."""
    if job.round < domain.SUPERVISED_FROM_ROUND or domain.is_supervised(unit.supervisions_of(job.no), None):
        return
    times = job.round - 1
    order = Supervision(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        party=job.lead or "",
        dispatch=None,
        clock=None,
        cause="dissatisfied",
        reason=f"居民第 {times} 次不满意 / the resident is dissatisfied, {times} times by now",
        opened_at=unit.now,
    )
    _open(unit, order, tools=tools)


def relieve(unit: RoutingUnit, clocks: Iterable[Clock], outcome: SupervisionOutcome, *, tools: Tools) -> None:
    """Close the orders about dispatches of which nothing is overdue any more; ``clocks`` just stopped late, or have more time."""
    for case_no in sorted({clock.case_no for clock in clocks}):
        now = unit.clocks_of(case_no)
        for order in unit.supervisions_of(case_no):
            if order.state == "open" and domain.relieved(order, now):
                _close(unit, order, outcome, tools=tools)


def close_all(unit: RoutingUnit, job: Job, *, tools: Tools) -> None:
    """The case is closed, and every order about it."""
    late = any(one.late or one.state == "overdue" for one in unit.clocks_of(job.no))
    if late or job.round >= domain.SUPERVISED_FROM_ROUND:
        for order in unit.supervisions_of(job.no):
            if order.state == "open":
                _close(unit, order, "closed", tools=tools)


def _open(unit: RoutingUnit, order: Supervision, *, tools: Tools) -> None:
    unit.supervisions.put(order)
    told = SupervisionOpened(
        supervision=order.id,
        dispatch=order.dispatch or "",
        party=order.party,
        cause=order.cause,
        reason=order.reason,
    )
    tell(unit, told, district=order.district, party=order.party, case_no=order.case_no, tools=tools)


def _close(unit: RoutingUnit, order: Supervision, outcome: SupervisionOutcome, *, tools: Tools) -> None:
    unit.supervisions.put(domain.close(order, at=unit.now, outcome=outcome))
    told = SupervisionClosed(
        supervision=order.id,
        dispatch=order.dispatch or "",
        party=order.party,
        cause=order.cause,
        outcome=outcome,
    )
    tell(unit, told, district=order.district, party=order.party, case_no=order.case_no, tools=tools)
