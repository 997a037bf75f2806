"""
The JSON interface of points: who may, then the use case.
"""

from __future__ import annotations

from whistle_points.api import accounts, activities, claims, flags, grids, records, reports, rewards
from whistle_points.api.accounts import show_member

__all__ = [
    "accounts",
    "activities",
    "claims",
    "flags",
    "grids",
    "records",
    "reports",
    "rewards",
    "show_member",
]
