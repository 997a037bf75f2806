"""
Not done, not released (事不完、人不撤): a responder goes by its own report, or because the blower lets it go and says why.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.auth import Principal
from whistle.contracts import DispatchPromoted, WhistleReleased
from whistle.errors import NotAllowedNow
from whistle.privacy import mask_text
from whistle_routing.domain import Dispatch, Job, Whistle
from whistle_routing.domain.whistles import missing, use_power
from whistle_routing.handlers.clocks import stop_by
from whistle_routing.handlers.returning.owning import hand_over
from whistle_routing.handlers.returning.pleading import settled_plea
from whistle_routing.handlers.sending import tell_dispatch
from whistle_routing.handlers.whistling.ending import finish
from whistle_routing.handlers.whistling.powers import (
    check_live,
    check_power,
    go_on,
    kept_of,
    refused,
    responder_of,
)
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def release(
    unit: RoutingUnit,
    whistle: Whistle,
    party: str,
    *,
    reason: str,
    who: Principal,
    tools: Tools,
    lead: str | None = None,
) -> Dispatch:
    """
    Let a responder go that has not reported; its clocks stop. Who led hands over to ``lead``.

    Raises:
        Forbidden, NotFound, NotAllowedNow: it has reported, nobody would lead any more, or the arbiter has the case.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    if job.state == "ruling":
        raise NotAllowedNow(
            "正在裁定由谁办理,裁定后再撤离", "the arbiter decides who handles it: release it then"
        )
    before = responder_of(unit, whistle, party)
    released = use_power(before, "release", now=unit.now)
    if released is None:
        raise refused(before, "release")
    job = _hand_over(unit, job, before, lead, tools=tools)
    released = settled_plea(unit, released, why="已准予撤离 / released", tools=tools)
    unit.dispatches.put(released)
    late = stop_by(unit, released, "release", tools=tools)
    reason = mask_text(reason)
    kept = kept_of(unit, before)
    unit.responders.put(replace(kept, released=reason, version=kept.version + 1))
    told = WhistleReleased(
        whistle=whistle.id,
        dispatch=before.id,
        party=party,
        by=who.sub,
        reason=reason,
        late=late,
        version=released.version,
    )
    tell_dispatch(unit, released, told, tools=tools)
    note_step(unit, "released", released, by=who.sub, data={"reason": reason, "late": late})
    go_on(unit, job, whistle, tools=tools)
    return released


def close_whistle(unit: RoutingUnit, whistle: Whistle, *, who: Principal, tools: Tools) -> Whistle:
    """
    The blower ends it: where reports must be accepted, all that are there are.

    Raises:
        Forbidden, NotAllowedNow: somebody has not reported; the detail says who.
    """
    job = check_power(unit, whistle, who=who, tools=tools)
    if whistle.state == "closed":
        return whistle
    check_live(unit, whistle, who=who, tools=tools)
    called = [one for one in unit.dispatches_of(job.no) if one.round == job.round]
    waiting = sorted(one.party for one in missing(called, job.round, acceptance=False))
    if waiting:
        raise NotAllowedNow(
            f"事不完、人不撤:{'、'.join(waiting)} 尚未上报;可催办,或说明理由准予撤离",
            f"not done, not released: {', '.join(waiting)} did not report; urge them, or release them with a reason",
            missing=waiting,
        )
    for one in called:
        accepted = use_power(one, "evaluate", now=unit.now) if one.state == "reported" else None
        if accepted is not None:
            unit.dispatches.put(accepted)
            note_step(unit, "accepted", accepted, by=who.sub)
    finish(unit, job, tools=tools)
    return unit.whistles.get(whistle.id) or whistle


def _hand_over(unit: RoutingUnit, job: Job, leaving: Dispatch, lead: str | None, *, tools: Tools) -> Job:
    """Somebody leads afterwards, and somebody is left; no case is without an owner."""
    left = [
        one
        for one in unit.dispatches_of(job.no)
        if one.round == job.round and not one.gone and one.id != leaving.id
    ]
    if lead is None and any(one.role == "lead" for one in left):
        return job
    heir = next((one for one in left if one.party == lead), None)
    if heir is None:
        others = "、".join(one.party for one in left) or "(无 / none)"
        raise NotAllowedNow(
            f"{leaving.party} 撤离后无人主办,须指定其他单位主办:{others};没有可指定的,先召集",
            f"nobody would lead without {leaving.party}: name one of {others} to lead, or summon somebody first",
            others=[one.party for one in left],
        )
    if heir.role != "lead":
        hand_over(unit, job, tools=tools)
        heir = replace(heir, role="lead", version=heir.version + 1)
        unit.dispatches.put(heir)
        party = tools.parties.get(heir.district, {}).get(heir.party)
        told = DispatchPromoted(
            dispatch=heir.id,
            party=heir.party,
            party_name=party.name if party else heir.party,
            round=heir.round,
            version=heir.version,
        )
        tell_dispatch(unit, heir, told, tools=tools)
    return replace(job, lead=heir.party)
