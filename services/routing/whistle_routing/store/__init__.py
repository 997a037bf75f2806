"""
Routing's tables and repositories; the only place with SQL.
"""

from whistle_routing.store.tables import (
    actions,
    books,
    clocks,
    decisions,
    dispatches,
    grid_nodes,
    jobs,
    kit,
    metadata,
    parties,
    whistles,
)
from whistle_routing.store.unit import RoutingUnit

__all__ = [
    "RoutingUnit",
    "actions",
    "books",
    "clocks",
    "decisions",
    "dispatches",
    "grid_nodes",
    "jobs",
    "kit",
    "metadata",
    "parties",
    "whistles",
]
