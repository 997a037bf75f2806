"""
HTTP bodies, queries and answers of the points service.
"""

from __future__ import annotations

from whistle_points.schemas import accounts, activities, claims, records, reports, rewards, statements
from whistle_points.schemas.accounts import MemberAnswer, MemberQuery

__all__ = [
    "MemberAnswer",
    "MemberQuery",
    "accounts",
    "activities",
    "claims",
    "records",
    "reports",
    "rewards",
    "statements",
]
