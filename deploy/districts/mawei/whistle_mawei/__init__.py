"""
Mawei (马尾区): 「民意导向」, five handling classes by nature, difficulty and scope of powers (S1-10); the residents' think tank in
disputes with property companies (S1-5), and what is hot for long is offered to the institutions of the place (S1-17).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from whistle.plugins import Case, Classification, Decision, Deed, DistrictPlugin, Facts, Reason, Trigger

OWN_HANDS = ("community", "street", "property", "contractor")
"""Kinds of party that the community itself can set to work; all others are beyond its powers (S0-3)."""
TYPHOON_MONTHS = range(7, 10)
"""July to September."""
DISPUTES = (
    *("物业费上涨", "物业纠纷", "物业矛盾", "业主与物业", "与物业发生"),
    *("更换物业", "换物业", "物业退出", "选聘物业"),
)
"""Words of a dispute between residents and a property company, like that of 君竹明居 in 2019."""
ABOUT_PROPERTY = ("property", "estate")
"""How the rules about property companies begin; elsewhere, say at a developer's, the words mean something else."""
HOT = ("多次反映", "长期反映", "一直没解决", "多年没解决", "反映多年", "老问题")
"""Words that say: this has been asked for long."""
HOT_AFTER = 2
"""So often dissatisfied, a matter is hot whatever its words."""
OFFERED = {
    "youth-league": ("放学", "托管", "四点半", "青少年", "未成年"),
    "education-bureau": ("放学", "托管", "四点半", "学生"),
    "maternity-hospital": ("义诊", "体检", "孕", "母婴"),
    "womens-federation": ("妇女", "家风", "家暴", "婆媳"),
    "resident-primary-school": ("操场", "健身", "场地"),
    "resident-clinic": ("孤寡", "空巢", "量血压"),
    "resident-port-company": ("台风", "防汛", "沙袋"),
    "resident-shipyard": ("维修", "焊接"),
}
"""Which institutions are asked to claim what: by what each pledged (S1-6) or is there for."""
ADVISED = "S1-5 社区智囊团"
COUNCIL = "S1-17 社区党建议事会"
UTILITIES = ("water", "drainage", "electricity", "gas", "heating", "telecom")
"""Called directly, but their work takes a promised time."""


class Mawei(DistrictPlugin):
    """Tables for the routing; the handling class is judged as Maxian community does."""

    district = "mawei"
    version = "1.0.0"
    api = 1

    def classify(self, case: Case, facts: Facts) -> Classification:
        """
        问题属性 first (a suggestion or missing materials say so), then 职权范围, then 难易程度.

        What the community's own hands can do is 即办 if one of them suffices, 承诺 if several must join; utilities promise
        a time; the rest is reported up to the district's departments.
        """
        said = super().classify(case, facts)
        if case.handling_class or said.handling_class in ("suggestion", "supplement", "immediate"):
            return said
        decided = self.assign(case, facts, said)
        lead = facts.party(decided.lead)
        kind = lead.kind if lead else ""
        if kind in OWN_HANDS and not decided.co_handlers:
            return dataclasses.replace(said, handling_class="immediate")
        if kind in OWN_HANDS or kind in UTILITIES:
            return dataclasses.replace(said, handling_class="commitment")
        return dataclasses.replace(said, handling_class="report_up")

    def route(self, case: Case, facts: Facts) -> Decision:
        """As the tables say; the think tank joins where residents and a property company are at odds (S1-5)."""
        usual = super().route(case, facts)
        words = _said(DISPUTES, case) if usual.reasons[0].rule.startswith(ABOUT_PROPERTY) else []
        advisers = [party.id for party in facts.parties if party.kind == "think-tank"] if words else []
        return _joined(
            usual, facts, advisers, Reason(rule=ADVISED, evidence="、".join(words), confidence=1.0)
        )

    def escalate(self, case: Case, facts: Facts, trigger: Trigger) -> Decision:
        """
        What is hot for long, or exceeds powers, goes to the community's party-building council, which asks the institutions whose
        strengths fit to claim it (对接认领, S1-17); who claims it leads is what the council's minutes say.
        """
        usual = super().escalate(case, facts, trigger)
        words = _said(HOT, case)
        hot = words or facts.history.reopened >= HOT_AFTER
        if not hot or trigger.kind not in ("dissatisfied", "out_of_powers"):
            return usual
        asked = [ident for ident, fits in OFFERED.items() if _said(fits, case)]
        hosts = [party.id for party in facts.parties if party.kind == "community"]
        names = "、".join(party.name for party in facts.parties if party.id in asked) or "各驻区单位"
        why = Reason(rule=COUNCIL, evidence=f"请{names}对接认领", confidence=1.0)
        joined = _joined(usual, facts, (*hosts, *asked), why)
        return joined if joined is not usual else dataclasses.replace(usual, reasons=(*usual.reasons, why))

    def score(self, deed: Deed) -> int:
        """
        Flood and typhoon duty (防汛抗台, S1-20) counts half more in the months of typhoons, for which ``points.toml`` says
        ``scored_by = "plugin"``.
        """
        if deed.item == "flood-duty" and deed.day.month in TYPHOON_MONTHS:
            return deed.tenths * 3 // 2
        return deed.tenths


def _said(words: Iterable[str], case: Case) -> list[str]:
    text = f"{case.title}\n{case.text}"
    return [word for word in words if word in text]


def _joined(usual: Decision, facts: Facts, parties: Iterable[str], why: Reason) -> Decision:
    """The decision with those beside it who are parties, do not lead, and did not give the case back; if none are, as it is."""
    new = [
        party
        for party in parties
        if facts.party(party) and party not in (*usual.parties, *facts.history.returned_by)
    ]
    if not new:
        return usual
    return dataclasses.replace(
        usual,
        co_handlers=(*usual.co_handlers, *new),
        whistle_class=usual.whistle_class or usual.classification.level,
        reasons=(*usual.reasons, why),
    )
