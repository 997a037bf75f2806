"""
Parties act on their dispatches: sign, arrive, contact, report progress, report; or ask: return, extend. Owners urge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from whistle.contracts import (
    Action,
    Arrive,
    DispatchArrived,
    DispatchContacted,
    DispatchProgressed,
    DispatchRefused,
    DispatchReported,
    DispatchSigned,
    Event,
    FirstContact,
    Message,
    Progress,
    Report,
    Urge,
)
from whistle.errors import Forbidden, Invalid, NotAllowedNow, NotFound, OutOfOrder, Rejected
from whistle.ids import new_id
from whistle.privacy import mask_text
from whistle.topology import party_user
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job
from whistle_routing.handlers.clocks import stop_by
from whistle_routing.handlers.returning.extending import ask_extension
from whistle_routing.handlers.returning.giving_back import give_back
from whistle_routing.handlers.returning.owning import owner_of, urge
from whistle_routing.handlers.returning.pleading import settled_plea
from whistle_routing.handlers.telling import tell_party
from whistle_routing.handlers.whistling.answering import check_responder, follow_responder
from whistle_routing.handlers.whistling.ending import finish, is_done
from whistle_routing.store import RoutingUnit, actions
from whistle_routing.tools import Tools


def take_action(unit: RoutingUnit, event: Event[Action], user: str | None, *, tools: Tools) -> None:
    """
    A party acts. What is refused is recorded and answered to whoever sent it.

    Raises:
        OutOfOrder: an earlier action about the same dispatch is itself to be tried again; this one may build upon it.
    """
    refusal: Rejected | None = None
    try:
        found = _own_dispatch(unit, event.data, user, tools=tools)
        apply_action(unit, found, event.data, tools=tools)
    except (Forbidden, Invalid, NotAllowedNow, NotFound) as error:
        if isinstance(error, NotAllowedNow) and unit.tries_again(event.data.dispatch, before=event.id):
            raise OutOfOrder("前一个动作尚待重试", "an earlier action is still to be tried again") from error
        refusal = error
        _answer_refusal(unit, event, user, error, tools=tools)
    _log_action(
        unit, event.data, action_id=event.id, user=user or "-", refused=refusal.code if refusal else None
    )


def act_for_party(
    unit: RoutingUnit, dispatch_id: str, action: Action, *, user: str, tools: Tools
) -> Dispatch:
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


def _own_dispatch(unit: RoutingUnit, action: Action, user: str | None, *, tools: Tools) -> Dispatch:
    found = unit.dispatches.get(action.dispatch)
    if found is None:
        raise NotFound("没有这个派单", "there is no such dispatch")
    if isinstance(action, Urge):
        job = unit.jobs.get(found.case_no)
        if job is None or user != party_user(found.district, owner_of(job, tools)):
            raise Forbidden("只有首办单位可以催办", "only the party that owns the case urges")
    elif user != party_user(found.district, found.party):
        raise Forbidden("这不是派给您的", "this dispatch is not yours")
    return found


def apply_action(unit: RoutingUnit, found: Dispatch, action: Action, *, tools: Tools) -> Dispatch:
    """
    Raises:
        NotAllowedNow: the transition table does not allow it. Invalid: an arrival that its proof does not show; what is asked for
            lacks something.
    """
    job, verb = unit.jobs.get(found.case_no), action.verb()
    if isinstance(action, Urge):
        return urge(unit, found, action, tools=tools)
    changed = found if verb in _ASKED else domain.act(found, verb, by=action.by, now=unit.now)
    if changed is None or job is None or found.round != job.round or job.state == "closed":
        words = domain.WORDS
        raise NotAllowedNow(
            f"派单{words[found.state]},不能再{words[verb]}",
            f"the dispatch is {found.state}: {verb} is not possible now",
            state=found.state,
        )
    if found.whistle or isinstance(action, Arrive):
        check_responder(unit, found, action)
    if verb in _ASKED:
        return _ASKED[verb](unit, job, found, action, tools=tools)
    if not changed.open:
        changed = settled_plea(unit, changed, why="派单已办结 / reported", tools=tools)
    unit.dispatches.put(changed)
    late = stop_by(unit, changed, verb, tools=tools)
    _FOLLOW[verb](unit, job, changed, action, late)
    if changed.whistle:
        follow_responder(unit, changed, action, late)
    if verb == "report" and is_done(unit, job):
        finish(unit, job, tools=tools)
    return changed


def _signed(unit: RoutingUnit, _job: Job, changed: Dispatch, action: Any, _late: bool | None) -> None:
    _emit(
        unit,
        changed,
        DispatchSigned(dispatch=changed.id, party=changed.party, by=action.by, version=changed.version),
    )


def _arrived(unit: RoutingUnit, _job: Job, changed: Dispatch, action: Arrive, _late: bool | None) -> None:
    told = DispatchArrived(
        dispatch=changed.id,
        party=changed.party,
        by=action.by,
        proof=replace(action.proof, code=None) if action.proof else None,
        version=changed.version,
    )
    _emit(unit, changed, told)


def _progressed(
    unit: RoutingUnit, _job: Job, changed: Dispatch, action: Progress, _late: bool | None
) -> None:
    told = DispatchProgressed(
        dispatch=changed.id,
        party=changed.party,
        by=action.by,
        text=mask_text(action.text),
        version=changed.version,
    )
    _emit(unit, changed, told)


def _reported(unit: RoutingUnit, job: Job, changed: Dispatch, action: Report, late: bool | None) -> None:
    called = unit.dispatches_of(job.no)
    whistle = unit.whistle_of(job.no, job.round)
    done = is_done(unit, job)
    told = DispatchReported(
        dispatch=changed.id,
        party=changed.party,
        by=action.by,
        text=mask_text(action.text),
        members=action.members,
        round=changed.round,
        case_done=done,
        reports=domain.count_reports(called, job.round),
        vetoes=whistle.vetoes if whistle else 0,
        late=late,
        version=changed.version,
    )
    _emit(unit, changed, told)
    if not done:
        # two parties that report at the same moment must not both take the other for unfinished
        unit.jobs.put(replace(job, version=job.version + 1))


def _contacted(
    unit: RoutingUnit, _job: Job, changed: Dispatch, action: FirstContact, _late: bool | None
) -> None:
    told = DispatchContacted(
        dispatch=changed.id,
        party=changed.party,
        by=action.by,
        text=mask_text(action.text)[:1000],
        version=changed.version,
    )
    _emit(unit, changed, told)


_FOLLOW: Mapping[str, Callable[[RoutingUnit, Job, Dispatch, Any, bool | None], None]] = {
    "sign": _signed,
    "arrive": _arrived,
    "progress": _progressed,
    "report": _reported,
    "first_contact": _contacted,
}
_WORDS = ("text", "basis", "reason")
_ASKED: Mapping[str, Callable[..., Dispatch]] = {"return": give_back, "extend": ask_extension}
"""What a party asks for; not always it gets it."""


def _emit(unit: RoutingUnit, about: Dispatch, message: Message) -> None:
    unit.emit(message, district=about.district, case_no=about.case_no, party=about.party)


def _answer_refusal(
    unit: RoutingUnit, event: Event[Action], user: str | None, error: Rejected, *, tools: Tools
) -> None:
    district, _, party = (user or "").partition(".")
    known = tools.parties.get(district, {}).get(party)
    if known is None:
        return
    refused = DispatchRefused(
        dispatch=event.data.dispatch,
        action=event.data.verb(),
        action_id=event.id[:100],
        code=error.code,
        reason=str(error)[:1000],
    )
    tell_party(unit, known, refused, district=district, tools=tools)


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
        "said": _said(action),
    }
    unit.add(actions, row)


def _said(action: Action) -> str | None:
    """The words of an action, for whoever reads later what was done; masked as they are told to the services."""
    words = next((text for name in _WORDS if (text := getattr(action, name, ""))), "")
    return mask_text(words) or None
