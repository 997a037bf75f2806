"""
What becomes of points once they are there, told by the points service. Amounts are integers in tenths of a point.

``transfer`` is the movement in the ledger: each is told once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.message import Message, note, string


@dataclass(frozen=True, kw_only=True)
class PointsDeducted(Message):
    """Points were taken off for a reason (扣分); the member may appeal."""

    name: ClassVar[str] = "points.deducted"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": 50,
        "rule": "absent.v1",
        "reason": "无故缺席党员大会",
        "transfer": "0197a1c0",
    }

    member: str = string(max_length=80)
    tenths: int = note("how much was taken off, above 0")
    rule: str = string(max_length=80)
    reason: str = string(max_length=300)
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsHeld(Message):
    """A member ordered something: the points are set aside until it is fetched, the order ends, or lapses at ``due_at``."""

    name: ClassVar[str] = "points.held"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": 60,
        "purpose": "rice-5kg",
        "hold": "0197a1c0",
        "due_at": "2026-03-09T16:00:00+00:00",
        "transfer": "0197a1c1",
    }

    member: str = string(max_length=80)
    tenths: int
    purpose: str = string(max_length=80)
    hold: str = string(max_length=40)
    due_at: dt.datetime
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsSettled(Message):
    """What was ordered was fetched: the points are spent."""

    name: ClassVar[str] = "points.settled"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": 60,
        "purpose": "rice-5kg",
        "hold": "0197a1c0",
        "transfer": "0197a1c2",
    }

    member: str = string(max_length=80)
    tenths: int
    purpose: str = string(max_length=80)
    hold: str = string(max_length=40)
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsVoided(Message):
    """An order ended without being fetched: the points are free again."""

    name: ClassVar[str] = "points.voided"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": 60,
        "purpose": "rice-5kg",
        "hold": "0197a1c0",
        "why": "lapse",
        "transfer": "0197a1c2",
    }

    member: str = string(max_length=80)
    tenths: int
    purpose: str = string(max_length=80)
    hold: str = string(max_length=40)
    why: Literal["void", "lapse"] = note("void: somebody ended it; lapse: nobody came in time")
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsExpired(Message):
    """Points were not spent in time and are gone."""

    name: ClassVar[str] = "points.expired"
    example: ClassVar[Mapping[str, Any]] = {"member": "m-0007", "tenths": 20, "transfer": "0197a1c0"}

    member: str = string(max_length=80)
    tenths: int
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsReversed(Message):
    """An earlier movement does not stand."""

    name: ClassVar[str] = "points.reversed"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": -20,
        "reverses": "0197a1c0",
        "reason": "诉求重办",
        "transfer": "0197a1c3",
    }

    member: str = string(max_length=80)
    tenths: int = note("what it means for the member: below 0 if an award was taken back")
    reverses: str = string(max_length=40)
    reason: str = string(max_length=300)
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class PointsPublished(Message):
    """A list of points was made public (公示); until ``appeal_until`` any member on it may appeal."""

    name: ClassVar[str] = "points.published"
    example: ClassVar[Mapping[str, Any]] = {
        "publication": "0197a1c0",
        "period": "2026-03",
        "members": 42,
        "appeal_until": "2026-04-08T16:00:00+00:00",
    }

    publication: str = string(max_length=40)
    period: str = string(max_length=10)
    members: int
    appeal_until: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ActivityCompleted(Message):
    """
    Somebody confirmed how long a member took part in an activity. A correction is a higher ``revision`` with the whole new time;
    0 minutes mean that the member was not there.
    """

    name: ClassVar[str] = "activity.completed"
    example: ClassVar[Mapping[str, Any]] = {
        "activity": "0197a1c0",
        "kind": "night-patrol",
        "member": "m-0007",
        "item": "patrol",
        "minutes": 120,
        "ended_at": "2026-03-01T14:00:00+00:00",
        "confirmed_by": "worker-3",
        "revision": 1,
    }

    activity: str = string(max_length=40)
    kind: str = string(max_length=60)
    member: str = string(max_length=80)
    item: str = string(max_length=60, note="the scoring item of the district's scheme")
    minutes: int
    ended_at: dt.datetime
    confirmed_by: str = string(max_length=120)
    revision: int = 1
