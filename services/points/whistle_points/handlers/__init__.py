"""
Use cases of the points service.
"""

from __future__ import annotations

from whistle_points.handlers.booking import Ask, award, deduct, rehearse, reverse_once
from whistle_points.handlers.cases import award_helpers, take_back
from whistle_points.handlers.holding import Order, give_up, hold, settle, sweep_holds, sweep_lots
from whistle_points.handlers.sweeping import sweep

__all__ = [
    "Ask",
    "Order",
    "award",
    "award_helpers",
    "deduct",
    "give_up",
    "hold",
    "rehearse",
    "reverse_once",
    "settle",
    "sweep",
    "sweep_holds",
    "sweep_lots",
    "take_back",
]
