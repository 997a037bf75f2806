"""
One whistle: its states, and what leads from one to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

WhistleState = Literal["requested", "declined", "blown", "closed"]
Move = Literal["approve", "decline", "close", "veto"]

MOVES: Mapping[tuple[WhistleState, Move], WhistleState] = MappingProxyType(
    {
        ("requested", "approve"): "blown",
        ("requested", "decline"): "declined",
        ("blown", "close"): "closed",
        ("blown", "veto"): "blown",
        ("closed", "veto"): "blown",
    }
)
"""A whistle whose last report is vetoed is blown again: what is not done is not released (事不完、人不撤)."""

ALIVE: tuple[WhistleState, ...] = ("requested", "blown")
"""Of these a round of a case has one at most."""


@dataclass(frozen=True, kw_only=True)
class Whistle:
    """
    A call on several parties. ``by`` blew it in the role ``role`` (both None: the district's plugin did); ``lead`` and ``co`` are
    whom it named, ``within`` how long they may take if the blower said so. ``code`` is told on the spot to prove an arrival.
    ``proof`` and ``acceptance`` are what the district asked for when it was blown. ``vetoes`` counts the vetoed reports;
    ``answered_at`` is when the resident was answered after it had closed.
    """

    id: str
    version: int
    case_no: str
    district: str
    whistle_class: str
    state: WhistleState
    round: int
    blown_at: dt.datetime
    by: str | None = None
    role: str | None = None
    reason: str = ""
    lead: str | None = None
    co: tuple[str, ...] = ()
    within: str | None = None
    approved_by: str | None = None
    code: str | None = None
    proof: bool = False
    acceptance: bool = False
    vetoes: int = 0
    answered_at: dt.datetime | None = None


def moved(whistle: Whistle, move: Move) -> Whistle | None:
    """The whistle after a move, or None if that is not possible now."""
    state = MOVES.get((whistle.state, move))
    return replace(whistle, state=state, version=whistle.version + 1) if state else None
