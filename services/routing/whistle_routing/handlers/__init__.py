"""
Routing's use cases: load, decide, store, emit.
"""

from whistle_routing.handlers.act import act_for_party, take_action
from whistle_routing.handlers.asking import Foreseen, foresee
from whistle_routing.handlers.calendars import follow_calendars, recompute_all, tell_calendars
from whistle_routing.handlers.cases import (
    close_case,
    follow_answer,
    reopen_case,
    take_case,
)
from whistle_routing.handlers.clocks import fire_clocks
from whistle_routing.handlers.decide import route_district, route_pending
from whistle_routing.handlers.explaining import Explained, explain_clock
from whistle_routing.handlers.moving import (
    extend_clock,
    pause_clock,
    resume_clock,
)
from whistle_routing.handlers.organisation import (
    change_organisation,
    load_organisations,
    tell_organisations,
    tell_sittings,
)
from whistle_routing.handlers.plugins import describe_plugin, follow_orders, place_order
from whistle_routing.handlers.waiting import complaints, tell_waiting

__all__ = [
    "Explained",
    "Foreseen",
    "act_for_party",
    "change_organisation",
    "close_case",
    "complaints",
    "describe_plugin",
    "explain_clock",
    "extend_clock",
    "fire_clocks",
    "follow_answer",
    "follow_calendars",
    "follow_orders",
    "foresee",
    "load_organisations",
    "pause_clock",
    "place_order",
    "recompute_all",
    "reopen_case",
    "resume_clock",
    "route_district",
    "route_pending",
    "take_action",
    "take_case",
    "tell_calendars",
    "tell_organisations",
    "tell_sittings",
    "tell_waiting",
]
