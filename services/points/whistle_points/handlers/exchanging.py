"""
Exchange: ordered, set aside, fetched with a code at the named point, or given up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Fact, Reward, RewardOrder, Scheme
from whistle_points.handlers import holding
from whistle_points.handlers.claiming import member_of
from whistle_points.refusals import (
    Blocked,
    CodeExpired,
    CodeUsed,
    LimitReached,
    NotOnOffer,
    OutOfStock,
    OwnPickUp,
    WrongCode,
)
from whistle_points.store import PointsUnit, next_number, order_by_code, ordered_before, stock_moves
from whistle_points.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a member wants; ``proxy``: who may fetch it for the member."""

    scheme: str
    member: str
    reward: str
    quantity: int
    proxy: str
    by: str


def put_reward(unit: PointsUnit, scheme: str, given: Mapping[str, Any]) -> Reward:
    """Put a reward on the list, or change what ``given`` names; its stock moves by :func:`move_stock` only."""
    unit.book(scheme)
    key = reward_key(scheme, given["code"])
    found = unit.rewards.get(key)
    if found is None:
        if missing := [name for name in ("name", "price", "point") if given.get(name) is None]:
            raise Invalid(
                "新商品缺少名称、价格或领取点",
                "a new reward needs name, price and point",
                fields={name: ["必填 / required"] for name in missing},
            )
        values = {"valid_from": domain.day_of(unit.now), **given}
        found = Reward(id=key, scheme=scheme, **values)
    else:
        found = replace(found, version=found.version + 1, **given)
    unit.rewards.put(found)
    return found


def reward_key(scheme: str, code: str) -> str:
    """The key of a reward's row."""
    return f"{scheme}/{code}"


def move_stock(
    unit: PointsUnit, *, scheme: str, code: str, reason: str, quantity: int, note: str, by: str
) -> Reward:
    """
    Goods came, were written off, or were counted (then ``quantity`` is what was found; the difference is booked).

    Raises:
        NotFound. OutOfStock: fewer would be left than are ordered.
    """
    unit.book(scheme)
    found = _reward(unit, scheme, code)
    change = {"received": quantity, "written-off": -quantity, "counted": quantity - found.on_hand}[reason]
    if found.on_hand + change < found.reserved:
        raise OutOfStock(
            f"{found.reserved} 份已被预订,库存不能少于此数",
            f"{found.reserved} are ordered: fewer cannot be left",
            reserved=found.reserved,
        )
    found = replace(found, on_hand=found.on_hand + change, version=found.version + 1)
    unit.rewards.put(found)
    row = {"id": new_id(), "reward": found.id, "quantity": change, "reason": reason, "note": note}
    unit.add(stock_moves, {**row, "by": by, "at": unit.now})
    return found


def order(unit: PointsUnit, wish: Wish, *, tools: Tools) -> tuple[RewardOrder, str]:
    """
    Set points and stock aside; answers the order and its pick-up code, which is told this once.

    Raises:
        UnknownMember, Blocked, NotFound, NotOnOffer, OutOfStock, LimitReached, Insufficient.
    """
    today = domain.day_of(unit.now)
    book, scheme = unit.book(wish.scheme), tools.rules.at(wish.scheme, today)
    reward = _orderable(unit, wish, scheme, today)
    due_at = tools.working.end_of(wish.scheme, today, scheme.pickup_days)
    asked = holding.Order(
        member=wish.member,
        purpose=reward.code,
        tenths=reward.price * wish.quantity,
        due_at=due_at,
        reason=f"{reward.name} x{wish.quantity}",
    )
    fact = Fact(scheme=wish.scheme, cause=f"user:{wish.by}", effective_at=unit.now, recorded_at=unit.now)
    held = holding.hold(unit, book, asked, fact=fact, rules=tools.rules)
    unit.rewards.put(replace(reward, reserved=reward.reserved + wish.quantity, version=reward.version + 1))
    code = domain.pickup_code(tools.secret, held.id)
    made = RewardOrder(
        id=held.id,
        scheme=wish.scheme,
        number=unit.take_number(wish.scheme, lambda: next_number(unit, wish.scheme)),
        member=wish.member,
        reward=reward.id,
        quantity=wish.quantity,
        tenths=held.tenths,
        point=reward.point,
        state="held",
        code_hash=domain.code_hash(tools.secret, wish.scheme, code),
        ordered_at=unit.now,
        ordered_by=wish.by,
        due_at=due_at,
        proxy=wish.proxy,
    )
    unit.orders.put(made)
    return made, code


def _orderable(unit: PointsUnit, wish: Wish, scheme: Scheme, today: dt.date) -> Reward:
    member = member_of(unit, wish.scheme, wish.member)
    if member.state != "active":
        raise Blocked("该党员已冻结或转出,不能兑换", f"the member is {member.state}", state=member.state)
    reward = _reward(unit, wish.scheme, wish.reward)
    if not reward.on_offer(today):
        raise NotOnOffer("该商品今天不在兑换期", "the reward is not on offer today", day=str(today))
    if reward.left < wish.quantity:
        raise OutOfStock(f"库存只剩 {reward.left}", f"only {reward.left} are left", left=reward.left)
    _check_limits(unit, wish, reward, scheme)
    return reward


def _check_limits(unit: PointsUnit, wish: Wish, reward: Reward, scheme: Scheme) -> None:
    if reward.per_member is None and scheme.order_limit is None:
        return
    first = domain.midnight(domain.day_of(unit.now).replace(day=1))
    in_month, of_reward = ordered_before(
        unit, scheme=wish.scheme, member=wish.member, reward=reward.id, since=first
    )
    fresh = [one for one in unit.orders.loaded() if one.member == wish.member and one.version == 1]
    staged = [one for one in fresh if one.scheme == wish.scheme and one.ordered_at == unit.now]
    in_month += len(staged)
    of_reward += sum(one.quantity for one in staged if one.reward == reward.id)
    if scheme.order_limit is not None and in_month >= scheme.order_limit:
        raise LimitReached("本月兑换次数已满", "no more orders this month", limit=scheme.order_limit)
    if reward.per_member is not None and of_reward + wish.quantity > reward.per_member:
        raise LimitReached("该商品每人限领数已满", "no more of this reward", limit=reward.per_member)


def pick_up(
    unit: PointsUnit, *, scheme: str, code: str, point: str, taker: str | None, by: str, tools: Tools
) -> RewardOrder:
    """
    Hand an order out to whoever brings its code: the points are spent.

    Args:
        point: where; taker: who fetches it, by default the member; only the named proxy may stand in.

    Raises:
        WrongCode: unknown, or of another point. CodeUsed, CodeExpired. OwnPickUp: the clerk is the taker or the member.
    """
    book = unit.book(scheme)
    order_id = order_by_code(unit, domain.code_hash(tools.secret, scheme, code))
    found = unit.orders.get(order_id) if order_id else None
    if found is None or found.scheme != scheme:
        raise WrongCode("取货码不对", "there is no such code")
    if found.point != point:
        raise WrongCode(
            f"该码的领取点是 {found.point}", f"this code is good at {found.point}", point=found.point
        )
    if found.state == "settled":
        raise CodeUsed("该取货码已使用", "the code was used", ended_at=str(found.ended_at))
    if found.state != "held" or found.due_at <= unit.now:
        raise CodeExpired("该兑换已过期或已取消", "the order has lapsed or was cancelled", state=found.state)
    who = taker or found.member
    if by in (who, found.member):
        raise OwnPickUp("经办人不能是领取人本人", "the clerk cannot be the taker")
    if who not in (found.member, found.proxy):
        raise WrongCode("代领人与登记的不符", "only the named proxy may fetch it")
    fact = Fact(scheme=scheme, cause=f"user:{by}", effective_at=unit.now, recorded_at=unit.now)
    holding.settle(unit, book, found.id, fact=fact, rules=tools.rules)
    return _ended(unit, found, state="settled", clerk=by, taker=who)


def cancel(
    unit: PointsUnit, order_id: str, *, scheme: str, reason: str, by: str, tools: Tools
) -> RewardOrder:
    """Give an order up: points and stock are free again. Raises NotFound, NotAllowedNow."""
    book = unit.book(scheme)
    found = unit.orders.get(order_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这个兑换", "there is no such order", order=order_id)
    if found.state != "held":
        raise NotAllowedNow(f"该兑换现为 {found.state}", f"the order is {found.state}", state=found.state)
    fact = Fact(scheme=scheme, cause=f"user:{by}", effective_at=unit.now, recorded_at=unit.now)
    holding.give_up(unit, book, found.id, fact=fact, rules=tools.rules, reason=reason)
    return _ended(unit, found, state="voided", clerk=by, taker=None)


def follow_lapses(unit: PointsUnit, lapsed: list[domain.Hold]) -> None:
    """The stock of orders that nobody fetched is free again."""
    unit.orders.preload([one.id for one in lapsed])
    found = [made for one in lapsed if (made := unit.orders.get(one.id)) is not None]
    unit.rewards.preload({one.reward for one in found})
    for one in found:
        _ended(unit, one, state="lapsed", clerk=None, taker=None)


def _ended(
    unit: PointsUnit, found: RewardOrder, *, state: domain.OrderState, clerk: str | None, taker: str | None
) -> RewardOrder:
    reward = unit.rewards.get(found.reward)
    if reward is not None:
        gone = found.quantity if state == "settled" else 0
        left = replace(
            reward,
            reserved=reward.reserved - found.quantity,
            on_hand=reward.on_hand - gone,
            version=reward.version + 1,
        )
        unit.rewards.put(left)
    ended = replace(
        found, state=state, ended_at=unit.now, clerk=clerk, taker=taker, version=found.version + 1
    )
    unit.orders.put(ended)
    return ended


def _reward(unit: PointsUnit, scheme: str, code: str) -> Reward:
    found = unit.rewards.get(reward_key(scheme, code))
    if found is None:
        raise NotFound("没有这个商品", "there is no such reward", reward=code)
    return found
