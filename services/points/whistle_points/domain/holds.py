"""
Holds: points that are ordered. A hold ends once: settled, voided by somebody, or lapsed because nobody came.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

HoldState = Literal["held", "settled", "voided", "lapsed"]
ENDED_BY: dict[str, HoldState] = {"settle": "settled", "void": "voided", "lapse": "lapsed"}
"""The kind of transfer that ends a hold, and the state it ends in."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """
    Points held for a purpose (a reward's id); ``parts`` are the lots they come from.

    ``due_at``: when it lapses. ``ended_by``: the transfer that ended it. ``spent``: what was settled of it, in tenths.
    """

    id: str
    scheme: str
    member: str
    purpose: str
    tenths: int
    parts: tuple[tuple[str, int], ...]
    state: HoldState
    held_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None = None
    ended_by: str | None = None
    spent: int = 0
    version: int = 1


def end_ref(hold_id: str) -> str:
    """The fact that a hold ended: one for all three ways, so that the ledger itself refuses a second end."""
    return f"end/{hold_id}"
