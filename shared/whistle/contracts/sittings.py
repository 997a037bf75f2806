"""
Sittings (坐班、接访、开箱、走访、例会): somebody is on duty soon, so that those concerned hear of it; told by routing (domain D8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from whistle.contracts.message import Message, string


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Who holds an office of the sitting on its day; ``holder`` is the person's id, or the unit that holds it."""

    role: str = string(max_length=40)
    role_zh: str = string(max_length=100)
    holder: str = string(max_length=100)
    person: str = string(max_length=100, note="the name")


@dataclass(frozen=True, kw_only=True)
class SittingDue(Message):
    """
    A sitting begins at ``begins_at``, in the time before it that the district's row names: told once for each place where it is
    held. ``key`` is day, row and node; ``guests`` come from outside (lawyer, psychologist, deputy, police, department). Where the
    row names no time of the day, it begins when offices open.
    """

    name: ClassVar[str] = "sitting.due"
    example: ClassVar[Mapping[str, Any]] = {
        "key": "2026-11-26/lawyer-thursday/fushan-centre",
        "sitting": "lawyer-thursday",
        "sitting_name": "周四律师坐班",
        "kind": "sitting",
        "begins_at": "2026-11-26T01:00:00+00:00",
        "ends_at": "2026-11-26T03:30:00+00:00",
        "node": "fushan-centre",
        "node_name": "凫山街道综治中心",
        "place": "综治中心一楼",
        "on_duty": [
            {"role": "mediator", "role_zh": "调解员", "holder": "p-0001", "person": "王某"},
        ],
        "guests": ["lawyer"],
    }

    key: str = string(max_length=140)
    sitting: str = string(max_length=40)
    sitting_name: str = string(max_length=200)
    kind: str = string(max_length=20)
    begins_at: dt.datetime
    ends_at: dt.datetime | None = None
    node: str = string(max_length=40)
    node_name: str = string(max_length=200)
    place: str = string(max_length=300, default="")
    theme: str = string(max_length=500, default="")
    on_duty: tuple[OnDuty, ...] = ()
    guests: tuple[str, ...] = ()
    moved_from: str = string(max_length=10, default="", note="the day that the row names, if it was moved")

    @property
    def who(self) -> tuple[str, ...]:
        """Those on duty as people say it: office and name."""
        return tuple(f"{one.role_zh} {one.person}".strip() for one in self.on_duty)
