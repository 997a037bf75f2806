"""
Rewards, stock and orders.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle.runtime.web import route
from whistle_points import api
from whistle_points.routes.accounts import BASE
from whistle_points.schemas import rewards as schemas
from whistle_points.schemas.base import PageQuery
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


class RewardRoutes:
    """What points are exchanged for."""

    tools: Tools

    @route(
        "POST",
        f"{BASE}/rewards",
        role="community",
        body=schemas.RewardBody,
        answer=schemas.RewardSchema,
        summary_zh="登记或修改商品",
        summary_en="Enter or change a reward",
        tags=("points",),
    )
    def put_reward(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.put_reward(unit, request)

    @route(
        "GET",
        f"{BASE}/rewards",
        role="worker",
        query=PageQuery,
        answer=schemas.RewardPage,
        summary_zh="兑换商品目录",
        summary_en="The catalogue",
        tags=("points",),
    )
    def list_rewards(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.list_rewards(unit, request)

    @route(
        "POST",
        f"{BASE}/rewards/<reward>/stock",
        role="community",
        body=schemas.StockBody,
        answer=schemas.RewardSchema,
        summary_zh="入库、报损、盘点",
        summary_en="Stock came, was lost or was counted",
        tags=("points",),
    )
    def move_stock(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.move_stock(unit, request)

    @route(
        "POST",
        f"{BASE}/orders",
        role="worker",
        body=schemas.OrderBody,
        answer=schemas.OrderedAnswer,
        status=201,
        summary_zh="兑换下单",
        summary_en="Order a reward",
        tags=("points",),
    )
    def post_order(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.post_order(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/orders",
        role="worker",
        query=schemas.OrderQuery,
        answer=schemas.OrderPage,
        summary_zh="兑换记录",
        summary_en="Orders",
        tags=("points",),
    )
    def list_orders(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.list_orders(unit, request)

    @route(
        "POST",
        f"{BASE}/orders/<order>/void",
        role="worker",
        body=schemas.CancelBody,
        answer=schemas.OrderSchema,
        summary_zh="取消兑换",
        summary_en="Give an order up",
        tags=("points",),
    )
    def cancel_order(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.cancel_order(unit, request, tools=self.tools)

    @route(
        "POST",
        f"{BASE}/pickups",
        role="worker",
        body=schemas.PickUpBody,
        answer=schemas.OrderSchema,
        summary_zh="凭码领取",
        summary_en="Hand an order out",
        tags=("points",),
    )
    def pick_up(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.pick_up(unit, request, tools=self.tools)

    @route(
        "GET",
        f"{BASE}/pickups",
        role="worker",
        query=schemas.PickUpQuery,
        answer=schemas.PickUpList,
        summary_zh="待领清单",
        summary_en="What waits to be fetched",
        tags=("points",),
    )
    def list_pickups(self, unit: PointsUnit, request: Request) -> Any:
        return api.rewards.list_pickups(unit, request)
