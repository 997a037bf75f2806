"""
Routing's JSON interface: who may, then the use case.
"""

from whistle_routing.api.dispatches import (
    get_decisions,
    get_district,
    list_dispatches,
    list_parties,
    list_plugins,
    post_action,
)
from whistle_routing.api.organisation import (
    get_coverage,
    get_dormant,
    get_duty,
    get_node,
    get_roster,
    get_vacancies,
    list_changes,
    list_nodes,
    list_people,
    post_change,
    report_cases,
)

__all__ = [
    "get_coverage",
    "get_decisions",
    "get_district",
    "get_dormant",
    "get_duty",
    "get_node",
    "get_roster",
    "get_vacancies",
    "list_changes",
    "list_dispatches",
    "list_nodes",
    "list_parties",
    "list_people",
    "list_plugins",
    "post_action",
    "post_change",
    "report_cases",
]
