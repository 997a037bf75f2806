"""
Mawei (马尾区): 「民意导向」, five handling classes by nature, difficulty and scope of powers (S1-10).
"""

from __future__ import annotations

import dataclasses

from whistle.plugins import Case, Classification, Deed, DistrictPlugin, Facts

OWN_HANDS = ("community", "street", "property", "contractor")
"""Kinds of party that the community itself can set to work; all others are beyond its powers (S0-3)."""
TYPHOON_MONTHS = range(7, 10)
"""July to September."""
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

    def score(self, deed: Deed) -> int:
        """
        Flood and typhoon duty (防汛抗台, S1-20) counts half more in the months of typhoons, for which ``points.toml`` says
        ``scored_by = "plugin"``.
        """
        if deed.item == "flood-duty" and deed.day.month in TYPHOON_MONTHS:
            return deed.tenths * 3 // 2
        return deed.tenths
