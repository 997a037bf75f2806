"""
Routing's use cases: load, decide, store, emit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from whistle.contracts import (
    Action,
    CaseClosed,
    CaseFiled,
    CaseReopened,
    ClockOverdue,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    DispatchArrived,
    DispatchProgressed,
    DispatchRefused,
    DispatchReported,
    DispatchReturned,
    DispatchSent,
    DispatchSigned,
    Event,
    Message,
    Progress,
    Report,
    Return,
    WhistleBlown,
    WhistleClosed,
)
from whistle.contracts.plugin import Case, Decision, Facts, History, Party, Trigger
from whistle.errors import Forbidden, NotAllowedNow, NotFound, OutOfOrder, Rejected
from whistle.ids import new_id
from whistle.plugins.desk import Outcome, Request
from whistle.plugins.loader import Pack
from whistle.privacy import mask_text
from whistle.topology import party_user
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job, PartyBook, Whistle
from whistle_routing.store import RoutingUnit, actions, decisions
from whistle_routing.tools import Tools

BATCH = 50

# --- cases come in ------------------------------------------------------------------------------------------------


def take_case(unit: RoutingUnit, event: Event[CaseFiled]) -> None:
    """A new case waits for a decision."""
    data, no = event.data, event.case_no or ""
    if unit.jobs.get(no) is not None:
        return  # filed twice can only mean replayed from before our memory of it
    unit.jobs.put(
        Job(
            no=no,
            version=1,
            district=event.district,
            state="pending",
            title=data.title,
            text=data.text,
            place=data.place,
            grid=data.grid,
            door=data.door,
            category=data.category,
            tags=data.tags,
            filed_at=data.filed_at,
            pending_since=unit.now,
        )
    )
    unit.wake("route_pending")


def reopen_case(unit: RoutingUnit, event: Event[CaseReopened]) -> None:
    """A dissatisfied resident: the case waits for a new decision."""
    job = _job(unit, event)
    if event.data.round <= job.round:
        return
    _pend(unit, replace(job, round=event.data.round, returned_by=()), "dissatisfied", event.data.reason)


def close_case(unit: RoutingUnit, event: Event[CaseClosed]) -> None:
    """Nothing more to do."""
    job = _job(unit, event)
    unit.jobs.put(replace(job, state="closed", version=job.version + 1))


def _job(unit: RoutingUnit, event: Event[Any]) -> Job:
    job = unit.jobs.get(event.case_no)
    if job is None:
        raise OutOfOrder("诉求尚未到达", f"case {event.case_no} is not here yet")
    return job


def _pend(unit: RoutingUnit, job: Job, trigger: Any, detail: str) -> None:
    pending = replace(
        job,
        state="pending",
        trigger=trigger,
        trigger_detail=detail[:1000],
        pending_since=unit.now,
        version=job.version + 1,
    )
    unit.jobs.put(pending)
    unit.wake("route_pending")


# --- deciding -----------------------------------------------------------------------------------------------------


def route_pending(tools: Tools) -> int:
    """Let every district with pending cases decide them in its own lane; returns how many lanes were started."""
    with tools.database.read() as unit:
        districts = unit.pending_districts()
    return sum(tools.lanes.run(district, lambda name: route_district(tools, name)) for district in districts)


def route_district(tools: Tools, district: str) -> None:
    """Decide a district's pending cases until there are none: ask outside of any transaction, then store."""
    while True:
        with tools.database.read() as unit:
            waiting = unit.pending(district, BATCH)
            unit.preload([job.no for job in waiting])
            requests = [_request(unit, job, tools) for job in waiting]
        if not waiting:
            return
        outcomes = tools.router.decide(requests)
        with tools.database.write() as unit:
            unit.preload([job.no for job in waiting])
            unit.books.preload({f"{district}/{party}" for one in outcomes if one.decision for party in one.decision.parties})
            for asked, outcome in zip(waiting, outcomes, strict=True):
                job = unit.jobs.get(asked.no)
                # somebody else may have decided it, or it may have changed, while the plugin thought
                if job is not None and job.version == asked.version and job.state == "pending":
                    dispatch(unit, job, outcome, tools=tools)


def _request(unit: RoutingUnit, job: Job, tools: Tools) -> Request:
    tables = tools.packs[job.district].tables
    case = Case(
        no=job.no,
        district=job.district,
        title=job.title,
        text=job.text,
        place=job.place or "",
        grid=job.grid,
        door=job.door,
        filed_at=job.filed_at,
        category=job.category,
        tags=job.tags,
        version=job.version,
    )
    history = History(lead=job.lead, returned_by=job.returned_by, reopened=job.round - 1)
    facts = Facts(now=unit.now, district=job.district, parties=tables.parties, grid=tables.grid, history=history)
    trigger = Trigger(kind=job.trigger, detail=job.trigger_detail) if job.trigger else None
    return Request(case=case, facts=facts, trigger=trigger)


def dispatch(unit: RoutingUnit, job: Job, outcome: Outcome, *, tools: Tools) -> None:
    """Store a decision and call whom it names: dispatches, a whistle if joint, and the clocks, in one commit."""
    decision = _final(job, outcome, tools)
    called = domain.newly_called(decision, job, unit.dispatches_of(job.no))
    if not called:
        called = [(tools.packs[job.district].tables.duty_desk, "lead")]
    _remember_decision(unit, job, outcome, decision)
    whistle = _blow(unit, job, decision) if decision.whistle_class and decision.co_handlers else None
    for party, role in called:
        _send(unit, job, outcome, decision=decision, party=tools.parties[job.district][party], role=role, whistle=whistle)
    unit.jobs.put(
        replace(
            job,
            state="routed",
            lead=called[0][0],
            category=decision.classification.category[:100],
            handling_class=decision.classification.handling_class,
            trigger=None,
            trigger_detail="",
            version=job.version + 1,
        )
    )


def _final(job: Job, outcome: Outcome, tools: Tools) -> Decision:
    """The outcome's decision, unless the case was returned so often that the duty desk takes it (domain D3)."""
    decision = outcome.decision
    if decision is None:
        raise Rejected("路由没有给出决定", "the router gave no decision")
    if len(job.returned_by) < domain.FORCED_AFTER_RETURNS:
        return decision
    return replace(decision, lead=tools.packs[job.district].tables.duty_desk, co_handlers=(), whistle_class=None)


def _remember_decision(unit: RoutingUnit, job: Job, outcome: Outcome, decision: Decision) -> None:
    row = {
        "id": new_id(),
        "case_no": job.no,
        "district": job.district,
        "round": job.round,
        "decided_at": unit.now,
        "source": outcome.source,
        "plugin": outcome.plugin,
        "plugin_version": outcome.version,
        "failure": (outcome.failure or "")[:500] or None,
        "decision": decision.to_json(),
    }
    unit.add(decisions, row)


def _blow(unit: RoutingUnit, job: Job, decision: Decision) -> str:
    known = unit.whistle_of(job.no, job.round)
    if known is not None:
        return known.id
    whistle = Whistle(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        whistle_class=decision.whistle_class or "daily",
        state="blown",
        round=job.round,
        blown_at=unit.now,
    )
    unit.whistles.put(whistle)
    blown = WhistleBlown(
        whistle=whistle.id,
        whistle_class=decision.whistle_class or "daily",
        lead=decision.lead,
        co_handlers=decision.co_handlers,
    )
    unit.emit(blown, district=job.district, case_no=job.no)
    return whistle.id


def _send(
    unit: RoutingUnit, job: Job, outcome: Outcome, *, decision: Decision, party: Party, role: Any, whistle: str | None
) -> None:
    due_at = unit.now + dt.timedelta(hours=decision.handle_hours)
    sent = Dispatch(
        id=new_id(),
        version=1,
        case_no=job.no,
        district=job.district,
        party=party.id,
        role=role,
        state="sent",
        round=job.round,
        whistle=whistle,
        sequence=_next_sequence(unit, job.district, party.id),
        sent_at=unit.now,
        due_at=due_at,
        changed_at=unit.now,
    )
    clock = domain.start_clock(sent)
    unit.dispatches.put(sent)
    unit.clocks.put(clock)
    message = DispatchSent(
        dispatch=sent.id,
        party=party.id,
        party_name=party.name,
        role=role,
        round=job.round,
        whistle=whistle,
        title=job.title,
        text=job.text,
        place=job.place,
        grid=job.grid,
        category=decision.classification.category[:100],
        handling_class=decision.classification.handling_class,
        due_at=due_at,
        reasons=tuple(f"{reason.rule}: {reason.evidence}" for reason in decision.reasons),
        source=outcome.source,
        plugin=f"{outcome.plugin} {outcome.version}"[:100],
        failure=(outcome.failure or "")[:500] or None,
    )
    _tell(unit, sent, message, queue=party.channel == "queue")
    started = ClockStarted(
        clock=clock.id, dispatch=sent.id, party=party.id, kind="handle", warn_at=clock.warn_at, due_at=clock.due_at
    )
    unit.emit(started, district=sent.district, case_no=sent.case_no, party=sent.party)


def _tell(unit: RoutingUnit, about: Dispatch, message: Message, *, queue: bool) -> None:
    """The services, and the party itself if it has a queue."""
    unit.emit(message, district=about.district, case_no=about.case_no, party=about.party)
    if queue:
        unit.send(
            message, district=about.district, party=about.party, case_no=about.case_no, sequence=about.sequence
        )


def _next_sequence(unit: RoutingUnit, district: str, party: str) -> int:
    key = f"{district}/{party}"
    book = unit.books.get(key) or PartyBook(key=key, version=0, sequence=0)
    unit.books.put(replace(book, sequence=book.sequence + 1, version=book.version + 1))
    return book.sequence + 1


# --- parties act --------------------------------------------------------------------------------------------------


def take_action(unit: RoutingUnit, event: Event[Action], user: str | None, *, tools: Tools) -> None:
    """
    A party signs, arrives, reports progress, reports or returns. What is refused is recorded and answered to whoever sent it.
    """
    refusal: Rejected | None = None
    try:
        found = _own_dispatch(unit, event.data, user)
        apply_action(unit, found, event.data, tools=tools)
    except (Forbidden, NotAllowedNow, NotFound) as error:
        refusal = error
        _answer_refusal(unit, event, user, error, tools=tools)
    _log_action(unit, event.data, action_id=event.id, user=user or "-", refused=refusal.code if refusal else None)


def act_for_party(unit: RoutingUnit, dispatch_id: str, action: Action, *, user: str, tools: Tools) -> Dispatch:
    """
    The same for a party that works on the platform's pages; ``user`` is the member of staff.

    Raises:
        NotFound, NotAllowedNow: the caller's error.
    """
    found = unit.dispatches.get(dispatch_id)
    if found is None:
        raise NotFound("没有这个派单", "there is no such dispatch")
    changed = apply_action(unit, found, action, tools=tools)
    _log_action(unit, action, action_id=new_id(), user=user, refused=None)
    return changed


def _own_dispatch(unit: RoutingUnit, action: Action, user: str | None) -> Dispatch:
    found = unit.dispatches.get(action.dispatch)
    if found is None:
        raise NotFound("没有这个派单", "there is no such dispatch")
    if user != party_user(found.district, found.party):
        raise Forbidden("这不是派给您的", "this dispatch is not yours")
    return found


def apply_action(unit: RoutingUnit, found: Dispatch, action: Action, *, tools: Tools) -> Dispatch:
    """
    Raises:
        NotAllowedNow: the transition table does not allow it.
    """
    changed = domain.act(found, action.verb(), by=action.by, now=unit.now)
    job = unit.jobs.get(found.case_no)
    if changed is None or job is None or found.round != job.round or job.state == "closed":
        words = domain.WORDS
        raise NotAllowedNow(
            f"派单{words[found.state]},不能再{words[action.verb()]}",
            f"the dispatch is {found.state}: {action.verb()} is not possible now",
            state=found.state,
        )
    unit.dispatches.put(changed)
    _FOLLOW[action.verb()](unit, job, changed, action, tools)
    return changed


def _signed(unit: RoutingUnit, job: Job, changed: Dispatch, action: Any, tools: Tools) -> None:
    _emit(unit, changed, DispatchSigned(dispatch=changed.id, party=changed.party, by=action.by, version=changed.version))


def _arrived(unit: RoutingUnit, job: Job, changed: Dispatch, action: Any, tools: Tools) -> None:
    _emit(unit, changed, DispatchArrived(dispatch=changed.id, party=changed.party, by=action.by, version=changed.version))


def _progressed(unit: RoutingUnit, job: Job, changed: Dispatch, action: Progress, tools: Tools) -> None:
    told = DispatchProgressed(
        dispatch=changed.id, party=changed.party, by=action.by, text=mask_text(action.text), version=changed.version
    )
    _emit(unit, changed, told)


def _reported(unit: RoutingUnit, job: Job, changed: Dispatch, action: Report, tools: Tools) -> None:
    _stop_clock(unit, changed)
    done = domain.all_reported(unit.dispatches_of(job.no), job.round)
    told = DispatchReported(
        dispatch=changed.id,
        party=changed.party,
        by=action.by,
        text=mask_text(action.text),
        members=action.members,
        round=changed.round,
        case_done=done,
        version=changed.version,
    )
    _emit(unit, changed, told)
    if done:
        _finish(unit, job)


def _returned(unit: RoutingUnit, job: Job, changed: Dispatch, action: Return, tools: Tools) -> None:
    _stop_clock(unit, changed)
    told = DispatchReturned(
        dispatch=changed.id, party=changed.party, by=action.by, basis=mask_text(action.basis), version=changed.version
    )
    _emit(unit, changed, told)
    job = replace(job, returned_by=(*job.returned_by, changed.party))
    if changed.role == "lead" or not any(one.open for one in unit.dispatches_of(job.no)):
        _pend(unit, job, "returned", action.basis)
    else:
        unit.jobs.put(replace(job, version=job.version + 1))


_FOLLOW: Mapping[str, Callable[[RoutingUnit, Job, Dispatch, Any, Tools], None]] = {
    "sign": _signed,
    "arrive": _arrived,
    "progress": _progressed,
    "report": _reported,
    "return": _returned,
}


def _finish(unit: RoutingUnit, job: Job) -> None:
    unit.jobs.put(replace(job, state="done", version=job.version + 1))
    whistle = unit.whistle_of(job.no, job.round)
    if whistle is not None and whistle.state == "blown":
        unit.whistles.put(replace(whistle, state="closed", version=whistle.version + 1))
        unit.emit(WhistleClosed(whistle=whistle.id), district=job.district, case_no=job.no)


def _emit(unit: RoutingUnit, about: Dispatch, message: Message) -> None:
    unit.emit(message, district=about.district, case_no=about.case_no, party=about.party)


def _stop_clock(unit: RoutingUnit, about: Dispatch) -> None:
    clock = unit.clocks.get(about.id)
    if clock is None or clock.state == "stopped":
        return
    stopped, late = domain.stop_clock(clock, unit.now)
    unit.clocks.put(stopped)
    _emit(unit, about, ClockStopped(clock=clock.id, dispatch=about.id, party=about.party, kind="handle", late=late))


def _answer_refusal(
    unit: RoutingUnit, event: Event[Action], user: str | None, error: Rejected, *, tools: Tools
) -> None:
    district, _, party = (user or "").partition(".")
    known = tools.parties.get(district, {}).get(party)
    if known is None or known.channel != "queue":
        return
    refused = DispatchRefused(
        dispatch=event.data.dispatch,
        action=event.data.verb(),
        action_id=event.id[:100],
        code=error.code,
        reason=str(error)[:1000],
    )
    sequence = _next_sequence(unit, district, party)
    unit.send(refused, district=district, party=party, case_no=None, sequence=sequence)


def _log_action(unit: RoutingUnit, action: Action, *, action_id: str, user: str, refused: str | None) -> None:
    row = {
        "id": new_id(),
        "action_id": action_id[:200],
        "dispatch": action.dispatch,
        "user": user,
        "verb": action.verb(),
        "by": action.by,
        "at": unit.now,
        "refused": refused,
    }
    unit.add(actions, row)


# --- clocks -------------------------------------------------------------------------------------------------------

_FIRED: Mapping[str, type[ClockWarned] | type[ClockOverdue]] = {"warned": ClockWarned, "overdue": ClockOverdue}


def fire_clocks(tools: Tools, *, limit: int = 200) -> int:
    """Fire the clocks that are due; returns how many."""
    with tools.database.write() as unit:
        due = unit.due_clocks(unit.now, limit)
        for clock in due:
            fired_clock, firings = domain.fire(clock, unit.now)
            unit.clocks.put(fired_clock)
            for firing in firings:
                told = _FIRED[firing](
                    clock=clock.id, dispatch=clock.id, party=clock.party, kind="handle", due_at=clock.due_at
                )
                unit.emit(told, district=clock.district, case_no=clock.case_no, party=clock.party)
    return len(due)


# --- the organisation ---------------------------------------------------------------------------------------------


def load_organisations(database: Any, packs: Mapping[str, Pack]) -> None:
    """Take parties and grid of every pack into routing's own tables."""
    with database.write() as unit:
        for district, pack in packs.items():
            unit.load_organisation(
                district,
                [{"district": district, **party.to_json()} for party in pack.tables.parties],
                [{"district": district, **node.to_json()} for node in pack.tables.grid],
            )
