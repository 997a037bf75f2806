"""
Rewards, stock and orders.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, orders, page_of, pickup_list, rewards
from whistle_points.tools import Tools

MOST_WAITING = 1000


def put_reward(unit: PointsUnit, request: Request) -> Any:
    """Put a reward on the list, or change it."""
    given = {name: value for name, value in request.body.items() if name not in ("district", "dry_run")}
    return write(unit, request, lambda scheme, _by: handlers.put_reward(unit, scheme, given))


def move_stock(unit: PointsUnit, request: Request) -> Any:
    """Goods came, were lost or were counted."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        return handlers.move_stock(
            unit,
            scheme=scheme,
            code=request.path["reward"],
            reason=body["reason"],
            quantity=body["quantity"],
            note=body["note"],
            by=by,
        )

    return write(unit, request, run)


def list_rewards(unit: PointsUnit, request: Request) -> Any:
    """The catalogue, last code first."""
    return _page(unit, request, rewards, "rewards")


def post_order(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Order a reward for a member."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        wish = handlers.Wish(
            scheme=scheme,
            member=body["member"],
            reward=body["reward"],
            quantity=body["quantity"],
            proxy=body["proxy"],
            by=by,
        )
        made, code = handlers.order(unit, wish, tools=tools)
        return {"order": made, "code": code}

    return write(unit, request, run)


def cancel_order(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Give an order up."""

    def run(scheme: str, by: str) -> Any:
        return handlers.cancel(
            unit, request.path["order"], scheme=scheme, reason=request.body["reason"], by=by, tools=tools
        )

    return write(unit, request, run)


def pick_up(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Hand an order out."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        return handlers.pick_up(
            unit,
            scheme=scheme,
            code=body["code"],
            point=body["point"],
            taker=body["taker"],
            by=by,
            tools=tools,
        )

    return write(unit, request, run)


def list_orders(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    return _page(unit, request, orders, "orders", "state", "member")


def list_pickups(unit: PointsUnit, request: Request) -> Any:
    """What waits to be fetched, for the printer."""
    scheme = scheme_of(request, request.query["district"])
    return {"waiting": pickup_list(unit, scheme=scheme, point=request.query["point"], limit=MOST_WAITING)}


def _page(unit: PointsUnit, request: Request, table: Any, name: str, *filters: str) -> dict[str, Any]:
    query = request.query
    exact = {
        "scheme": scheme_of(request, query["district"]),
        **{column: query[column] for column in filters},
    }
    rows, following = page_of(unit, table, exact=exact, after=query["after"], limit=query["limit"])
    return {name: rows, "next": following}
