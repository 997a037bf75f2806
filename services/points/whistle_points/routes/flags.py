"""
What looks wrong, for a person to judge.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import flags as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.store import PointsUnit


class FlagRoutes:
    """Flags are never acted upon by the platform itself."""

    @route(
        "GET",
        f"{BASE}/flags",
        role="street",
        query=schemas.FlagQuery,
        answer=schemas.FlagPage,
        summary_zh="防弊提示",
        summary_en="What looks wrong",
        tags=("points",),
    )
    def list_flags(self, unit: PointsUnit, request: Request) -> Any:
        return api.flags.list_flags(unit, request)

    @route(
        "GET",
        f"{BASE}/flags/<flag>",
        role="street",
        query=DistrictQuery,
        answer=schemas.FlagSchema,
        summary_zh="一条防弊提示",
        summary_en="One flag",
        tags=("points",),
    )
    def show_flag(self, unit: PointsUnit, request: Request) -> Any:
        return api.flags.show_flag(unit, request)

    @route(
        "POST",
        f"{BASE}/flags/<flag>/judgement",
        role="street",
        body=schemas.JudgementBody,
        answer=schemas.FlagSchema,
        summary_zh="认定防弊提示",
        summary_en="Uphold or dismiss a flag",
        tags=("points",),
    )
    def post_judgement(self, unit: PointsUnit, request: Request) -> Any:
        return api.flags.post_judgement(unit, request)
