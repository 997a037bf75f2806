"""
The shelves: stock fits what came, went and is ordered; orders fit their holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.store.tables import holds, orders, rewards, stock_moves
from whistle_points.store.verifying.limits import MOST


def in_stock(unit: UnitOfWork) -> Iterator[str]:
    """Received less written off and handed out is on hand; what is ordered is reserved; never below 0 (invariant 6)."""

    for reward, has, should, kept, ordered in unit.connection.execute(_stock()):
        yield f"reward {reward}: on hand {has} (recomputed {should}), reserved {kept} (ordered {ordered})"


@cache
def _stock() -> sa.Select[Any]:
    """Rewards with another stock or another reservation than what is booked."""

    def sum_of(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        inner = sa.select(sa.func.sum(table.c.quantity)).where(table.c.reward == rewards.c.id, *where)
        return sa.func.coalesce(inner.scalar_subquery(), 0)

    on_hand = sum_of(stock_moves) - sum_of(orders, orders.c.state == "settled")
    reserved = sum_of(orders, orders.c.state == "held")
    wrong = sa.or_(
        rewards.c.on_hand != on_hand, rewards.c.reserved != reserved, rewards.c.on_hand < rewards.c.reserved
    )
    query = sa.select(rewards.c.id, rewards.c.on_hand, on_hand, rewards.c.reserved, reserved)
    return query.where(wrong).limit(MOST)


def fetched_once(unit: UnitOfWork) -> Iterator[str]:
    """Each order is its hold, in the same state and amount; what was handed out has a clerk and a taker (invariant 7)."""
    for order, state, held in unit.connection.execute(_fetched()):
        yield f"order {order}: is {state}, its hold is {held}, or clerk and taker do not fit"


@cache
def _fetched() -> sa.Select[Any]:
    """Orders that differ from their hold, or were handed out otherwise than they may be."""
    return (
        sa.select(orders.c.id, orders.c.state, holds.c.state)
        .outerjoin(holds, holds.c.id == orders.c.id)
        .where(
            sa.or_(
                holds.c.id.is_(None),
                holds.c.state != orders.c.state,
                holds.c.tenths != orders.c.tenths,
                holds.c.member != orders.c.member,
                (orders.c.state == "settled") != orders.c.taker.is_not(None),
                orders.c.clerk == orders.c.member,
                sa.and_(orders.c.taker.is_not(None), orders.c.clerk == orders.c.taker),
            )
        )
        .limit(MOST)
    )
