"""
Routing's use cases: load, decide, store, emit.
"""

from whistle_routing.handlers.act import act_for_party, take_action
from whistle_routing.handlers.cases import close_case, reopen_case, take_case
from whistle_routing.handlers.clocks import fire_clocks
from whistle_routing.handlers.decide import route_district, route_pending
from whistle_routing.handlers.organisation import change_organisation, load_organisations
from whistle_routing.handlers.plugins import describe_plugin, follow_orders, place_order
from whistle_routing.handlers.waiting import complaints, tell_waiting

__all__ = [
    "act_for_party",
    "change_organisation",
    "close_case",
    "complaints",
    "describe_plugin",
    "fire_clocks",
    "follow_orders",
    "load_organisations",
    "place_order",
    "reopen_case",
    "route_district",
    "route_pending",
    "take_action",
    "take_case",
    "tell_waiting",
]
