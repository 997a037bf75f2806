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
from whistle.runtime.work import work
from whistle_points import api, handlers, schemas
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class PointsService:
    """Awards points for closed cases, takes them back when a case is reopened, shows and checks the ledger."""

    name = "points"
    unit = PointsUnit
    tools = Provide(Tools.of)

    @subscribe(CaseClosed)
    def award(self, unit: PointsUnit, event: Event[CaseClosed]) -> None:
        handlers.award_helpers(unit, event, rules=self.tools.rules)

    @subscribe(CaseReopened)
    def take_back(self, unit: PointsUnit, event: Event[CaseReopened]) -> None:
        handlers.take_back(unit, event, rules=self.tools.rules)

    @work(every=20.0)
    def sweep(self) -> int:
        return handlers.sweep(self.tools)

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
        return api.show_member(unit, request, tools=self.tools)

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
        return api.show_differences(unit)
