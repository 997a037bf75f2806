"""
Zoucheng (邹城市): 「一家人」; small matters stay in the grid, big ones in the community (S4-5); common
requests get a lasting fix (S4-15).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from whistle.plugins import Case, Classification, Decision, DistrictPlugin, Facts, Reason

SMALL = ("property", "community", "mediation", "volunteer-team", "contractor", "police-room")
"""Kinds of party whose work a grid can see done itself, with its volunteers and the community behind it (S4-11)."""
COMMON = ("共性", "多次反映", "反复", "屡次", "每年都", "年年", "整栋", "全小区", "许多居民", "很多居民")
"""Words that say: it is not the first time, or not only one household (S4-15)."""
REPEATED = 4
"""After so many others of its category from the same grid (``[repeats]``) a request is common, whatever it says itself."""
COMMON_TAG = "common-issue"
"""What a case is tagged with that was linked to a common issue."""
COUNCIL = ("governance-office", "petition-office", "justice-office")
"""联合会商 (S4-21)."""
LAWYER, LEGAL = "lawyer", ("lawyer", "justice")
THURSDAY = 3
CHINA = dt.timezone(dt.timedelta(hours=8))

IN_GRID = "S4-5 小事不出网格"
IN_COMMUNITY = "S4-5 大事不出社区"
LASTING = "S4-15 共性诉求建立长效机制"
DUTY_DAY = "S4-16 周四律师坐班"


class Zoucheng(DistrictPlugin):
    """Tables for whom it concerns; the grid is asked first, and what comes again is worked on as common."""

    district = "zoucheng"
    version = "1.0.0"
    api = 1

    def route(self, case: Case, facts: Facts) -> Decision:
        """A common request goes to the community with the joint consultation; a small one stays in its grid."""
        said = self.classify(case, facts)
        common = self._common(case, facts, said)
        if common and said.level != "urgent":
            return self._lasting(case, facts, said, common)
        usual = self.assign(case, facts, said)
        lead = facts.party(usual.lead)
        if lead is None or lead.kind in LEGAL:
            return _on_thursday(usual, facts)
        if lead.kind not in SMALL and usual.lead != self.tables.duty_desk:
            return usual
        small = said.level == "daily"
        here = _nearest("grid" if small else "community", case, facts)
        if here is None:
            return _on_thursday(usual, facts)
        rule = IN_GRID if small else IN_COMMUNITY
        return _on_thursday(self._kept(case, facts, usual, here=here, rule=rule), facts)

    def _common(self, case: Case, facts: Facts, said: Classification) -> str:
        """Why it is a common request, in words; empty if it is none."""
        if COMMON_TAG in case.tags:
            return COMMON_TAG
        if facts.history.reopened:
            return f"重办 {facts.history.reopened} 次"
        before = facts.repeats.get(said.category, 0)
        if before >= REPEATED:
            return f"{self.tables.repeat_days} 天内本网格同类第 {before + 1} 件"
        return "、".join(word for word in COMMON if word in f"{case.title}\n{case.text}")

    def _kept(self, case: Case, facts: Facts, usual: Decision, *, here: str, rule: str) -> Decision:
        """The same, led from ``here``; in the grid it is an immediate item unless somebody said otherwise."""
        kind = usual.classification
        if rule == IN_GRID and kind.handling_class == "commitment" and case.handling_class is None:
            usual = self.assign(case, facts, dataclasses.replace(kind, handling_class="immediate"))
        behind = () if usual.lead == self.tables.duty_desk else (usual.lead,)
        return _led(usual, facts, here, with_=behind, why=Reason(rule=rule, evidence=here, confidence=1.0))

    def _lasting(self, case: Case, facts: Facts, said: Classification, common: str) -> Decision:
        """
        Not once more the same repair: the community leads, whoever is responsible and the joint consultation sit with it.

        It has the longest deadline, because a mechanism is to come out of it, not an answer.
        """
        stays = case.handling_class or said.handling_class == "supplement"
        kind = said if stays else dataclasses.replace(said, handling_class="report_up")
        usual = self.assign(case, facts, kind)
        behind = () if usual.lead == self.tables.duty_desk else (usual.lead,)
        lead = _nearest("community", case, facts) or usual.lead
        why = Reason(rule=LASTING, evidence=common, confidence=1.0)
        return _led(usual, facts, lead, with_=(*behind, *COUNCIL), why=why, whistle="major")


def _nearest(kind: str, case: Case, facts: Facts) -> str | None:
    """The party of a kind that the place of the case belongs to; None if the place is not known or it gave the case back."""
    area = facts.above(case.grid)
    fitting = [
        (area.index(party.grid), party.id)
        for party in facts.parties
        if party.kind == kind and party.grid in area and party.id not in facts.history.returned_by
    ]
    return min(fitting)[1] if fitting else None


def _on_thursday(usual: Decision, facts: Facts) -> Decision:
    """Says when the lawyer sits, if the lawyer is called."""
    if LAWYER not in usual.parties:
        return usual
    today = facts.now.astimezone(CHINA).date()
    day = today + dt.timedelta(days=(THURSDAY - today.weekday()) % 7)
    why = Reason(rule=DUTY_DAY, evidence=f"{day.isoformat()}(周四)", confidence=1.0)
    return dataclasses.replace(usual, reasons=(*usual.reasons, why))


def _led(
    usual: Decision,
    facts: Facts,
    lead: str,
    *,
    with_: Iterable[str],
    why: Reason,
    whistle: str | None = None,
) -> Decision:
    """The decision with this lead, and beside it ``with_`` and whoever joined before."""
    joining = tuple(
        dict.fromkeys(
            party
            for party in (*with_, *usual.co_handlers)
            if party != lead and facts.party(party) and party not in facts.history.returned_by
        )
    )
    said = "major" if whistle == "major" else usual.whistle_class or usual.classification.level
    return dataclasses.replace(
        usual,
        lead=lead,
        co_handlers=joining,
        whistle_class=said if joining else None,
        reasons=(why, *usual.reasons),
    )
