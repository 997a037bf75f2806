"""
A member's statement of a year (S1-21): what there was, what came, what went, what is left.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Funds:
    """What a member has, in tenths; ``debt`` is 0 or above."""

    free: int = 0
    held: int = 0
    debt: int = 0

    @property
    def net(self) -> int:
        """All in one number."""
        return self.free + self.held - self.debt


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one item or reward came to in the year; ``count`` 0 where nobody counts."""

    code: str
    name: str
    tenths: int
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Statement:
    """
    A year of one member. ``earned`` are awards by item (deductions below 0), ``spent`` rewards that were fetched, ``expired`` and
    ``reversed`` in tenths with their sign. ``rank`` is the year's score, ``minutes`` confirmed service. Bound to the head of the
    chain when it was made.
    """

    scheme: str
    district: str
    member: str
    name: str
    branch: str
    year: int
    opening: Funds
    earned: tuple[Line, ...]
    spent: tuple[Line, ...]
    expired: int
    reversed: int
    closing: Funds
    rank: int
    minutes: int
    hours_target: int | None
    exempt: bool
    head_seq: int
    head_hash: str
    made_at: dt.datetime
    made_by: str

    @property
    def moved(self) -> int:
        """What the year's movements add up to."""
        return sum(line.tenths for line in (*self.earned, *self.spent)) + self.expired + self.reversed

    @property
    def adds_up(self) -> bool:
        """Is what is left what there was and what moved?"""
        return self.opening.net + self.moved == self.closing.net

    def figures(self) -> dict[str, Any]:
        """The statement for machines."""
        return {**asdict(self), "made_at": self.made_at.astimezone(dt.UTC).isoformat()}
