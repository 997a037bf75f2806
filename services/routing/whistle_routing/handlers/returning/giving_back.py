"""
A party gives its work back (退单), with a legal basis, in time; where the district reviews returns, somebody looks at it first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from whistle.calendar.explaining import moment_en, moment_zh
from whistle.contracts import DispatchDeclined, DispatchReturned, Return
from whistle.errors import (
    AlreadyRuled,
    NoLegalBasis,
    NotAllowedNow,
    ReturnDeclined,
    ReturnWindowClosed,
    UnderReview,
    WhistleError,
)
from whistle.privacy import mask_text
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job, Plea, pleas, returns
from whistle_routing.domain.wishes import is_wish
from whistle_routing.handlers.clocks import stop_by
from whistle_routing.handlers.pending import pend
from whistle_routing.handlers.returning.assigning import assign_by_hand, must_be_party
from whistle_routing.handlers.returning.owning import hand_over, tell_owner
from whistle_routing.handlers.returning.pleading import close_plea, must_be_open, new_plea, open_plea
from whistle_routing.handlers.returning.ruling import open_ruling
from whistle_routing.handlers.returning.windows import return_until, returns_of
from whistle_routing.handlers.telling import tell, tell_party
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.handlers.wishing import offered_on
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Given:
    """Why and by whom work is given back; ``to`` is who gets it instead by the reviewer's word."""

    by: str
    basis: str
    suggested: str = ""
    accepted_by: str = ""
    to: str = ""


def give_back(unit: RoutingUnit, job: Job, found: Dispatch, action: Return, *, tools: Tools) -> Dispatch:
    """
    A party gives its work back: at once, or once the return was reviewed.

    Raises:
        NoLegalBasis, Invalid: no basis, a suggestion that is no other party. AlreadyRuled, ReturnDeclined, UnderReview,
        ReturnWindowClosed, NotAllowedNow: it cannot be given back (any more).
    """
    _check(job, found, action, now=unit.now, tools=tools)
    basis = mask_text(action.basis)
    if is_wish(job.category) or not returns_of(tools, found.district).review:
        changed = domain.act(found, "return", by=action.by, now=unit.now)
        assert changed is not None
        return end_return(
            unit, job, changed, Given(by=action.by, basis=basis, suggested=action.suggested), tools=tools
        )
    plea = new_plea(unit, job, "return", tools=tools, party=found.party, by=action.by, reason=basis)
    plea = open_plea(unit, replace(plea, dispatch=found.id, suggested=action.suggested), job, tools=tools)
    asked = replace(found, plea=plea.id, version=found.version + 1)
    unit.dispatches.put(asked)
    return asked


def _check(job: Job, found: Dispatch, action: Return, *, now: Any, tools: Tools) -> None:
    until = return_until(found, job.handling_class, tools=tools)
    refused = returns.no_return(found, job, until=until, at=now)
    wish = is_wish(job.category)  # no duty: it may be declined for any reason, as long as it is not fulfilled
    if refused is not None and not (wish and refused == "window"):
        raise _refusal(refused, found, until)
    if not wish and not returns.names_a_rule(action.basis):
        raise NoLegalBasis(
            "退单须写明依据的法律法规、三定规定、权责清单或文号",
            "a return names the law, charter, list of duties or document that it is based on",
            fields={"basis": ["须写明依据,如《城市道路照明管理规定》第四条 / name the rule it is based on"]},
        )
    if action.suggested:
        must_be_party(action.suggested, found.district, field="suggested", tools=tools, but=found.party)


def _refusal(refused: returns.NoReturn, found: Dispatch, until: Any) -> WhistleError:
    if refused == "ruled":
        return AlreadyRuled(
            "本件已提交裁定或已裁定,不能再退单",
            "the case was ruled upon, or the arbiter has it: it is not returned",
        )
    if refused == "declined":
        return ReturnDeclined(
            "退单异议已审核不成立,请继续办理", "the return was reviewed and declined: the dispatch stands"
        )
    if refused == "review":
        return UnderReview("派单正在等待审批,请等待结果", "something about this dispatch waits to be decided")
    if refused == "window":
        return ReturnWindowClosed(
            f"退单时限已过(截至 {moment_zh(until)})",
            f"it could be returned until {moment_en(until)}",
            return_until=until.isoformat(),
        )
    return NotAllowedNow(
        f"派单{domain.WORDS[found.state]},不能再退单",
        f"the dispatch is {found.state}: return is not possible now",
        state=found.state,
    )


def end_return(unit: RoutingUnit, job: Job, changed: Dispatch, given: Given, *, tools: Tools) -> Dispatch:
    """
    The work is given back: its clocks stop, the whole case's goes on, and somebody else gets it: by the arbiter after the second
    time, by the reviewer's word, or by the district's rules.
    """
    unit.dispatches.put(changed)
    job = offered_on(job, changed)
    moving = job.state == "routed" or (job.state == "pending" and changed.role == "lead")
    on = moving and returns.sends_on(changed, unit.dispatches_of(job.no))
    if on:
        hand_over(unit, job, tools=tools)
    late = stop_by(unit, changed, "return", tools=tools)
    if changed.whistle:
        note_step(unit, "returned", changed, by=given.by, data={"late": late})
    hop = on and not is_wish(job.category)
    job = replace(job, returned_by=(*job.returned_by, changed.party), hops=job.hops + hop)
    told = DispatchReturned(
        dispatch=changed.id,
        party=changed.party,
        by=given.by,
        basis=given.basis,
        suggested=given.suggested,
        hop=job.hops,
        accepted_by=given.accepted_by,
        late=late,
        version=changed.version,
    )
    unit.emit(told, district=job.district, case_no=job.no, party=changed.party)
    if given.accepted_by:
        tell_asker(unit, changed, told, tools=tools)
    if on:
        tell_owner(unit, job, told, but=changed.party, tools=tools)
    _send_on(unit, job, changed, given, on=on, tools=tools)
    return changed


def _send_on(unit: RoutingUnit, job: Job, changed: Dispatch, given: Given, *, on: bool, tools: Tools) -> None:
    if on and returns.must_be_ruled(job):
        open_ruling(
            unit, job, changed, by=given.by, reason=given.basis, suggested=given.suggested, tools=tools
        )
    elif given.to and (on or job.state == "routed"):
        assign_by_hand(
            unit, job, changed, to=given.to, by=given.accepted_by, why=given.basis, rule="review", tools=tools
        )
    elif on:
        hint = f";建议转派 / suggested: {given.suggested}" if given.suggested else ""
        pend(unit, job, "returned", f"{given.basis}{hint}")
    else:
        unit.jobs.put(replace(job, version=job.version + 1))
        unit.wake("route_pending")  # if it was being decided, that was about who was at work before


def tell_asker(unit: RoutingUnit, about: Dispatch, message: Any, *, tools: Tools) -> None:
    """The party itself hears what became of what it asked."""
    party = tools.parties.get(about.district, {}).get(about.party)
    if party is not None:
        tell_party(
            unit, party, message, district=about.district, tools=tools, case=unit.jobs.get(about.case_no)
        )


def decide_return(
    unit: RoutingUnit, plea: Plea, *, grant: bool, by: str, reason: str, to: str = "", tools: Tools
) -> Plea:
    """
    Objection review (派单异议审核): the return is accepted, and the case goes to another (``to``, if somebody is named), or it is
    declined and the dispatch stands, as if nothing had been asked.

    Raises:
        NotAllowedNow: it was decided already. Invalid: ``to`` is no other party.
    """
    must_be_open(plea)
    found, job = unit.dispatches.get(plea.dispatch), unit.jobs.get(plea.case_no)
    if found is None or job is None or not found.open or found.plea != plea.id:
        raise NotAllowedNow("派单已结束,不必再审核", "the dispatch has ended: there is nothing to review")
    reason = mask_text(reason)[:1000]
    if not grant:
        return _decline(unit, plea, found, by=by, reason=reason, tools=tools)
    if to:
        must_be_party(to, plea.district, field="to", tools=tools, but=found.party)
    decided = pleas.decide(plea, "granted", at=unit.now, by=by, answer=reason, assigned=to or None)
    close_plea(unit, decided, tools=tools)
    given = Given(by=plea.by, basis=plea.reason, suggested=plea.suggested, accepted_by=by, to=to)
    end_return(unit, job, domain.take_back(found, "returned", now=unit.now), given, tools=tools)
    return decided


def _decline(unit: RoutingUnit, plea: Plea, found: Dispatch, *, by: str, reason: str, tools: Tools) -> Plea:
    decided = pleas.decide(plea, "declined", at=unit.now, by=by, answer=reason)
    close_plea(unit, decided, tools=tools)
    stands = replace(found, plea=None, bound="declined", version=found.version + 1)
    unit.dispatches.put(stands)
    told = DispatchDeclined(
        plea=plea.id,
        kind="return",
        dispatch=found.id,
        party=found.party,
        by=by,
        reason=reason,
        version=stands.version,
    )
    tell(unit, told, district=found.district, party=found.party, case_no=found.case_no, tools=tools)
    return decided
