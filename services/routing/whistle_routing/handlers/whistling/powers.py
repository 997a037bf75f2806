"""
The four powers of whoever blew a whistle: summon, evaluate, veto, assess (召集、评价、否决、考核).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.auth import Principal
from whistle.contracts import WhistleAssessed, WhistleEvaluated, WhistleSummoned, WhistleVetoed
from whistle.contracts.whistles import Grade, Verdict
from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound
from whistle.plugins.whistle_terms import stands_above
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import WORDS, Dispatch, Job, Whistle
from whistle_routing.domain.whistles import Power, Responder, after_veto, moved, use_power
from whistle_routing.handlers import supervising
from whistle_routing.handlers.sending import send, tell_dispatch
from whistle_routing.handlers.whistling.blowing import errand_of, terms_of
from whistle_routing.handlers.whistling.ending import finish, is_done, take_back
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.handlers.whistling.wishes import at_work, check_parties
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_POWER_WORDS = {"release": "撤离", "veto": "否决", "evaluate": "评价", "assess": "考核"}


def summon(
    unit: RoutingUnit, whistle: Whistle, party: str, *, reason: str, who: Principal, tools: Tools
) -> Dispatch:
    """
    召集: call one more party, with clocks of its own.

    Raises:
        Forbidden, NotAllowedNow: not this one's whistle, or it is over. Invalid: the party cannot be called, or is at work already.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    if whistle.state != "blown":
        raise NotAllowedNow("各单位均已办结,不能再召集", "all have reported: nobody is summoned any more")
    check_parties(job, {"party": (party,)}, tools=tools)
    if any(one.party == party and at_work(one, job) for one in unit.dispatches_of(job.no)):
        busy = {"party": [f"{party} 已在办 / {party} is at work already"]}
        raise Invalid("单位有误", "this party cannot be summoned", fields=busy)
    reason = mask_text(reason)
    called = replace(whistle, by=who.sub, reason=reason)
    errand = errand_of(job, called, lead=job.lead or whistle.lead or party, co=(party,), tools=tools)
    sent = send(unit, errand, party, role="co", tools=tools)
    told = WhistleSummoned(whistle=whistle.id, dispatch=sent.id, party=party, by=who.sub, reason=reason)
    tell_dispatch(unit, sent, told, tools=tools)
    unit.jobs.put(replace(job, version=job.version + 1))
    return sent


def veto(
    unit: RoutingUnit, whistle: Whistle, party: str, *, reason: str, who: Principal, tools: Tools
) -> Dispatch:
    """
    否决: the report is not accepted; the party is back at work and its own clock runs on.

    Raises:
        Forbidden, NotFound, NotAllowedNow: nothing to veto, it was accepted, or the resident has the answer.
    """
    job = check_live(unit, whistle, who=who, tools=tools)
    again = moved(whistle, "veto")
    if again is None or whistle.answered_at is not None:
        raise NotAllowedNow("已答复居民,不能再否决", "the resident has the answer: it is too late for a veto")
    before = responder_of(unit, whistle, party)
    vetoed = after_veto(_used(unit, before, "veto"), unit.responders.get(before.id))
    again = replace(again, vetoes=whistle.vetoes + 1)
    kept = kept_of(unit, before)
    unit.dispatches.put(vetoed)
    unit.whistles.put(again)
    unit.responders.put(replace(kept, vetoes=kept.vetoes + 1, version=kept.version + 1))
    clock = domain.revive(_handling_clock(unit, before), tools.timetable(job.district))
    unit.clocks.put(clock)
    reason = mask_text(reason)
    told = WhistleVetoed(
        whistle=whistle.id,
        dispatch=before.id,
        party=party,
        by=who.sub,
        reason=reason,
        due_at=clock.due_at,
        round=job.round,
        vetoes=again.vetoes,
        version=vetoed.version,
    )
    tell_dispatch(unit, vetoed, told, tools=tools)
    note_step(unit, "vetoed", vetoed, by=who.sub, data={"reason": reason})
    take_back(unit, job, by=who.sub, reason=reason, tools=tools)
    if clock.state == "overdue":
        supervising.supervise_late(unit, [clock], tools=tools)
    return vetoed


def evaluate(
    unit: RoutingUnit,
    whistle: Whistle,
    party: str,
    *,
    score: int,
    verdict: Verdict,
    comment: str,
    who: Principal,
    tools: Tools,
) -> Dispatch:
    """
    评价: what the blower says of one responder's part; a report is accepted by it. Until the assessment it may be said anew.

    Raises:
        Forbidden, NotFound, NotAllowedNow: nothing to judge yet, or the assessment was made. Invalid: a score outside of 0 to 100.
    """
    job = check_power(unit, whistle, who=who, tools=tools)
    if not 0 <= score <= 100:
        raise Invalid("分数有误", "no such score", fields={"score": ["应为 0 到 100 / must be 0 to 100"]})
    before = responder_of(unit, whistle, party)
    judged, kept = _used(unit, before, "evaluate"), kept_of(unit, before)
    if kept.grade is not None:
        raise NotAllowedNow("已考核,不能再评价", "the assessment was made: it is too late to evaluate")
    unit.dispatches.put(judged)
    said: dict[str, Any] = {"score": score, "verdict": verdict, "comment": mask_text(comment)}
    unit.responders.put(replace(kept, **said, evaluated_by=who.sub, version=kept.version + 1))
    told = WhistleEvaluated(
        whistle=whistle.id, dispatch=before.id, party=party, by=who.sub, version=judged.version, **said
    )
    tell_dispatch(unit, judged, told, tools=tools)
    note_step(unit, "evaluated", judged, by=who.sub, data={"score": score, "verdict": verdict})
    go_on(unit, job, whistle, tools=tools)
    return judged


def assess(
    unit: RoutingUnit,
    whistle: Whistle,
    party: str,
    *,
    grade: Grade,
    comment: str,
    who: Principal,
    tools: Tools,
) -> Dispatch:
    """
    考核: the final word about one responder, once, when the whistle is over.

    Raises:
        Forbidden, NotFound, NotAllowedNow: not over yet, or assessed before.
    """
    check_power(unit, whistle, who=who, tools=tools)
    if whistle.state != "closed":
        raise NotAllowedNow("哨令尚未办结,不能考核", "the whistle is not over: it is too early to assess")
    about = responder_of(unit, whistle, party)
    _used(unit, about, "assess")
    kept = kept_of(unit, about)
    if kept.grade is not None:
        raise NotAllowedNow(f"{party} 已考核", f"{party} was assessed before", grade=kept.grade)
    comment = mask_text(comment)
    unit.responders.put(
        replace(
            kept,
            grade=grade,
            assessment=comment,
            assessed_by=who.sub,
            version=kept.version + 1,
        )
    )
    told = WhistleAssessed(
        whistle=whistle.id, dispatch=about.id, party=party, by=who.sub, grade=grade, comment=comment
    )
    tell_dispatch(unit, about, told, tools=tools)
    note_step(unit, "assessed", about, by=who.sub, data={"grade": grade})
    return about


# --- what all of them share -------------------------------------------------------------------------------------------


def check_power(unit: RoutingUnit, whistle: Whistle, *, who: Principal, tools: Tools) -> Job:
    """
    The case of the whistle, if this one blew it or stands above who did; where the plugin blew, if this one may blow.

    Raises:
        Forbidden, NotAllowedNow: the whistle waits for approval, or did not get it.
    """
    job = unit.jobs.get(whistle.case_no)
    if whistle.by is None and job is not None:
        may = terms_of(unit, job, whistle.whistle_class, tools=tools).lets_blow(who.role)
    else:
        may = who.sub == whistle.by or stands_above(who.role, whistle.role or "")
    if job is None or not may or not who.covers(job.district, job.grid):
        raise Forbidden(
            "只有吹哨人或其上级可以这样做", "only who blew this whistle may do this, or who stands above"
        )
    if whistle.state in ("requested", "declined"):
        raise NotAllowedNow("此哨尚未吹响", "this whistle was not blown", state=whistle.state)
    return job


def check_live(unit: RoutingUnit, whistle: Whistle, *, who: Principal, tools: Tools) -> Job:
    """
    The same, for what changes who is at work.

    Raises:
        Forbidden, NotAllowedNow: also if the case is closed, or was opened again since.
    """
    job = check_power(unit, whistle, who=who, tools=tools)
    if job.state == "closed" or job.round != whistle.round:
        raise NotAllowedNow("此哨所在的一轮已结束", "the round of this whistle is over", state=job.state)
    return job


def responder_of(unit: RoutingUnit, whistle: Whistle, party: str) -> Dispatch:
    """
    The last dispatch of a party that belongs to the whistle.

    Raises:
        NotFound: the whistle did not call it.
    """
    found = [
        one for one in unit.dispatches_of(whistle.case_no) if one.whistle == whistle.id and one.party == party
    ]
    if not found:
        raise NotFound(f"此哨没有叫 {party}", f"this whistle did not call {party}")
    return found[-1]


def go_on(unit: RoutingUnit, job: Job, whistle: Whistle, *, tools: Tools) -> None:
    """After something that may have completed the round: finish it if so; whoever decides at the same moment must look again."""
    if job.round != whistle.round or job.state in ("done", "closed"):
        return
    if is_done(unit, job):
        finish(unit, job, tools=tools)
    else:
        unit.jobs.put(replace(job, version=job.version + 1))


def _used(unit: RoutingUnit, about: Dispatch, power: Power) -> Dispatch:
    after = use_power(about, power, now=unit.now)
    if after is None:
        raise refused(about, power)
    return after


def refused(about: Dispatch, power: Power) -> NotAllowedNow:
    """Why a power cannot be used on a responder now."""
    return NotAllowedNow(
        f"{about.party} {WORDS[about.state]},不能{_POWER_WORDS[power]}",
        f"{about.party} is {about.state}: {power} is not possible now",
        state=about.state,
    )


def kept_of(unit: RoutingUnit, about: Dispatch) -> Responder:
    return unit.responders.get(about.id) or Responder(
        id=about.id,
        version=0,
        whistle=about.whistle or "",
        case_no=about.case_no,
        district=about.district,
        party=about.party,
    )


def _handling_clock(unit: RoutingUnit, about: Dispatch) -> domain.Clock:
    (clock,) = [one for one in unit.clocks_of(about.case_no) if one.id == about.id]
    return clock
