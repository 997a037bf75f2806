"""
Awards: what an item is worth to whom, how much of it fits under the caps, and the way of a point to being final.

asked and checked by somebody else → ``booked`` → ``published`` (公示) → ``final``; an appeal (申诉) leads from published through
``appealed`` back to published or to ``reversed``. What does not fit under a cap is ``capped``: on record, with 0 tenths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from whistle.contracts import CaseClosed
from whistle_points.domain.amounts import is_member
from whistle_points.domain.scheme import CASE_CLOSED, Assessor, Item
from whistle_points.domain.transfers import AWARD, Transfer

AwardState = Literal["capped", "booked", "published", "appealed", "final", "reversed"]
AWARD_STEPS: Mapping[tuple[AwardState, str], AwardState] = MappingProxyType(
    {
        ("capped", "publish"): "capped",
        ("booked", "publish"): "published",
        ("published", "appeal"): "appealed",
        ("appealed", "keep"): "published",
        ("published", "finish"): "final",
        ("booked", "reverse"): "reversed",
        ("published", "reverse"): "reversed",
        ("appealed", "reverse"): "reversed",
        ("final", "reverse"): "reversed",
    }
)
STANDING: tuple[AwardState, ...] = ("booked", "published", "appealed", "final")


@dataclass(frozen=True, kw_only=True)
class Award:
    """
    An award, or (``tenths`` below 0) a deduction, as a person reads it; ``id`` is that of its transfer, if anything moved.

    ``asked`` is what the rule gives, ``tenths`` what fitted under the caps. ``reviewer`` is who checked it: a person, or the event
    that stands for one. ``claim`` is what it goes back to, if somebody claimed it. ``publication``: the list on which it stands.
    """

    id: str
    scheme: str
    ref: str
    member: str
    item: str
    rules: int
    assessor: Assessor
    day: dt.date
    asked: int
    tenths: int
    reviewer: str
    state: AwardState
    booked_at: dt.datetime
    claim: str | None = None
    publication: str | None = None
    version: int = 1

    @property
    def capped(self) -> bool:
        """Was it cut by a cap?"""
        return self.tenths != self.asked


def after_step(state: AwardState, step: str) -> AwardState | None:
    """The state after ``step``; None if the table does not allow it."""
    return AWARD_STEPS.get((state, step))


def worth(closed: CaseClosed, item: Item | None) -> int:
    """What a closed case is worth to each helper, in tenths; a rating that is not in the table earns nothing."""
    if item is None or closed.outcome not in item.outcomes:
        return 0
    return item.ratings.get(closed.rating, 0) if item.ratings else item.tenths


def helpers(names: Iterable[str]) -> tuple[str, ...]:
    """The members who helped, each once; what can be no member's number is left out."""
    return tuple(dict.fromkeys(name for name in names if is_member(name)))


def case_ref(case_no: str, case_round: int, *, member: str) -> str:
    """The fact of an award for a case; the scheme's version is no part of it, so a new version does not award anew."""
    return f"case/{case_no}/{case_round}/{CASE_CLOSED}/{member}"


def rule_name(item: str, version: int) -> str:
    """How a transfer names its rule: item and version of the scheme."""
    return f"{item}.v{version}"


def to_reverse(transfers: Iterable[Transfer], *, begun: int) -> tuple[Transfer, ...]:
    """The awards of rounds before ``begun`` that still stand, among all transfers about a case."""
    booked = list(transfers)
    gone = {transfer.reverses for transfer in booked}
    return tuple(
        transfer
        for transfer in booked
        if transfer.kind == AWARD and transfer.round < begun and transfer.id not in gone
    )


@dataclass(frozen=True, kw_only=True)
class CaseRound:
    """Which round of a case began last by a reopening; awards of earlier rounds do not stand."""

    case_no: str
    scheme: str
    round: int
    version: int
