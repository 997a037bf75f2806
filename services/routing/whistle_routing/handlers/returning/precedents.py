"""
Precedents: recorded with a ruling, followed by decisions, revoked by people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from whistle.contracts.plugin import Decision, Reason
from whistle.errors import Invalid, NotAllowedNow
from whistle.ids import new_id
from whistle.plugins.desk import Request
from whistle.privacy import mask_text
from whistle_routing.domain import Job, Plea, Precedent, precedents
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Equal:
    """
    Which cases are equal to the one ruled upon. What is None is taken from that case: its category, and the words of the district's
    rules that occur in it; what is empty is not asked for.
    """

    category: str | None = None
    keywords: tuple[str, ...] | None = None
    place_kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """
    What the arbiter says. ``equal``: which cases count as equal from now on (None: the ruling is no precedent); ``until``: the end
    of the precedent.
    """

    party: str
    reason: str
    by: str
    equal: Equal | None = None
    until: dt.datetime | None = None


def record(unit: RoutingUnit, job: Job, plea: Plea, equal: Equal, *, by: Ruling, tools: Tools) -> Precedent:
    """
    Enter a ruling in the district's catalogue.

    Raises:
        Invalid: it would fit every case, because nothing is named.
    """
    category = (job.category or "") if equal.category is None else equal.category
    keywords = words_of(job, tools) if equal.keywords is None else tuple(dict.fromkeys(equal.keywords))
    if not (category or keywords or equal.place_kind):
        zh, en = (
            "先例须至少写明类别、关键词或地点类型之一",
            "a precedent names a category, keywords or a kind of place",
        )
        raise Invalid(zh, en, fields={"precedent": [f"{zh} / {en}"]})
    made = Precedent(
        id=new_id(),
        version=1,
        district=job.district,
        party=by.party,
        category=category,
        keywords=keywords,
        place_kind=equal.place_kind or None,
        case_no=job.no,
        plea=plea.id,
        reason=by.reason,
        by=by.by,
        since=unit.now,
        until=by.until,
    )
    unit.precedents.put(made)
    return made


def by_precedent(request: Request, decision: Decision, *, source: str, tools: Tools) -> tuple[Decision, str]:
    """The decision that a precedent makes in place of the district's rules, or the rules' own; and who decided."""
    entries = tools.catalogue.of(request.case.district)
    found = precedents.fitting(entries, request.case, request.facts, decision) if entries else None
    if found is None:
        return decision, source
    return precedents.follow(decision, *found), "person"


def as_ruled(unit: RoutingUnit, job: Job, decision: Decision) -> Decision:
    """A ruling holds until the case ends: in a new round whom it named leads again, whatever the rules say."""
    plea = unit.pleas.get(job.ruling)
    if plea is None or plea.assigned is None:
        return decision
    joining = tuple(party for party in decision.co_handlers if party != plea.assigned)
    reason = Reason(rule=f"ruling.{plea.id}", evidence=plea.answer or "-", confidence=1.0)
    return replace(
        decision,
        lead=plea.assigned,
        co_handlers=joining,
        whistle_class=decision.whistle_class if joining else None,
        reasons=(reason, *decision.reasons),
    )


def revoke(unit: RoutingUnit, one: Precedent, *, by: str, why: str) -> Precedent:
    """
    Take an entry out of the catalogue from now on; it stays on record.

    Raises:
        NotAllowedNow: it was revoked before.
    """
    if one.revoked_at is not None:
        raise NotAllowedNow(
            f"先例已由 {one.revoked_by} 撤销", f"the precedent was revoked by {one.revoked_by} before"
        )
    revoked = precedents.revoke(one, at=unit.now, by=by, why=mask_text(why)[:1000])
    unit.precedents.put(revoked)
    return revoked


def words_of(job: Job, tools: Tools) -> tuple[str, ...]:
    """The words of the district's rules that occur in the case."""
    pack = tools.packs.get(job.district)
    words = {word for rule in pack.tables.rules for word in rule.keywords} if pack else set()
    return precedents.words_in(words, f"{job.title}\n{job.text}")
