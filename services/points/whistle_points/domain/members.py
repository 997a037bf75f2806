"""
Party members as the points service knows them: one file each (一人一档, S1-18).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

MemberState = Literal["active", "blocked", "left"]
MEMBER_STATES: Mapping[MemberState, tuple[str, str]] = MappingProxyType(
    {"active": ("在册", "active"), "blocked": ("冻结", "blocked"), "left": ("转出", "left")}
)

RecordPart = Literal["duty", "training", "support", "career", "honours"]
RECORD_PARTS: Mapping[RecordPart, tuple[str, str]] = MappingProxyType(
    {
        "duty": ("职责", "duty"),
        "training": ("培训", "training"),
        "support": ("支撑", "support"),
        "career": ("出路", "career"),
        "honours": ("奖惩", "rewards and penalties"),
    }
)
"""The five parts (五有) of a person's record (S4-9)."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """
    A member of one scheme. ``key`` is ``<scheme>/<member>``. ``name`` is empty until somebody enters it.

    ``blocked``: earns, but may not order while under investigation, is not commended and not on the public list.
    ``card``: how often the member's card was renewed. ``exempt_until``: until when somebody is commended without the hours of
    service, for age or health.
    """

    key: str
    scheme: str
    member: str
    name: str = ""
    branch: str = ""
    groups: tuple[str, ...] = ()
    grid: str | None = None
    state: MemberState = "active"
    reason: str = ""
    exempt_until: dt.date | None = None
    joined_at: dt.datetime
    card: int = 0
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a member's file says beside points; what does not hold is withdrawn, with the reason."""

    id: str
    scheme: str
    member: str
    part: RecordPart
    day: dt.date
    title: str
    entered_by: str
    entered_at: dt.datetime
    detail: str = ""
    state: Literal["standing", "withdrawn"] = "standing"
    reason: str = ""
    version: int = 1


def member_key(scheme: str, member: str) -> str:
    """The key of a member's row."""
    return f"{scheme}/{member}"
