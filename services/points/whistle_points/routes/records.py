"""
What a member's file says beside points.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import records as schemas
from whistle_points.store import PointsUnit


class RecordRoutes:
    """Duties, training, support, career, rewards and penalties (S4-9)."""

    @route(
        "POST",
        f"{BASE}/records",
        role="community",
        body=schemas.RecordBody,
        answer=schemas.RecordSchema,
        status=201,
        summary_zh="记入个人档案(五有)",
        summary_en="Enter something into a member's file",
        tags=("points",),
    )
    def post_record(self, unit: PointsUnit, request: Request) -> Any:
        return api.records.post_record(unit, request)

    @route(
        "POST",
        f"{BASE}/records/<record>/withdraw",
        role="community",
        body=schemas.WithdrawBody,
        answer=schemas.RecordSchema,
        summary_zh="撤回档案记录",
        summary_en="Withdraw a record",
        tags=("points",),
    )
    def withdraw_record(self, unit: PointsUnit, request: Request) -> Any:
        return api.records.withdraw_record(unit, request)

    @route(
        "GET",
        f"{BASE}/records",
        role="worker",
        query=schemas.RecordQuery,
        answer=schemas.RecordPage,
        summary_zh="档案记录",
        summary_en="Records of members' files",
        tags=("points",),
    )
    def list_records(self, unit: PointsUnit, request: Request) -> Any:
        return api.records.list_records(unit, request)
