"""
Work that changes hands: asked back, ruled upon, recalled, urged (退单、裁定、撤回、催办); told by routing (domain D3, S4-19).

What somebody asks and somebody else decides is a *plea* (请示): a return that is reviewed (派单异议审核), a ruling (裁定) after the
second return, an extension (延期).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.message import Message, note, string

PleaKind = Literal["return", "ruling", "extension"]
"""退单异议审核, 裁定, 延期申请."""

_EXAMPLE: Mapping[str, Any] = {"dispatch": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001", "party": "power-bureau"}
_PLEA = "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0006"


@dataclass(frozen=True, kw_only=True)
class DispatchReturned(Message):
    """
    The party says, with a legal basis, that this is not its work; the case goes to another. Its clock stopped with it; ``late``
    tells whether after the deadline.
    """

    name: ClassVar[str] = "dispatch.returned"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "by": "张工",
        "basis": "《城市道路照明管理规定》第四条",
        "late": False,
        "version": 2,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    basis: str = string(max_length=1000)
    suggested: str = string(
        max_length=80, default="", note="the party whose work it is instead, as this one says"
    )
    hop: int = note("how often the case was given back by now", default=0)
    accepted_by: str = string(max_length=100, default="", note="who reviewed it; empty: nobody had to")
    late: bool | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchContacted(Message):
    """The party has spoken to the resident (首次联系, S4-20)."""

    name: ClassVar[str] = "dispatch.contacted"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "by": "张工",
        "text": "已电话联系,约明早上门",
        "version": 3,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    text: str = string(max_length=1000, default="")
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchPleaded(Message):
    """
    Something waits for ``decider``: whether ``party`` may give the work back or has more time, or who is to have the case.
    ``reason`` is the legal basis of a return, and why more time is needed; ``due_at`` when it is to be decided. Every clock runs
    on meanwhile.
    """

    name: ClassVar[str] = "dispatch.pleaded"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "plea": _PLEA,
        "kind": "return",
        "decider": "petition-office",
        "decider_name": "区信访局(值班席)",
        "by": "张工",
        "reason": "《城市道路照明管理规定》第四条",
        "suggested": "property-xingfu",
        "due_at": "2026-11-23T09:30:00+00:00",
    }

    plea: str = string(max_length=40)
    kind: PleaKind
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80, note="who asks; for a ruling, who gave the case back last")
    decider: str = string(max_length=80)
    decider_name: str = string(max_length=200, default="")
    by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    suggested: str = string(max_length=80, default="")
    amount: int = note("of an extension: how many of `unit` are asked for", default=0)
    unit: str = string(max_length=20, default="")
    due_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DispatchDeclined(Message):
    """The party may not give the work back, or has no more time: the dispatch stands, and its clocks never stopped."""

    name: ClassVar[str] = "dispatch.declined"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "plea": _PLEA,
        "kind": "return",
        "by": "李主任",
        "reason": "该路段照明由贵单位养护",
        "version": 3,
    }

    plea: str = string(max_length=40)
    kind: Literal["return", "extension"]
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100, note="who decided")
    reason: str = string(max_length=1000)
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchRuled(Message):
    """
    The arbiter has ruled: ``party`` has the case and may not give it back (no third bounce). ``precedent`` routes the next equal
    case; empty: the ruling holds for this case only.
    """

    name: ClassVar[str] = "dispatch.ruled"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "plea": _PLEA,
        "party_name": "区供电所",
        "by": "李主任",
        "reason": "照明设施归属台账载明由贵单位养护",
        "precedent": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0007",
        "version": 2,
    }

    plea: str = string(max_length=40)
    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    party_name: str = string(max_length=200)
    by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    precedent: str = string(max_length=40, default="")
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchRecalled(Message):
    """The work was sent by mistake and is taken back: nothing is expected of the party any more, its clocks have stopped."""

    name: ClassVar[str] = "dispatch.recalled"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "by": "李主任",
        "reason": "误派,地址不在辖区",
        "late": False,
        "version": 2,
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    by: str = string(max_length=100)
    reason: str = string(max_length=1000)
    late: bool | None = None
    version: int


@dataclass(frozen=True, kw_only=True)
class DispatchUrged(Message):
    """Who owns the case urges the party that has the work (催办)."""

    name: ClassVar[str] = "dispatch.urged"
    example: ClassVar[Mapping[str, Any]] = {
        **_EXAMPLE,
        "owner": "maxian-community",
        "by": "李主任",
        "text": "居民今天又来电,请抓紧",
        "due_at": "2026-11-24T09:30:00+00:00",
    }

    dispatch: str = string(max_length=40)
    party: str = string(max_length=80)
    owner: str = string(max_length=80)
    by: str = string(max_length=100)
    text: str = string(max_length=1000)
    due_at: dt.datetime | None = None


RETURN_MESSAGES: tuple[type[Message], ...] = (
    DispatchContacted,
    DispatchPleaded,
    DispatchDeclined,
    DispatchRuled,
    DispatchRecalled,
    DispatchUrged,
)
"""Everything of this module, in the order of the registry."""
