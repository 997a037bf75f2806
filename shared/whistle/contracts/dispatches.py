"""
Who must act (dispatch, 派单); told by routing. Until when: :mod:`whistle.contracts.clocks`, together with whom:
:mod:`whistle.contracts.whistles`.

The same messages go to the services and, built for their recipient, to the party itself: they never hold anything about the
resident.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.actions import ArrivalProof
from whistle.contracts.clocks import StartedClock
from whistle.contracts.message import Message, note, string

Role = Literal["lead", "co"]
"""lead: 主办; co: 协办."""
Source = Literal["plugin", "fallback", "duty-desk", "person"]
"""Who decided."""

_EXAMPLE: Mapping[str, Any] = {"dispatch": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001", "party": "power-bureau"}


@dataclass(frozen=True, kw_only=True)
class DispatchSent(Message):
    """
    A party was given work. ``version`` of a dispatch grows with every change; older ones are ignored.

    ``return_until``: how long it may be given back; None: not at all. ``case_due_at``: when the whole case is due, which runs on
    from hand to hand; None: as this dispatch.
    """

    name: ClassVar[str] = "dispatch.sent"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "party_name": "区供电所",
        "role": "lead",
        "round": 1,
        "whistle": None,
        "title": "3号楼路灯不亮",
        "text": "3号楼前的路灯三天不亮了。",
        "place": "幸福里小区3号楼",
        "grid": None,
        "category": "公共照明",
        "handling_class": "commitment",
        "due_at": "2026-11-24T09:30:00+00:00",
        "reasons": ["keyword 路灯 → power-bureau"],
        "source": "plugin",
        "plugin": "mawei 1.0.0",
        "clocks": [
            {
                "clock": _EXAMPLE["dispatch"],
                "kind": "handle",
                "amount": 1,
                "unit": "working_days",
                "warn_at": "2026-11-23T09:30:00+00:00",
                "due_at": "2026-11-24T09:30:00+00:00",
                "red_at": "2026-11-25T00:30:00+00:00",
                "provisional": False,
                "calendar": "a28dd770f0a9",
            }
        ],
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    party_name: str = string(max_length=200)
    role: Role
    round: int = 1
    whistle: str | None = string(max_length=40, default=None)
    title: str = string(max_length=300)
    text: str = string()
    place: str | None = string(max_length=300, default=None)
    grid: str | None = string(max_length=40, default=None)
    category: str | None = string(max_length=100, default=None)
    handling_class: str | None = string(max_length=40, default=None, note="S1-10")
    due_at: dt.datetime | None = None
    reasons: tuple[str, ...] = ()
    source: Source = "plugin"
    plugin: str | None = string(max_length=100, default=None)
    failure: str | None = string(max_length=500, default=None, note="why the plugin did not decide")
    clocks: tuple[StartedClock, ...] = note("the deadlines that begin with this dispatch", default=())
    owner: str | None = string(
        max_length=80, default=None, note="who received the case first and answers for it to the end (S4-19)"
    )
    hop: int = note("how often the case was given back before", default=0)
    return_until: dt.datetime | None = None
    case_due_at: dt.datetime | None = None
    callback: str | None = string(
        max_length=40, default=None, note="to the party only: the resident's number, masked (domain D6)"
    )
    sealed: bool = note("to the party only: somebody is reported; text and place are withheld", default=False)
    watermark: str | None = string(
        max_length=20, default=None, note="to the party only: tells for whom this copy was made"
    )


@dataclass(frozen=True, kw_only=True)
class DispatchPromoted(Message):
    """A party that was at work as co-handler leads from now on; its dispatch and its deadlines stay what they are."""

    name: ClassVar[str] = "dispatch.promoted"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "party_name": "区供电所",
        "round": 1,
        "version": 3,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    party_name: str = string(max_length=200)
    round: int = 1
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchJoined(Message):
    """
    A party that was at work already is part of a whistle now, or no longer leads because another does; its deadlines stay what they
    are.
    """

    name: ClassVar[str] = "dispatch.joined"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "party_name": "区供电所",
        "role": "co",
        "whistle": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0003",
        "round": 1,
        "version": 3,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    party_name: str = string(max_length=200)
    role: Role
    whistle: str | None = string(max_length=40, default=None)
    round: int = 1
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchExtended(Message):
    """
    The party has more time, because ``approved_by`` allowed it (延期): from the old deadline on, even if that has passed since
    ``asked_at``.
    """

    name: ClassVar[str] = "dispatch.extended"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "clock": _EXAMPLE["dispatch"],
        "by": "张工",
        "approved_by": "李主任",
        "reason": "需停电施工,已报批",
        "was_due_at": "2026-11-24T01:30:00+00:00",
        "due_at": "2026-12-01T01:30:00+00:00",
        "warn_at": "2026-11-30T01:30:00+00:00",
        "provisional": False,
        "version": 3,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    clock: str = string(max_length=40)
    by: str = string(max_length=100)
    approved_by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    was_due_at: dt.datetime
    due_at: dt.datetime
    warn_at: dt.datetime
    provisional: bool
    lead: bool = note("does this party lead?", default=False)
    asked_at: dt.datetime | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchSigned(Message):
    """The party took the work on, by a named person (S0-16)."""

    name: ClassVar[str] = "dispatch.signed"
    example: ClassVar[Mapping[str, Any]] = {**_EXAMPLE, "by": "张工", "version": 2}

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchArrived(Message):
    """The party is on site (报到); ``proof`` is what it showed for that, without the code."""

    name: ClassVar[str] = "dispatch.arrived"
    example: ClassVar[Mapping[str, Any]] = {**_EXAMPLE, "by": "张工", "version": 3}

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    proof: ArrivalProof | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchProgressed(Message):
    """The party told how far it is."""

    name: ClassVar[str] = "dispatch.progressed"
    example: ClassVar[Mapping[str, Any]] = {**_EXAMPLE, "by": "张工", "text": "已到货,明日更换", "version": 4}

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    text: str = string()
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchReported(Message):
    """
    The party reports its part done. ``case_done`` tells that it was the last one missing; ``reports`` how many parties have
    reported in this round, this one included (0: not told), so that whoever hears of the last one first can wait for the rest;
    ``vetoes`` earlier reports of this round were vetoed and are not among them. Its clock stopped with it; ``late`` tells whether
    after the deadline.
    """

    name: ClassVar[str] = "dispatch.reported"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "by": "张工",
        "text": "已更换灯头",
        "members": ["m-0007"],
        "round": 1,
        "case_done": True,
        "reports": 1,
        "late": False,
        "version": 5,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    text: str = string()
    members: tuple[str, ...] = ()
    round: int = 1
    case_done: bool
    reports: int = 0
    vetoes: int = 0
    late: bool | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchRefused(Message):
    """The answer to a party whose action was wrong: somebody else's dispatch, a step not allowed now, unreadable."""

    name: ClassVar[str] = "dispatch.refused"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _EXAMPLE["dispatch"],
        "action": "report",
        "action_id": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0002",
        "code": "not-allowed-now",
        "reason": "已上报 / already reported",
    }

    dispatch: str = string(max_length=40)
    action: str = string(max_length=20)
    action_id: str = string(max_length=100)
    code: str = string(max_length=60)
    reason: str = string(max_length=1000)
