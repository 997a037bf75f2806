"""
Use cases of the points service.
"""

from __future__ import annotations

from whistle_points.handlers.booking import Ask, award, deduct, rehearse, reverse_once
from whistle_points.handlers.cases import award_helpers, take_back
from whistle_points.handlers.claiming import Saying, member_of, put_member, review, submit
from whistle_points.handlers.holding import Order, give_up, hold, settle, sweep_holds, sweep_lots
from whistle_points.handlers.publishing import Ruling, appeal, decide, finish, publication_due, publish
from whistle_points.handlers.sweeping import sweep

__all__ = [
    "Ask",
    "Order",
    "Ruling",
    "Saying",
    "appeal",
    "award",
    "award_helpers",
    "decide",
    "deduct",
    "finish",
    "give_up",
    "hold",
    "member_of",
    "publication_due",
    "publish",
    "put_member",
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
