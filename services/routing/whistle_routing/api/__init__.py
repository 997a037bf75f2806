"""
Routing's JSON interface: who may, then the use case.
"""

from whistle_routing.api.clocks import get_clock, list_clocks, list_supervisions, move_clock
from whistle_routing.api.dispatches import (
    get_decisions,
    get_district,
    list_dispatches,
    list_parties,
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
from whistle_routing.api.plugins import get_plugin, list_plugins, list_shadow_decisions, post_plugin_order

__all__ = [
    "get_clock",
    "get_coverage",
    "get_decisions",
    "get_district",
    "get_dormant",
    "get_duty",
    "get_node",
    "get_plugin",
    "get_roster",
    "get_vacancies",
    "list_changes",
    "list_clocks",
    "list_dispatches",
    "list_nodes",
    "list_parties",
    "list_people",
    "list_plugins",
    "list_shadow_decisions",
    "list_supervisions",
    "move_clock",
    "post_action",
    "post_change",
    "post_plugin_order",
    "report_cases",
]
