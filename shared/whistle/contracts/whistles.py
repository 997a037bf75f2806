"""
Several parties called to handle one case together (whistle, 吹哨): asked for, approved, blown, and what whoever blew it may do:
summon, evaluate, veto, assess (召集、评价、否决、考核); told by routing.

What concerns one responder goes to that party as well. Texts are masked before they are sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.message import Message, note, string

WhistleClass = Literal["daily", "major", "urgent"]
"""日常, 重大, 紧急."""
Verdict = Literal["satisfied", "basically_satisfied", "dissatisfied"]
"""What the blower says of a responder's part: 满意, 基本满意, 不满意."""
Grade = Literal["excellent", "qualified", "unqualified"]
"""The assessment for a responder's record: 优秀, 合格, 不合格."""

_WHISTLE = "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0003"
_CALLED: Mapping[str, Any] = {"whistle": _WHISTLE, "lead": "power-bureau", "co_handlers": ["property-xingfu"]}
_RESPONDER: Mapping[str, Any] = {
    "whistle": _WHISTLE,
    "dispatch": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001",
    "party": "power-bureau",
    "by": "wang-grid",
}


@dataclass(frozen=True, kw_only=True)
class WhistleRequested(Message):
    """Somebody wants to blow a whistle and asks a principal (吹哨审批); ``role`` must approve, if possible before ``due_at``."""

    name: ClassVar[str] = "whistle.requested"
    example: ClassVar[Mapping[str, Any]] = {
        **_CALLED,
        "whistle_class": "major",
        "by": "wang-grid",
        "reason": "多家管线,社区协调不了",
        "role": "street",
        "due_at": "2026-11-22T06:00:00+00:00",
    }

    whistle: str = string(max_length=40)
    whistle_class: WhistleClass
    lead: str = string(max_length=80)
    co_handlers: tuple[str, ...]
    by: str = string(max_length=200)
    reason: str = string(max_length=1000)
    role: str = string(max_length=20, note="the lowest role that may approve")
    due_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WhistleApproved(Message):
    """The principal allows it; ``whistle.blown`` follows."""

    name: ClassVar[str] = "whistle.approved"
    example: ClassVar[Mapping[str, Any]] = {"whistle": _WHISTLE, "by": "li-street", "reason": "同意"}

    whistle: str = string(max_length=40)
    by: str = string(max_length=200)
    reason: str = string(max_length=1000, default="")


@dataclass(frozen=True, kw_only=True)
class WhistleDeclined(Message):
    """It is not blown: the principal says why, or the case went on before anybody decided."""

    name: ClassVar[str] = "whistle.declined"
    example: ClassVar[Mapping[str, Any]] = {
        "whistle": _WHISTLE,
        "by": "li-street",
        "reason": "社区可自行处理",
    }

    whistle: str = string(max_length=40)
    by: str = string(max_length=200)
    reason: str = string(max_length=1000)


@dataclass(frozen=True, kw_only=True)
class WhistleBlown(Message):
    """Several parties are called to report in and handle one case together. ``by`` is None if the district's plugin decided."""

    name: ClassVar[str] = "whistle.blown"
    example: ClassVar[Mapping[str, Any]] = {
        **_CALLED,
        "whistle_class": "daily",
    }

    whistle: str = string(max_length=40)
    whistle_class: WhistleClass
    lead: str = string(max_length=80)
    co_handlers: tuple[str, ...]
    by: str | None = string(max_length=200, default=None)
    role: str | None = string(max_length=20, default=None, note="in which role it was blown")
    reason: str | None = string(max_length=1000, default=None)
    approved_by: str | None = string(max_length=200, default=None)


@dataclass(frozen=True, kw_only=True)
class WhistleSummoned(Message):
    """召集: one more party is called to a whistle that was blown before; its ``dispatch.sent`` goes with this."""

    name: ClassVar[str] = "whistle.summoned"
    example: ClassVar[Mapping[str, Any]] = {**_RESPONDER, "reason": "需停水配合"}

    whistle: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=200)
    reason: str = string(max_length=1000)


@dataclass(frozen=True, kw_only=True)
class WhistleVetoed(Message):
    """
    否决: the report is not accepted, the party is back at work, and its own clock runs on towards ``due_at`` as if it had never
    stopped. ``vetoes`` counts those of this round, this one included, so that whoever counts reports knows which still hold.
    """

    name: ClassVar[str] = "whistle.vetoed"
    example: ClassVar[Mapping[str, Any]] = {
        **_RESPONDER,
        "reason": "现场仍有积水",
        "due_at": "2026-11-24T01:30:00+00:00",
        "round": 1,
        "vetoes": 1,
        "version": 6,
    }

    whistle: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=200)
    reason: str = string(max_length=1000)
    due_at: dt.datetime
    round: int
    vetoes: int
    version: int


@dataclass(frozen=True, kw_only=True)
class WhistleReleased(Message):
    """The blower lets a responder go that has not reported, and says why; its clocks stopped with it."""

    name: ClassVar[str] = "whistle.released"
    example: ClassVar[Mapping[str, Any]] = {
        **_RESPONDER,
        "reason": "不涉及燃气管线",
        "late": True,
        "version": 4,
    }

    whistle: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=200)
    reason: str = string(max_length=1000)
    late: bool | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class WhistleEvaluated(Message):
    """评价: what the blower says of one responder's part; a report is accepted by it."""

    name: ClassVar[str] = "whistle.evaluated"
    example: ClassVar[Mapping[str, Any]] = {
        **_RESPONDER,
        "score": 92,
        "verdict": "satisfied",
        "comment": "十分钟到场",
        "version": 6,
    }

    whistle: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=200)
    score: int = note("0 to 100")
    verdict: Verdict
    comment: str = string(max_length=1000, default="")
    version: int


@dataclass(frozen=True, kw_only=True)
class WhistleAssessed(Message):
    """考核: the final word about one responder, for its record."""

    name: ClassVar[str] = "whistle.assessed"
    example: ClassVar[Mapping[str, Any]] = {**_RESPONDER, "grade": "excellent", "comment": "全程在场"}

    whistle: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=200)
    grade: Grade
    comment: str = string(max_length=1000, default="")


@dataclass(frozen=True, kw_only=True)
class WhistleEscalated(Message):
    """
    What takes long or is overdue was carried upward (S3-10), and this is what the district's plugin decided: who leads, who is
    called besides. ``steps`` are its reasons, in order. ``whistle`` is None if nobody is called together.
    """

    name: ClassVar[str] = "whistle.escalated"
    example: ClassVar[Mapping[str, Any]] = {
        "whistle": _WHISTLE,
        "trigger": "overdue",
        "detail": "办理逾期: power-bureau",
        "by": None,
        "lead": "laochenglu-street",
        "called": ["laochenglu-street"],
        "steps": ["S3-10 登记入册: 办理逾期", "S3-10 上报街道党工委研讨: 社区上报"],
        "registered_at": "2026-11-24T01:30:00+00:00",
    }

    whistle: str | None = string(max_length=40, default=None)
    trigger: str = string(max_length=20)
    detail: str = string(max_length=1000)
    by: str | None = string(max_length=200, default=None, note="None: a deadline had passed")
    lead: str = string(max_length=80)
    called: tuple[str, ...] = note("who was not at work before", default=())
    steps: tuple[str, ...] = ()
    registered_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WhistleClosed(Message):
    """
    All who were called have reported or were released with a reason. ``reports`` still hold in this ``round`` (0: not told) after
    ``vetoes`` others were vetoed.
    """

    name: ClassVar[str] = "whistle.closed"
    example: ClassVar[Mapping[str, Any]] = {"whistle": _WHISTLE}

    whistle: str = string(max_length=40)
    round: int = 0
    reports: int = 0
    vetoes: int = 0


WHISTLE_MESSAGES: tuple[type[Message], ...] = (
    WhistleRequested,
    WhistleApproved,
    WhistleDeclined,
    WhistleBlown,
    WhistleSummoned,
    WhistleVetoed,
    WhistleReleased,
    WhistleEvaluated,
    WhistleAssessed,
    WhistleEscalated,
    WhistleClosed,
)
