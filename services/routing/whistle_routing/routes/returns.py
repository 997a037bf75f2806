"""
Reviews, rulings, extensions, recalls and precedents.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_routing.api import returns as api
from whistle_routing.schemas import returns as schemas
from whistle_routing.schemas.dispatches import DispatchAnswer
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

BASE = "/api/v1/dispatches"


class ReturnRoutes:
    """Work that changes hands."""

    tools: Tools

    @route("GET", f"{BASE}/pleas", query=schemas.PleaQuery, answer=schemas.PleaPage, role="worker")
    def list_pleas(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_pleas(unit, request)

    @route(
        "POST",
        f"{BASE}/reviews/<plea>",
        body=schemas.ReviewBody,
        answer=schemas.PleaAnswer,
        role="party",
        summary_zh="审核退单",
        summary_en="Review a return",
    )
    def post_review(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_review(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/rulings/<plea>",
        body=schemas.RulingBody,
        answer=schemas.PleaAnswer,
        role="party",
        summary_zh="裁定",
        summary_en="Rule who has a case",
    )
    def post_ruling(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_ruling(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/extensions/<plea>",
        body=schemas.ExtensionBody,
        answer=schemas.PleaAnswer,
        role="party",
        summary_zh="审批延期",
        summary_en="Grant or decline more time",
    )
    def post_extension(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_extension(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/<dispatch>/recall",
        body=schemas.RecallBody,
        answer=DispatchAnswer,
        role="street",
        summary_zh="撤回派单",
        summary_en="Recall a dispatch",
    )
    def post_recall(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_recall(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/precedents",
        query=schemas.PrecedentQuery,
        answer=schemas.PrecedentPage,
        role="worker",
    )
    def list_precedents(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_precedents(unit, request)

    @route(
        "POST",
        f"{BASE}/precedents/<precedent>/revocation",
        body=schemas.RevokeBody,
        answer=schemas.PrecedentAnswer,
        role="street",
        summary_zh="撤销先例",
        summary_en="Revoke a precedent",
    )
    def post_revocation(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_revocation(unit, request, tools=self.tools)
