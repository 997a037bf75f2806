"""
Giving work back (退单): when a party may, upon what, and what the clock of the whole case is meanwhile (domain D3, S4-19).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from whistle_routing.domain.clocks import Clock, ClockState, Grant
from whistle_routing.domain.dispatches import ACTIONS, Dispatch
from whistle_routing.domain.jobs import RULED_AFTER_HOPS, Job
from whistle_routing.domain.timetable import Timetable

NoReturn = Literal["state", "ruled", "declined", "review", "window"]
"""Why work cannot be given back; in this order, the first that applies is told."""

_RULE = re.compile(
    r"《[^《》]{2,}》|第\s*[一二三四五六七八九十百零〇\d]+\s*[条款项]|[〔\[(（]\d{4}[〕\])）]\s*\d+\s*号"
    r"|(?<![无没办方设想做看说依合违非用书])法(?![子办人定])|(?<![没有想无])办法|(?<![没有])方案"
    r"|三定|条例|规定|规章|细则|清单|目录|批复|公告|合同|协议|\b(?:act|law|article|regulations?|by-?law|charter|contract)\b|§",
    re.IGNORECASE,
)


def names_a_rule(basis: str) -> bool:
    """
    Does the basis of a return name what it is based on: a law, a rule, the three decisions (三定) on an office's duties, a list of
    powers, a document's number, a contract? That it is "not ours" is an opinion, no basis.
    """
    return bool(_RULE.search(basis))


def no_return(dispatch: Dispatch, job: Job, *, until: dt.datetime, at: dt.datetime) -> NoReturn | None:
    """Why this work cannot be given back at ``at``; None: it can. ``until`` is the end of the window."""
    if (dispatch.state, "return") not in ACTIONS:
        return "state"
    if dispatch.bound == "ruled" or job.ruling is not None:
        return "ruled"
    if dispatch.bound == "declined":
        return "declined"
    if dispatch.plea is not None:
        return "review"
    return "window" if at > until else None


def sends_on(dispatch: Dispatch, others: Iterable[Dispatch]) -> bool:
    """
    Does the end of this dispatch leave the case without a lead, or without anybody at work? ``others`` may hold the dispatch too.
    """
    at_work = [one for one in others if one.id != dispatch.id and one.round == dispatch.round and one.open]
    return dispatch.role == "lead" or not at_work


def must_be_ruled(job: Job) -> bool:
    """Was the case given back so often that the arbiter is asked and no rule?"""
    return job.hops >= RULED_AFTER_HOPS


# --- the clock of the whole case ------------------------------------------------------------------------------------------


def whole(lead: Clock, *, ident: str, owner: str) -> Clock:
    """
    The handling clock of the whole case, once it leaves the hands of its first lead: that lead's clock as it stands, with its
    start, its moves and its colour, and the case's owner in place of the lead. Until then the lead's clock is the case's.
    """
    return replace(lead, id=ident, dispatch=None, party=owner, version=1)


def continued(case: Clock, *, ident: str, sent: Dispatch) -> Clock:
    """The handling clock of work that is sent on: that of the whole case. It has colours of its own, for it is another party's."""
    state: ClockState = "extended" if case.extended else "running"
    if case.state == "paused":
        state = "paused"
    return replace(
        case,
        id=ident,
        version=1,
        dispatch=sent.id,
        party=sent.party,
        state=state,
        warned=False,
        next_at=None if state == "paused" else case.warn_at,
        stopped_at=None,
        late=None,
    )


def afresh(
    case: Clock, grant: Grant, least: Grant | None, *, sooner: bool, at: dt.datetime, table: Timetable
) -> Grant | None:
    """
    What whoever gets the case later is granted anew instead of what is left of the whole case's time; None: just that.

    With ``sooner`` (somebody said how long it may take) a dispatch that would be due earlier even if it were the first is due then.
    ``least``, if a district has it, is what everybody has at least, but never more than a first dispatch would.
    """
    if case.state == "paused":
        return None
    due = table.due(at, grant.span.amount, grant.span.unit)
    if due < case.due_at:
        return grant if sooner else None
    if least is None:
        return None
    least_due = table.due(at, least.span.amount, least.span.unit)
    if least_due <= case.due_at:
        return None
    return least if least_due < due else grant
