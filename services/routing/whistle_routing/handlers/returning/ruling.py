"""
After the second return the arbiter rules (裁定): who is named has the case and keeps it, and the ruling becomes a precedent.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import DispatchRuled
from whistle.errors import Invalid, NotAllowedNow
from whistle.privacy import mask_text
from whistle_routing.domain import Dispatch, Job, Plea, pleas
from whistle_routing.handlers.returning.assigning import assign_by_hand, must_be_party
from whistle_routing.handlers.returning.owning import tell_owner
from whistle_routing.handlers.returning.pleading import (
    close_plea,
    must_be_open,
    new_plea,
    open_plea,
    withdraw_all,
)
from whistle_routing.handlers.returning.precedents import Ruling, record
from whistle_routing.handlers.telling import tell
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def open_ruling(
    unit: RoutingUnit, job: Job, last: Dispatch, *, by: str, reason: str, suggested: str, tools: Tools
) -> None:
    """The case was given back for the second time: the arbiter is asked, and nobody leads until it has ruled."""
    withdraw_all(unit, job, why="已提交裁定 / the arbiter has it", tools=tools)
    plea = new_plea(unit, job, "ruling", tools=tools, party=last.party, by=by, reason=reason)
    plea = open_plea(unit, replace(plea, suggested=suggested), job, tools=tools)
    unit.jobs.put(replace(job, state="ruling", ruling=plea.id, trigger=None, version=job.version + 1))


def rule(unit: RoutingUnit, plea: Plea, ruling: Ruling, *, tools: Tools) -> Plea:
    """
    Give the case to the party that the arbiter names, whether it has returned it before or not: it cannot return it any more.

    Raises:
        NotAllowedNow: ruled already; the case has ended. Invalid: no such party; a precedent that says nothing, or has ended.
    """
    must_be_open(plea)
    job = unit.jobs.get(plea.case_no)
    if job is None or job.state != "ruling" or job.ruling != plea.id:
        raise NotAllowedNow("本件已不待裁定", "the case does not wait for a ruling any more")
    must_be_party(ruling.party, plea.district, field="party", tools=tools)
    if ruling.until is not None and ruling.until <= unit.now:
        raise Invalid(
            "先例的失效时间已过",
            "the precedent would have ended",
            fields={"until": ["须晚于现在 / must be later than now"]},
        )
    reason = mask_text(ruling.reason)[:1000]
    ruling = replace(ruling, reason=reason)
    last = _last(unit, job, plea)
    precedent = record(unit, job, plea, ruling.equal, by=ruling, tools=tools) if ruling.equal else None
    decided = pleas.decide(
        plea,
        "granted",
        at=unit.now,
        by=ruling.by,
        answer=reason,
        assigned=ruling.party,
        precedent=precedent.id if precedent else None,
    )
    close_plea(unit, decided, tools=tools)
    job = assign_by_hand(
        unit,
        job,
        last,
        to=ruling.party,
        by=ruling.by,
        why=reason,
        rule=f"ruling.{plea.id}",
        bound="ruled",
        tools=tools,
    )
    _tell(unit, job, decided, tools=tools)
    return decided


def _last(unit: RoutingUnit, job: Job, plea: Plea) -> Dispatch:
    """The dispatch whose return made the arbiter's ruling necessary: who is named leads in its place."""
    given = [one for one in unit.dispatches_of(job.no) if one.round == job.round and one.party == plea.party]
    return replace(max(given, key=lambda one: one.id), role="lead")


def _tell(unit: RoutingUnit, job: Job, plea: Plea, *, tools: Tools) -> None:
    ruled = [
        one
        for one in unit.dispatches_of(job.no)
        if one.party == plea.assigned and one.open and one.round == job.round
    ]
    now = ruled[-1]
    party = tools.parties[job.district][now.party]
    told = DispatchRuled(
        plea=plea.id,
        dispatch=now.id,
        party=now.party,
        party_name=party.name,
        by=plea.decided_by or "",
        reason=plea.answer,
        precedent=plea.precedent or "",
        version=now.version,
    )
    tell(unit, told, district=job.district, party=now.party, case_no=job.no, tools=tools)
    tell_owner(unit, job, told, but=now.party, tools=tools)
