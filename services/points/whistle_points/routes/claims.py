"""
Claims, publications, appeals.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import claims as schemas
from whistle_points.schemas.base import DistrictQuery, PageQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class ClaimRoutes:
    """The way of a point."""

    tools: Tools

    @route(
        "POST",
        f"{BASE}/claims",
        role="worker",
        body=schemas.ClaimBody,
        answer=schemas.ClaimSchema,
        status=201,
        summary_zh="申报积分",
        summary_en="Claim points",
        tags=("points",),
    )
    def post_claim(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.post_claim(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/claims/<claim>/review",
        role="community",
        body=schemas.ReviewBody,
        answer=schemas.ReviewAnswer,
        summary_zh="审核申报",
        summary_en="Review a claim",
        tags=("points",),
    )
    def post_review(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.post_review(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/claims",
        role="worker",
        query=schemas.ClaimQuery,
        answer=schemas.ClaimPage,
        summary_zh="申报列表",
        summary_en="Claims",
        tags=("points",),
    )
    def list_claims(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.list_claims(unit, request)

    @route(
        "POST",
        f"{BASE}/publications",
        role="community",
        body=schemas.PublicationBody,
        answer=schemas.PublicationSchema,
        status=201,
        summary_zh="公示一期积分",
        summary_en="Make a period's list public",
        tags=("points",),
    )
    def post_publication(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.post_publication(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/publications",
        role="worker",
        query=PageQuery,
        answer=schemas.PublicationPage,
        summary_zh="公示列表及逾期情况",
        summary_en="Lists, and what is late",
        tags=("points",),
    )
    def list_publications(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.list_publications(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/publications/<publication>",
        role="worker",
        query=DistrictQuery,
        answer=schemas.PublicationSchema,
        summary_zh="一份公示",
        summary_en="One list",
        tags=("points",),
    )
    def show_publication(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.show_publication(unit, request)

    @route(
        "POST",
        f"{BASE}/appeals",
        role="worker",
        body=schemas.AppealBody,
        answer=schemas.AppealSchema,
        status=201,
        summary_zh="申诉",
        summary_en="Appeal",
        tags=("points",),
    )
    def post_appeal(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.post_appeal(unit, request)

    @route(
        "GET",
        f"{BASE}/appeals",
        role="worker",
        query=schemas.AppealQuery,
        answer=schemas.AppealPage,
        summary_zh="申诉列表",
        summary_en="Appeals",
        tags=("points",),
    )
    def list_appeals(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.list_appeals(unit, request)

    @route(
        "POST",
        f"{BASE}/appeals/<appeal>/decide",
        role="street",
        body=schemas.DecideBody,
        answer=schemas.AppealSchema,
        summary_zh="裁定申诉",
        summary_en="Decide an appeal",
        tags=("points",),
    )
    def post_decision(self, unit: PointsUnit, request: Request) -> Any:
        return api.claims.post_decision(unit, request, tools=self.tools)
