"""
Routing's tables and repositories; the only place with SQL.
"""

from whistle_routing.store.decision_tables import plugin_orders, rosters, shadow_decisions
from whistle_routing.store.organisation import OrganisationStore, State
from whistle_routing.store.return_tables import pleas, precedents
from whistle_routing.store.sittings import sittings_told
from whistle_routing.store.tables import (
    actions,
    books,
    calendar_uses,
    clocks,
    decisions,
    dispatches,
    jobs,
    kit,
    metadata,
    parties,
    supervisions,
    whistles,
)
from whistle_routing.store.unit import RoutingUnit
from whistle_routing.store.whistle_tables import consultations, whistle_responders, whistle_steps

__all__ = [
    "OrganisationStore",
    "RoutingUnit",
    "State",
    "actions",
    "books",
    "calendar_uses",
    "clocks",
    "consultations",
    "decisions",
    "dispatches",
    "jobs",
    "kit",
    "metadata",
    "parties",
    "pleas",
    "plugin_orders",
    "precedents",
    "rosters",
    "shadow_decisions",
    "sittings_told",
    "supervisions",
    "whistle_responders",
    "whistle_steps",
    "whistles",
]
