"""
What takes long, exceeds powers or is overdue is carried upward (S3-10): registered, decided by the district's plugin, and each
step recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whistle.auth import Principal
from whistle.contracts import WhistleEscalated
from whistle.errors import Forbidden
from whistle.privacy import mask_text
from whistle_routing.domain import Dispatch, Job, Supervision
from whistle_routing.handlers.granting import case_clock
from whistle_routing.handlers.pending import pend
from whistle_routing.handlers.sending import Errand
from whistle_routing.handlers.whistling.recording import note_case
from whistle_routing.handlers.whistling.wishes import at_work, check_time
from whistle_routing.store import RoutingUnit

CARRIED = ("overdue", "out_of_powers")
"""Triggers by which a case is carried upward while somebody is at work on it."""


def escalate_case(unit: RoutingUnit, job: Job, *, who: Principal, reason: str) -> None:
    """
    A person registers the case as one that takes long or exceeds powers (登记入册); the district's plugin says who acts then.

    Raises:
        Forbidden: only who works in the grid or above. NotAllowedNow: the case is not at work.
    """
    if not who.may("worker") or not who.covers(job.district, job.grid):
        raise Forbidden("没有这个诉求,或不在您的权限范围", "no such case within your scope")
    check_time(job)
    detail = mask_text(reason)
    _register(unit, job, "out_of_powers", detail, by=who.sub)


def escalate_late(unit: RoutingUnit, orders: Iterable[Supervision]) -> None:
    """
    Somebody went red and is supervised for it, or the time of the whole case has run out: the district's plugin says who acts
    besides.
    """
    orders = list(orders)
    unit.dispatches.preload({one.dispatch for one in orders if one.dispatch})
    for order in orders:
        job = unit.jobs.get(order.case_no)
        if job is not None and job.state == "routed" and _late_at_work(unit, job, order):
            _register(unit, job, "overdue", f"{order.party}: {order.reason}", by=None)


def _late_at_work(unit: RoutingUnit, job: Job, order: Supervision) -> bool:
    if order.dispatch is None:
        return order.clock == case_clock(job, "handle")
    about, clock = unit.dispatches.get(order.dispatch), unit.clocks.get(order.clock)
    if about is None or clock is None or not at_work(about, job):
        return False
    return (
        clock.due_at > about.sent_at
    )  # who was called when the case's time was over already is not the reason


def note_escalation(unit: RoutingUnit, errand: Errand, *, lead: str | None, sent: Sequence[Dispatch]) -> None:
    """What the plugin decided about a case that was carried upward; ``sent`` are those newly called."""
    job = errand.job
    if job.trigger not in CARRIED:
        return
    told = WhistleEscalated(
        whistle=errand.whistle.id if errand.whistle else None,
        trigger=job.trigger,
        detail=job.trigger_detail,
        by=job.trigger_by,
        lead=lead or errand.decision.lead,
        called=tuple(one.party for one in sent),
        steps=tuple(f"{reason.rule}: {reason.evidence}" for reason in errand.decision.reasons),
        registered_at=job.pending_since,
    )
    unit.emit(told, district=job.district, case_no=job.no)
    data = {
        "trigger": told.trigger,
        "lead": told.lead,
        "called": list(told.called),
        "steps": list(told.steps),
    }
    note_case(unit, "escalated", job, by=told.by, data=data, whistle=told.whistle)


def _register(unit: RoutingUnit, job: Job, trigger: str, detail: str, *, by: str | None) -> None:
    whistle = unit.whistle_of(job.no, job.round) if by else None
    data = {"trigger": trigger, "detail": detail}
    note_case(unit, "registered", job, by=by, data=data, whistle=whistle.id if whistle else None)
    pend(unit, job, "overdue" if trigger == "overdue" else "out_of_powers", detail, by=by)
