"""
Gaochang (高昌区): 「接诉即办、吹哨报到」; what takes long goes to the street, and the grid whistles (S3-10, S3-12).
"""

from __future__ import annotations

import dataclasses

from whistle.plugins import Case, Decision, DistrictPlugin, Facts, Reason, Trigger

STREET = "laochenglu-street"
REGISTERED = "S3-10 登记入册"
REPORTED = "S3-10 上报街道党工委研讨"
WHISTLED = "S3-10 网格吹哨"


class Gaochang(DistrictPlugin):
    """Tables for the routing; what is long or complex climbs 登记入册 → 上报街道党工委 → 网格吹哨."""

    district = "gaochang"
    version = "1.0.0"
    api = 1

    def escalate(self, case: Case, facts: Facts, trigger: Trigger) -> Decision:
        """
        First to the street party work committee, which deliberates; once it is there, the grid whistles for everybody.

        Each step stands in the reasons, so that the timeline shows the path.
        """
        usual = super().escalate(case, facts, trigger)
        if facts.party(STREET) is None or STREET in facts.history.returned_by:
            return usual
        registered = Reason(rule=REGISTERED, evidence=trigger.detail[:200], confidence=1.0)
        if facts.history.lead != STREET:
            called: tuple[str, ...] = ()  # the street leads alone, as long as it deliberates
            step = Reason(rule=REPORTED, evidence="时效较长或复杂,社区上报", confidence=1.0)
        else:
            everybody = (*self.route(case, facts).parties, *usual.co_handlers)
            called = tuple(dict.fromkeys(party for party in everybody if party != STREET))
            step = Reason(rule=WHISTLED, evidence="街道已研讨,联动相关部门", confidence=1.0)
        return dataclasses.replace(
            usual,
            lead=STREET,
            co_handlers=called,
            whistle_class="major" if called else None,
            reasons=(registered, step, *usual.reasons),
        )
