"""
Accounts, the roll, the scheme, rankings, the log.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import HTML, Request, Response
from whistle.runtime.web import route
from whistle_points import api, refusals
from whistle_points.schemas import accounts as schemas
from whistle_points.schemas.base import DistrictQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

BASE = "/api/v1/points"


class AccountRoutes:
    """What members have."""

    tools: Tools

    @route(
        "GET",
        f"{BASE}/members/<member>",
        role="worker",
        query=schemas.MemberQuery,
        answer=schemas.MemberAnswer,
        summary_zh="党员积分与明细",
        summary_en="A member's points and entries",
        tags=("points",),
    )
    def show_member(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_member(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/members/<member>/balance",
        role="worker",
        query=schemas.BalanceQuery,
        answer=schemas.BalanceAnswer,
        quick=True,
        summary_zh="党员积分余额(可查任一时点)",
        summary_en="A member's balance, now or as it was",
        tags=("points",),
    )
    def show_balance(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_balance(unit, request)

    @route(
        "GET",
        f"{BASE}/members",
        role="worker",
        query=schemas.RollQuery,
        answer=schemas.RollPage,
        summary_zh="党员名册",
        summary_en="The roll of members",
        tags=("points",),
    )
    def list_members(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.list_members(unit, request)

    @route(
        "POST",
        f"{BASE}/members",
        role="community",
        body=schemas.MemberBody,
        answer=schemas.MemberSchema,
        summary_zh="登记或修改党员",
        summary_en="Enter or change a member",
        tags=("points",),
    )
    def put_member(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.put_member(unit, request)

    @route(
        "POST",
        f"{BASE}/members/<member>/card",
        role="worker",
        body=schemas.CardBody,
        answer=schemas.CardAnswer,
        summary_zh="发放或换新党员码",
        summary_en="Hand out a member's card, or a new one",
        tags=("points",),
    )
    def hand_out_card(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.hand_out_card(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/scheme",
        role="worker",
        query=schemas.SchemeQuery,
        summary_zh="某日适用的积分办法",
        summary_en="The scheme in force on a day",
        tags=("points",),
    )
    def show_scheme(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_scheme(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/transfers/<transfer>/reverse",
        role="street",
        body=schemas.ReverseBody,
        answer=schemas.TransferSchema,
        summary_zh="冲正一笔流水",
        summary_en="Reverse a transfer",
        tags=("points",),
    )
    def reverse(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.reverse(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/log",
        role="district",
        query=schemas.LogQuery,
        answer=schemas.LogPage,
        summary_zh="全部流水,按链序",
        summary_en="All transfers in the order of the chain",
        tags=("points",),
    )
    def show_log(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_log(unit, request)

    @route(
        "GET",
        f"{BASE}/ranking",
        role="worker",
        query=schemas.RankingQuery,
        answer=schemas.RankingAnswer,
        summary_zh="积分排名",
        summary_en="Ranking of a period",
        tags=("points",),
    )
    def show_ranking(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_ranking(unit, request)

    @route(
        "GET",
        f"{BASE}/verify",
        role="admin",
        answer=schemas.VerifyAnswer,
        summary_zh="核对积分账",
        summary_en="Check the points ledger",
        tags=("points",),
    )
    def verify(self, unit: PointsUnit, request: Request) -> Any:
        return api.accounts.show_differences(unit)

    @route("GET", "/problems/points/<code>", query=DistrictQuery, answer_type=HTML)
    def explain(self, unit: PointsUnit, request: Request) -> Response:
        return refusals.explain(request)
