"""
Use cases of the points service.
"""

from __future__ import annotations

from whistle_points.handlers.booking import Ask, award, deduct, rehearse, reverse_once
from whistle_points.handlers.cases import award_helpers, take_back
from whistle_points.handlers.claiming import Saying, member_of, put_member, review, submit
from whistle_points.handlers.exchanging import (
    Wish,
    cancel,
    follow_lapses,
    move_stock,
    order,
    pick_up,
    put_reward,
)
from whistle_points.handlers.holding import Order, give_up, hold, settle, sweep_holds, sweep_lots
from whistle_points.handlers.publishing import Ruling, appeal, decide, finish, publication_due, publish
from whistle_points.handlers.sweeping import sweep

__all__ = [
    "Ask",
    "Order",
    "Ruling",
    "Saying",
    "Wish",
    "appeal",
    "award",
    "award_helpers",
    "cancel",
    "decide",
    "deduct",
    "finish",
    "follow_lapses",
    "give_up",
    "hold",
    "member_of",
    "move_stock",
    "order",
    "pick_up",
    "publication_due",
    "publish",
    "put_member",
    "put_reward",
    "rehearse",
    "reverse_once",
    "review",
    "settle",
    "submit",
    "sweep",
    "sweep_holds",
    "sweep_lots",
    "take_back",
]
