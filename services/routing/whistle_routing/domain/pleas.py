"""
What one asks and another decides (请示): a return that is reviewed, a ruling, more time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from whistle.contracts import PleaKind
from whistle.contracts.timing import Span, Unit

PleaState = Literal["open", "granted", "declined", "withdrawn"]
"""A ruling is ``granted`` to whom it names. ``withdrawn``: what it was about has ended before anybody decided."""


@dataclass(frozen=True, kw_only=True)
class Plea:
    """
    ``party`` asked (for a ruling: gave the case back last), ``decider`` is asked; ``reason`` is the legal basis of a return.

    ``amount`` of ``unit`` is what an extension asks for. ``assigned``: who was given the case by the answer; ``precedent``: what
    the ruling became.
    """

    id: str
    version: int
    kind: PleaKind
    case_no: str
    district: str
    round: int
    dispatch: str | None
    party: str
    decider: str
    by: str
    reason: str
    suggested: str = ""
    amount: int = 0
    unit: Unit | None = None
    state: PleaState = "open"
    opened_at: dt.datetime
    due_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None
    decided_by: str | None = None
    answer: str = ""
    assigned: str | None = None
    precedent: str | None = None

    @property
    def span(self) -> Span | None:
        """What an extension asks for."""
        return Span(self.amount, self.unit) if self.unit else None


def decide(
    plea: Plea,
    state: Literal["granted", "declined", "withdrawn"],
    *,
    at: dt.datetime,
    by: str,
    answer: str = "",
    assigned: str | None = None,
    precedent: str | None = None,
) -> Plea:
    """The decided plea."""
    return replace(
        plea,
        state=state,
        decided_at=at,
        decided_by=by,
        answer=answer,
        assigned=assigned,
        precedent=precedent,
        version=plea.version + 1,
    )
