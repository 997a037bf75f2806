"""
The points service: a table of contents.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import CaseClosed, CaseReopened, Event
from whistle.http.routes import Request
from whistle.messaging.subscribe import subscribe
from whistle.runtime.host import Provide
from whistle.runtime.web import route
from whistle_points import handlers, schemas
from whistle_points.settings import read_settings
from whistle_points.store import PointsUnit


class PointsService:
    """Awards points for closed cases, takes them back when a case is reopened, shows and checks the ledger."""

    name = "points"
    unit = PointsUnit
    settings = Provide(lambda host: read_settings(host.settings))

    @subscribe(CaseClosed)
    def award(self, unit: PointsUnit, event: Event[CaseClosed]) -> None:
        handlers.award(unit, event)

    @subscribe(CaseReopened)
    def take_back(self, unit: PointsUnit, event: Event[CaseReopened]) -> None:
        handlers.take_back(unit, event)

    @route(
        "GET",
        "/api/v1/points/members/<member>",
        role="worker",
        query=schemas.MemberQuery,
        answer=schemas.MemberAnswer,
        summary_zh="党员积分与明细",
        summary_en="A member's points and entries",
        tags=("points",),
    )
    def show_member(self, unit: PointsUnit, request: Request) -> Any:
        return handlers.show_member(unit, request, self.settings)

    @route(
        "GET",
        "/api/v1/points/verify",
        role="admin",
        answer=schemas.VerifyAnswer,
        summary_zh="核对积分账",
        summary_en="Check the points ledger",
        tags=("points",),
    )
    def verify(self, unit: PointsUnit, request: Request) -> Any:
        return handlers.show_differences(unit)
