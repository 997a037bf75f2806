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
    "PeopleQuery",
    "ReportQuery",
    "UnderQuery",
]
