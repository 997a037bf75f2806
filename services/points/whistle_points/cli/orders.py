"""
``whistle points orders …``: the desk where rewards are ordered and handed out, and the shelf behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from whistle_points import domain, handlers
from whistle_points.cli.app import (
    After,
    AsJson,
    District,
    DryRun,
    Limit,
    Member,
    Reason,
    act,
    by,
    checked,
    points,
    show_rows,
)
from whistle_points.cli.looking import pickups
from whistle_points.schemas.rewards import (
    CancelBody,
    OrderBody,
    OrderedAnswer,
    OrderSchema,
    PickUpBody,
    RewardBody,
    RewardSchema,
    StockBody,
)
from whistle_points.store import PointsUnit, rewards
from whistle_points.store import orders as table
from whistle_points.tools import Tools

orders = typer.Typer(help="兑换与库存 / orders and stock", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(orders, name="orders")
orders.command("pick-list")(pickups)

Code = Annotated[str, typer.Argument(help="商品代码 / the reward's code")]


@dataclass(frozen=True)
class _Ordered:
    order: domain.RewardOrder
    code: str


@orders.command("list")
def list_orders(
    district: District,
    state: Annotated[
        Literal["held", "settled", "voided", "lapsed"] | None, typer.Option("--state", help="状态 / state")
    ] = None,
    member: Annotated[str | None, typer.Option("--member", help="党员编号 / of one member")] = None,
    limit: Limit = 50,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """兑换记录,新的在前 / orders, newest first."""
    show_rows(
        table,
        {"scheme": district, "state": state, "member": member},
        answer=OrderSchema,
        line=lambda row: (
            f"{row['number']:>5}  {domain.ORDER_STATES[row['state']][0]:<4}  {row['member']}  "
            f"{row['reward'].partition('/')[2]} x{row['quantity']}  {domain.points(row['tenths'])}  {row['point']}  {row['id']}"
        ),
        limit=limit,
        after=after,
        as_json=as_json,
    )


@orders.command("new")
def new_order(
    member: Member,
    reward: Code,
    district: District,
    quantity: Annotated[int, typer.Option("--quantity", help="数量 / how many")] = 1,
    proxy: Annotated[str, typer.Option("--proxy", help="代领人 / who may fetch it instead")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """代为下单,取货码只显示这一次 / order for a member; the code is told this once."""

    def run(unit: PointsUnit, tools: Tools) -> _Ordered:
        given = {"member": member, "reward": reward, "quantity": quantity, "proxy": proxy}
        wish = handlers.Wish(scheme=district, by=by(), **checked(OrderBody, given))
        return _Ordered(*handlers.order(unit, wish, tools=tools))

    def lines(made: _Ordered) -> list[str]:
        return [f"{made.order.number}  取货码 / code: {made.code}  {made.order.point}"]

    act(run, dry_run=dry_run, as_json=as_json, lines=lines, answer=OrderedAnswer)


@orders.command("hand-out")
def hand_out(
    code: Annotated[str, typer.Argument(help="取货码 / the pick-up code")],
    district: District,
    point: Annotated[str, typer.Option("--point", help="领取点 / the pick-up point")],
    taker: Annotated[str | None, typer.Option("--taker", help="领取人,默认本人 / who fetches it")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """凭码发放 / hand an order out to whoever brings its code."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        given = checked(PickUpBody, {"code": code, "point": point, "taker": taker})
        return handlers.pick_up(unit, scheme=district, by=by(), tools=tools, **given)

    act(run, dry_run=dry_run, as_json=as_json, lines=_told, answer=OrderSchema)


@orders.command()
def cancel(
    order: Annotated[str, typer.Argument(help="兑换编号 / the order's id")],
    district: District,
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """取消兑换,积分和库存退回 / give an order up: points and stock are free again."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        given = checked(CancelBody, {"reason": reason})
        return handlers.cancel(unit, order, scheme=district, by=by(), tools=tools, **given)

    act(run, dry_run=dry_run, as_json=as_json, lines=_told, answer=OrderSchema)


@orders.command("rewards")
def list_rewards(district: District, limit: Limit = 50, after: After = None, as_json: AsJson = False) -> None:
    """商品目录与库存 / the catalogue, with what is in stock."""
    show_rows(
        rewards,
        {"scheme": district},
        answer=RewardSchema,
        line=lambda row: (
            f"{row['code']:<12} {domain.points(row['price']):>6}  库存 / stock {row['on_hand']}(预订 / ordered {row['reserved']})  "
            f"{row['name']}  {row['point']}"
        ),
        limit=limit,
        after=after,
        as_json=as_json,
    )


@orders.command("reward")
def put_reward(
    code: Code,
    district: District,
    name: Annotated[str | None, typer.Option("--name", help="名称 / name")] = None,
    price: Annotated[str | None, typer.Option("--price", help="所需积分 / points")] = None,
    point: Annotated[str | None, typer.Option("--point", help="领取点 / pick-up point")] = None,
    sponsor: Annotated[str | None, typer.Option("--sponsor", help="共建单位 / who gives it")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记或修改商品 / enter a reward or change what is given."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = {"code": code, "name": name, "price": price, "point": point, "sponsor": sponsor}
        return handlers.put_reward(unit, district, checked(RewardBody, given))

    act(run, dry_run=dry_run, as_json=as_json, answer=RewardSchema)


@orders.command()
def stock(
    reward: Code,
    quantity: Annotated[
        int, typer.Argument(help="数量;盘点时为实有数 / how many; of a count, what was found")
    ],
    district: District,
    reason: Annotated[
        Literal["received", "written-off", "counted"],
        typer.Option("--reason", help="入库、报损、盘点 / what happened"),
    ],
    note: Annotated[str, typer.Option("--note", help="说明 / note")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """入库、报损、盘点 / goods came, were lost, or were counted."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = checked(StockBody, {"reason": reason, "quantity": quantity, "note": note})
        return handlers.move_stock(unit, scheme=district, code=reward, by=by(), **given)

    def lines(made: domain.Reward) -> list[str]:
        return [f"{made.name}:库存 / stock {made.on_hand},预订 / ordered {made.reserved}"]

    act(run, dry_run=dry_run, as_json=as_json, lines=lines, answer=RewardSchema)


def _told(made: domain.RewardOrder) -> list[str]:
    return [f"{made.number}  {domain.ORDER_STATES[made.state][0]} / {domain.ORDER_STATES[made.state][1]}"]
