"""
Orders and stock in SQL: what limits ask for, and who fetches what where.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.store.tables import members, orders, rewards

_STANDING = ("held", "settled")


def ordered_before(
    unit: UnitOfWork, *, scheme: str, member: str, reward: str, since: dt.datetime
) -> tuple[int, int]:
    """How many orders of a member since then stand, and how many of this reward the member has or has ordered, ever."""
    mine = (orders.c.scheme == scheme, orders.c.member == member, orders.c.state.in_(_STANDING))
    of_month = sa.func.coalesce(sa.func.sum(sa.case((orders.c.ordered_at >= since, 1), else_=0)), 0)
    of_reward = sa.func.coalesce(
        sa.func.sum(sa.case((orders.c.reward == reward, orders.c.quantity), else_=0)), 0
    )
    row = unit.connection.execute(sa.select(of_month, of_reward).where(*mine)).one()
    return int(row[0]), int(row[1])


def next_number(unit: UnitOfWork, scheme: str) -> int:
    """The next order's number; the caller holds the scheme's book."""
    return (
        unit.connection.scalar(sa.select(sa.func.max(orders.c.number)).where(orders.c.scheme == scheme)) or 0
    ) + 1


def order_by_code(unit: UnitOfWork, code_hash: str) -> str | None:
    """The order that a code belongs to."""
    return unit.connection.scalar(sa.select(orders.c.id).where(orders.c.code_hash == code_hash))


def pickup_list(unit: UnitOfWork, *, scheme: str, point: str | None, limit: int) -> list[Mapping[str, Any]]:
    """What waits at a point (or at all), to be printed: by number, with names."""
    same = (members.c.scheme == orders.c.scheme) & (members.c.member == orders.c.member)
    columns = ("number", "member", "quantity", "tenths", "point", "proxy", "due_at")
    query = (
        sa.select(
            *(orders.c[name] for name in columns),
            sa.func.coalesce(members.c.name, "").label("name"),
            rewards.c.name.label("reward"),
            rewards.c.unit,
        )
        .select_from(orders.join(rewards, rewards.c.id == orders.c.reward).outerjoin(members, same))
        .where(orders.c.scheme == scheme, orders.c.state == "held")
        .order_by(orders.c.point, orders.c.number)
        .limit(limit)
    )
    if point is not None:
        query = query.where(orders.c.point == point)
    return [dict(row) for row in unit.connection.execute(query).mappings()]
