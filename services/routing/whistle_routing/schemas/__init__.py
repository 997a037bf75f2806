"""
Bodies and queries of routing's HTTP interface.
"""

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
    "DispatchAnswer",
    "DispatchPage",
    "DispatchQuery",
    "DistrictQuery",
    "DormantQuery",
    "DutyQuery",
    "NodeQuery",
    "OrderBody",
    "PeopleQuery",
    "ReportQuery",
    "ShadowQuery",
    "UnderQuery",
]
