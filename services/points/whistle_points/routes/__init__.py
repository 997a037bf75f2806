"""
Routes by topic; the service is all of them together.
"""

from __future__ import annotations

from whistle_points.routes.accounts import AccountRoutes
from whistle_points.routes.claims import ClaimRoutes

__all__ = ["AccountRoutes", "ClaimRoutes"]
