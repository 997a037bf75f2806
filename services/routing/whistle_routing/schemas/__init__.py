"""
Bodies and queries of routing's HTTP interface.
"""

from whistle_routing.schemas.clocks import (
    ClockActionBody,
    ClockAnswer,
    ClockPage,
    ClockQuery,
    ExplainedClock,
    SupervisionPage,
    SupervisionQuery,
)
from whistle_routing.schemas.dispatches import (
    ActionBody,
    DispatchAnswer,
    DispatchPage,
    DispatchQuery,
    DistrictQuery,
)
from whistle_routing.schemas.organisation import (
    AsOfQuery,
    ChangeBody,
    ChangesQuery,
    DormantQuery,
    DutyQuery,
    NodeQuery,
    PeopleQuery,
    ReportQuery,
    UnderQuery,
)
from whistle_routing.schemas.plugins import OrderBody, ShadowQuery

__all__ = [
    "ActionBody",
    "AsOfQuery",
    "ChangeBody",
    "ChangesQuery",
    "ClockActionBody",
    "ClockAnswer",
    "ClockPage",
    "ClockQuery",
    "DispatchAnswer",
    "DispatchPage",
    "DispatchQuery",
    "DistrictQuery",
    "DormantQuery",
    "DutyQuery",
    "ExplainedClock",
    "NodeQuery",
    "OrderBody",
    "PeopleQuery",
    "ReportQuery",
    "ShadowQuery",
    "SupervisionPage",
    "SupervisionQuery",
    "UnderQuery",
]
