"""
Clocks: what they measure, their states, the table of what may follow (``clock``), and what happens to them (``running``).
"""

from whistle_routing.domain.clocks.clock import (
    MOVING,
    OPEN,
    STEPS,
    STOPPED_BY,
    Clock,
    ClockState,
    Grant,
    Level,
    Move,
    Refusal,
    Standing,
)
from whistle_routing.domain.clocks.running import (
    fire,
    move,
    recompute,
    refusal,
    revive,
    standing,
    start,
    stop,
)

__all__ = [
    "MOVING",
    "OPEN",
    "STEPS",
    "STOPPED_BY",
    "Clock",
    "ClockState",
    "Grant",
    "Level",
    "Move",
    "Refusal",
    "Standing",
    "fire",
    "move",
    "recompute",
    "refusal",
    "revive",
    "standing",
    "start",
    "stop",
]
