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

__all__ = ["ActionBody", "DispatchAnswer", "DispatchPage", "DispatchQuery", "DistrictQuery"]
