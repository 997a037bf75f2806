"""
What a person does where no machine channel reaches the recipient.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from whistle.contracts import AnswerWay
from whistle_notify.domain.notices import Contact

TASK_HOURS: Mapping[AnswerWay, int] = MappingProxyType(
    {"hotline": 24, "on_site": 48, "platform": 48, "home_visit": 72, "letter": 120, "meeting": 240}
)
"""Until when a task of each of the six ways (S1-12) is due; wall-clock hours."""

RESULTS: Mapping[str, str] = MappingProxyType(
    {"reached": "tick", "refused": "give_up", "unreachable": "give_up"}
)
"""What comes of a task, and what that means for its notice."""


CASE_CLOSED = "closed"
"""What came of a task whose case was closed before anybody did it; no person says so."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """
    Something that a person of role ``owner`` (or higher) in the district must do by ``due_at``, in one of the six ways.

    ``origin`` is unique: what the task stands for. ``text`` is what to say.
    """

    id: str
    origin: str
    kind: AnswerWay
    purpose: str
    owner: str
    district: str
    grid: str | None
    case_no: str | None
    notice: str | None
    text: str
    state: Literal["open", "done"]
    created_at: dt.datetime
    due_at: dt.datetime
    done_at: dt.datetime | None = None
    done_by: str | None = None
    result: str | None = None
    note: str | None = None
    version: int = 1


def way_to(contact: Contact, *, said: str | None = None) -> AnswerWay:
    """How a person reaches somebody: the way that the answer names, else by phone, else at the door."""
    for way in TASK_HOURS:
        if way == said and way != "platform":
            return way
    return "hotline" if contact.get("phone") else "home_visit"


def due_at(kind: AnswerWay, now: dt.datetime) -> dt.datetime:
    """Until when a task of this kind is to be done."""
    return now + dt.timedelta(hours=TASK_HOURS[kind])
