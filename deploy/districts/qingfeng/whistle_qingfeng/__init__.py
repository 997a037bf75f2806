"""
Qingfeng (清风街道): 「五微工作法」; what lies inside a compound is decided by its deliberation group (S2-5).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from whistle.plugins import Case, Decision, DistrictPlugin, Facts, Reason, Trigger

GROUP = (
    "community",
    "property",
    "owners-committee",
    "area-chief",
    "police",
    "urban-management",
    "street-desk",
)
"""
Whose work the deliberation group of a compound takes on: that of its own six parties (S2-5), and what nobody is known for.
The area chief, who leads the group, calls police and urban management in where they are needed.
"""
UTILITIES = ("water", "drainage", "electricity", "gas", "telecom")
AGAINST_PROPERTY = (
    "物业不作为",
    "物业拒",
    "乱收费",
    "物业费上涨",
    "物业退出",
    "投诉物业",
    "物业态度",
    "没有物业",
    "选聘物业",
)
"""Words that say: the property company cannot lead, because the matter is about itself."""
WISH = "wish"
"""How the rules of the need list begin (S2-13): a wish is for whom they name, inside a compound too."""

GROUPED = "S2-5 小区协商议事群"
CHAIRED = "S2-5 片长牵头"
FOLLOWED = "S2-5 片长跟进"
OFFERED = "S2-13 继续推送"


class Qingfeng(DistrictPlugin):
    """Tables for the routing; a matter of a compound is dealt with in the compound (小区里的事小区里办)."""

    district = "qingfeng"
    version = "1.0.0"
    api = 1

    def route(self, case: Case, facts: Facts) -> Decision:
        """
        Inside a compound the property company leads, or the area chief where there is none or it is about the company itself.

        A utility keeps its work, and the area chief follows it up. Micro-wishes and what belongs to departments stay with
        whom the tables name (S2-13).
        """
        usual = super().route(case, facts)
        compound = _compound(case, facts)
        lead = facts.party(usual.lead)
        if compound is None or lead is None or _is_wish(usual):
            return usual
        chief = _of("area-chief", compound, facts)
        if lead.kind in UTILITIES and chief:
            others = (chief, *(_own(one, compound, facts) for one in usual.co_handlers))
            return _led(usual, facts, usual.lead, with_=others, why=_why(FOLLOWED, compound))
        if lead.kind not in GROUP:
            return usual
        company, owners = (_of(kind, compound, facts) for kind in ("property", "owners-committee"))
        called = tuple(_own(one, compound, facts) for one in usual.parties)
        words = [word for word in AGAINST_PROPERTY if word in f"{case.title}\n{case.text}"]
        if company and not words:
            alone = {company, None} >= set(called)
            others = called if alone else (chief, *called)
            return _led(usual, facts, company, with_=others, why=_why(GROUPED, compound))
        if chief:
            others = (owners, *called, company)
            return _led(usual, facts, chief, with_=others, why=_why(CHAIRED, compound, *words))
        return usual

    def escalate(self, case: Case, facts: Facts, trigger: Trigger) -> Decision:
        """A wish that was declined is offered to the next on the need list, at last to the community, which keeps it (S2-13)."""
        usual = self.route(case, facts)
        if trigger.kind != "returned" or not _is_wish(usual):
            return super().escalate(case, facts, trigger)
        why = Reason(rule=OFFERED, evidence=trigger.detail[:200], confidence=1.0)
        return dataclasses.replace(usual, reasons=(*usual.reasons, why))


def _is_wish(decision: Decision) -> bool:
    return decision.reasons[0].rule.startswith(WISH)


def _compound(case: Case, facts: Facts) -> str | None:
    """The compound that the case lies in: by its place in the grid, else the only one that its words name."""
    compounds = {node.code: node.name for node in facts.grid if node.kind == "compound"}
    area = facts.above(case.grid)
    if area:
        return next((code for code in area if code in compounds), None)
    words = f"{case.place}\n{case.title}\n{case.text}"
    named = [code for code, name in compounds.items() if name in words]
    return named[0] if len(named) == 1 else None


def _of(kind: str, compound: str, facts: Facts) -> str | None:
    """The compound's own party of a kind, or that of the area above it; None if there is none or it gave the case back."""
    near = facts.above(compound)[:2]
    fitting = [
        (near.index(party.grid), party.id)
        for party in facts.parties
        if party.kind == kind and party.grid in near and party.id not in facts.history.returned_by
    ]
    return min(fitting)[1] if fitting else None


def _own(party_id: str, compound: str, facts: Facts) -> str | None:
    """The same party, or of property companies and owners' committees the compound's own: the tables may not know where it is."""
    party = facts.party(party_id)
    if party is None or party.kind == "street-desk":
        return None
    return _of(party.kind, compound, facts) if party.kind in ("property", "owners-committee") else party_id


def _why(rule: str, compound: str, *words: str) -> Reason:
    return Reason(rule=rule, evidence="、".join((compound, *words)), confidence=1.0)


def _led(usual: Decision, facts: Facts, lead: str, *, with_: Iterable[str | None], why: Reason) -> Decision:
    """The decision with this lead and ``with_`` beside it."""
    gone = (lead, *facts.history.returned_by)
    joining = tuple(dict.fromkeys(party for party in with_ if party and party not in gone))
    return dataclasses.replace(
        usual,
        lead=lead,
        co_handlers=joining,
        whistle_class=(usual.whistle_class or usual.classification.level) if joining else None,
        reasons=(why, *usual.reasons),
    )
