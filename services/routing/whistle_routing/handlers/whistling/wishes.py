"""
What somebody who wants to blow a whistle says, and whether it may be done now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from whistle.auth import Principal
from whistle.contracts.plugin import Level
from whistle.contracts.timing import Span
from whistle.errors import Forbidden, Invalid, NotAllowedNow
from whistle.plugins.whistle_terms import WhistleTerms
from whistle_routing.domain import Dispatch, Job
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_STATES: Mapping[str, tuple[str, str]] = {
    "pending": ("正在决定由谁办理,请稍候再吹哨", "it is being decided who handles it: try again in a moment"),
    "ruling": ("两次退单,等待裁定由谁办理", "it was returned twice and waits for the arbiter's ruling"),
    "done": ("各单位均已办结,等待答复", "all who were called have reported; it waits for the answer"),
    "closed": ("诉求已办结", "the case is closed"),
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which class, who leads, who joins, why; ``within`` is how long they may take, if the blower says so."""

    whistle_class: Level
    lead: str
    co_handlers: tuple[str, ...]
    reason: str
    within: str | None = None


def check_wish(
    unit: RoutingUnit, job: Job, wish: Wish, *, who: Principal, terms: WhistleTerms, tools: Tools
) -> None:
    """
    Raises:
        Forbidden: the district does not let this role blow this class. Invalid: unknown or doubled parties, nobody to join, a
            length of time that is none. NotAllowedNow: the case is not at work, or there is a whistle already.
    """
    if not terms.lets_blow(who.role):
        raise Forbidden(
            f"您的角色 {who.role} 不能吹{wish.whistle_class} 类哨,可以吹的: {', '.join(terms.blowers)}",
            f"the role {who.role} may not blow a {wish.whistle_class} whistle; these may: {', '.join(terms.blowers)}",
        )
    check_time(job)
    alive = unit.live_whistle(job.no, job.round)
    if alive is not None:
        waits = alive.state == "requested"
        raise NotAllowedNow(
            "已申请吹哨,等待批准" if waits else "已吹哨;要加单位请用召集",
            "a whistle waits for approval already"
            if waits
            else "the whistle is blown already: summon further parties",
            whistle=alive.id,
        )
    _check_said(unit, job, wish, tools=tools)


def check_time(job: Job) -> None:
    """
    Raises:
        NotAllowedNow: the case is not at work.
    """
    if job.state != "routed":
        raise NotAllowedNow(*_STATES[job.state], state=job.state)


def check_parties(job: Job, named: Mapping[str, Collection[str]], *, tools: Tools) -> None:
    """
    Raises:
        Invalid: by field, which party is unknown, named twice, or gave this case back.
    """
    known = tools.parties.get(job.district, {})
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for field, parties in named.items():
        for party in parties:
            if party not in known:
                wrong.setdefault(field, []).append(
                    f"本区没有单位 {party} / no party {party} in this district"
                )
            elif party in seen:
                wrong.setdefault(field, []).append(f"{party} 重复 / {party} is named twice")
            elif party in job.returned_by:
                wrong.setdefault(field, []).append(
                    f"{party} 已依据退回本件 / {party} gave this case back with a legal basis"
                )
            seen.add(party)
    if wrong:
        raise Invalid("单位有误", "these parties cannot be called", fields=wrong)


def _check_said(unit: RoutingUnit, job: Job, wish: Wish, *, tools: Tools) -> None:
    """All that is wrong at once, so that nobody corrects one field to be told of the next."""
    wrong: list[Invalid] = []
    try:
        check_parties(job, {"lead": (wish.lead,), "co_handlers": wish.co_handlers}, tools=tools)
        _check_joint(unit, job, wish)
    except Invalid as error:
        wrong.append(error)
    try:
        _check_within(wish)
    except Invalid as error:
        wrong.append(error)
    if wrong:
        fields = {name: texts for one in wrong for name, texts in one.fields.items()}
        raise Invalid(wrong[0].zh, wrong[0].en, fields=fields)


def _check_joint(unit: RoutingUnit, job: Job, wish: Wish) -> None:
    """One alone is no whistle: somebody joins who is named, or who is at work already."""
    others = {*wish.co_handlers, *(one.party for one in unit.dispatches_of(job.no) if at_work(one, job))}
    if not others - {wish.lead}:
        raise Invalid(
            "吹哨至少要两家单位",
            "a whistle calls two parties at least",
            fields={"co_handlers": ["至少一家协办 / at least one co-handler"]},
        )


def at_work(one: Dispatch, job: Job) -> bool:
    """Is this dispatch of the present round, and its party still at work?"""
    return one.open and one.round == job.round


def _check_within(wish: Wish) -> None:
    if wish.within is not None and Span.parse(wish.within) is None:
        text = (
            '应为时限,如 "2 个工作日"、"24 小时" / must be a length of time like "2 working days", "24 hours"'
        )
        raise Invalid("时限有误", "not a length of time", fields={"within": [text]})
