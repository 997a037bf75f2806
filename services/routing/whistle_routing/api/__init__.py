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

__all__ = [
    "get_decisions",
    "get_district",
    "list_dispatches",
    "list_parties",
    "list_plugins",
    "post_action",
]
