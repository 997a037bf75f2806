"""
A dispatch is recalled (撤回): it was sent by mistake, so nothing more is expected of the party, and the case goes elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import DispatchRecalled
from whistle.errors import NotAllowedNow
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job, returns
from whistle_routing.handlers.clocks import stop_by
from whistle_routing.handlers.pending import pend
from whistle_routing.handlers.returning.assigning import assign_by_hand, must_be_party
from whistle_routing.handlers.returning.owning import hand_over, tell_owner
from whistle_routing.handlers.returning.pleading import settled_plea
from whistle_routing.handlers.telling import tell
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def recall(
    unit: RoutingUnit, found: Dispatch, *, by: str, reason: str, to: str = "", tools: Tools
) -> Dispatch:
    """
    Take work back. The party is told and not asked again; who received the case by mistake does not own it. The case is routed
    again, or goes to the party ``to``; the clock of the whole case runs on. A recall is no return: it is not counted as one.

    Raises:
        NotAllowedNow: the dispatch has ended. Invalid: ``to`` is no other party.
    """
    job = unit.jobs.get(found.case_no)
    if job is None or not found.open or found.round != job.round or job.state == "closed":
        raise NotAllowedNow(
            f"派单{domain.WORDS[found.state]},不能撤回",
            f"the dispatch is {found.state}: it cannot be recalled",
            state=found.state,
        )
    if to:
        must_be_party(to, found.district, field="to", tools=tools, but=found.party)
    found = settled_plea(unit, found, why="派单已撤回 / recalled", tools=tools)
    changed = domain.take_back(found, "recalled", now=unit.now)
    unit.dispatches.put(changed)
    moving = job.state == "routed" or (job.state == "pending" and changed.role == "lead")
    on = moving and returns.sends_on(changed, unit.dispatches_of(job.no))
    job = _disowned(replace(job, returned_by=(*job.returned_by, changed.party)), changed)
    if on:
        hand_over(unit, job, tools=tools)
    late = stop_by(unit, changed, "recall", tools=tools)
    reason = mask_text(reason)[:1000]
    if changed.whistle:
        note_step(unit, "recalled", changed, by=by, data={"late": late, "reason": reason})
    told = DispatchRecalled(
        dispatch=changed.id, party=changed.party, by=by, reason=reason, late=late, version=changed.version
    )
    tell(unit, told, district=job.district, party=changed.party, case_no=job.no, tools=tools)
    if on:
        tell_owner(unit, job, told, but=changed.party, tools=tools)
    _send_on(unit, job, changed, by=by, reason=reason, to=to, on=on, tools=tools)
    return changed


def _disowned(job: Job, changed: Dispatch) -> Job:
    return replace(job, owner=None) if changed.role == "lead" and job.owner == changed.party else job


def _send_on(
    unit: RoutingUnit, job: Job, changed: Dispatch, *, by: str, reason: str, to: str, on: bool, tools: Tools
) -> None:
    if to and (on or job.state == "routed"):
        assign_by_hand(
            unit,
            job,
            changed,
            to=to,
            by=by,
            why=reason,
            rule=f"recall.{changed.id}",
            bound=changed.bound if changed.bound == "ruled" else None,
            tools=tools,
        )
    elif on:
        pend(unit, job, "returned", f"误派撤回 / recalled: {reason}")
    else:
        unit.jobs.put(replace(job, version=job.version + 1))
        unit.wake("route_pending")  # if it was being decided, that was about who was at work before
