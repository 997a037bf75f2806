"""
Routes by topic; the service is all of them together.
"""

from __future__ import annotations

from whistle_points.routes.accounts import AccountRoutes
from whistle_points.routes.activities import ActivityRoutes
from whistle_points.routes.claims import ClaimRoutes
from whistle_points.routes.flags import FlagRoutes
from whistle_points.routes.grids import GridRoutes
from whistle_points.routes.pages import PageRoutes
from whistle_points.routes.places import PlaceRoutes
from whistle_points.routes.records import RecordRoutes
from whistle_points.routes.reports import ReportRoutes
from whistle_points.routes.rewards import RewardRoutes
from whistle_points.routes.statements import StatementRoutes

__all__ = [
    "AccountRoutes",
    "ActivityRoutes",
    "ClaimRoutes",
    "FlagRoutes",
    "GridRoutes",
    "PageRoutes",
    "PlaceRoutes",
    "RecordRoutes",
    "ReportRoutes",
    "RewardRoutes",
    "StatementRoutes",
]
