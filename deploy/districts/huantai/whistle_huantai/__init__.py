"""
Huantai (桓台县): 「小板凳拉呱」; what exceeds the community's powers is carried upward by its workers, not by the resident (S0-3).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from whistle.plugins import Case, Classification, Decision, DistrictPlugin, Facts, Reason

COMMUNITY, STREET = "jinqiu-community", "shaohai-street"
OWN_HANDS = ("community", "property", "contractor", "resident-institution")
"""Whom the community sets to work itself: property companies and renovation contractors are "coordinated" (S0-17)."""
UTILITIES = ("water", "drainage", "electricity", "heating", "gas", "telecom", "broadcast")
"""专营部门: the community calls them itself, and stays with the case until the resident has an answer (S0-18)."""

TAKEN = "S0-8 立即接件"
ON_THE_SPOT = "S0-17 社区直接解决"
COORDINATED = "S0-18 联系专营部门"
UPWARD = "S0-3 超出社区职责,由社区上报"


class Huantai(DistrictPlugin):
    """Tables for whom it concerns; the community's powers say who leads."""

    district = "huantai"
    version = "1.0.0"
    api = 1

    def route(self, case: Case, facts: Facts) -> Decision:
        """
        In the community's powers: decided as the tables say. A utility: the community goes with it. All else: upward.

        What nobody is known for the community takes itself: a resident who came to it is not sent away.
        """
        said = self.classify(case, facts)
        usual = self.assign(case, facts, said)
        lead = facts.party(usual.lead)
        kind = lead.kind if lead else ""
        if usual.lead == self.tables.duty_desk:
            if not _may(COMMUNITY, facts):
                return usual
            return _led(
                usual, facts, COMMUNITY, why=Reason(rule=TAKEN, evidence="先接件再归类", confidence=1.0)
            )
        if kind in OWN_HANDS:
            return _led(usual, facts, usual.lead, why=_why(ON_THE_SPOT, usual))
        if kind in UTILITIES:
            return _led(usual, facts, usual.lead, with_=(COMMUNITY,), why=_why(COORDINATED, usual))
        return self._carried_upward(case, facts, said)

    def _carried_upward(self, case: Case, facts: Facts, said: Classification) -> Decision:
        """
        The street leads and brings in the department; what is major or urgent goes to the department at once.

        The community joins in either way: the resident has said it once and never files again.
        """
        stays = case.handling_class or said.handling_class in ("suggestion", "supplement")
        kind = said if stays else dataclasses.replace(said, handling_class="report_up")
        usual = self.assign(case, facts, kind)
        by_street = kind.level == "daily" and _may(STREET, facts)
        lead = STREET if by_street else usual.lead
        others = (usual.lead, COMMUNITY) if by_street else (STREET, COMMUNITY)
        return _led(usual, facts, lead, with_=others, why=_why(UPWARD, usual))


def _may(party: str, facts: Facts) -> bool:
    """Is this party there, and has it not given the case back?"""
    return facts.party(party) is not None and party not in facts.history.returned_by


def _why(rule: str, usual: Decision) -> Reason:
    return Reason(rule=rule, evidence=f"职责属于 {usual.lead}", confidence=1.0)


def _led(usual: Decision, facts: Facts, lead: str, *, with_: Iterable[str] = (), why: Reason) -> Decision:
    """The decision with this lead, whoever joined before, and ``with_``."""
    joining = tuple(
        dict.fromkeys(party for party in (*with_, *usual.co_handlers) if party != lead and _may(party, facts))
    )
    return dataclasses.replace(
        usual,
        lead=lead,
        co_handlers=joining,
        whistle_class=(usual.whistle_class or usual.classification.level) if joining else None,
        reasons=(why, *usual.reasons),
    )
