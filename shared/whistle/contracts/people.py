"""
Points (told by the points service) and notices (told by notify).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from whistle.contracts.message import Message, note, string


@dataclass(frozen=True, kw_only=True)
class PointsEarned(Message):
    """A member was awarded points. Amounts are integers in tenths of a point."""

    name: ClassVar[str] = "points.earned"
    example: ClassVar[Mapping[str, Any]] = {
        "member": "m-0007",
        "tenths": 20,
        "rule": "case-closed",
        "transfer": "0197a1c0",
    }

    member: str = string(max_length=80)
    tenths: int
    rule: str = string(max_length=80)
    transfer: str = string(max_length=40)


@dataclass(frozen=True, kw_only=True)
class NoticeDelivered(Message):
    """A notice reached its recipient by a machine channel, or a person ticked it off."""

    name: ClassVar[str] = "notice.delivered"
    example: ClassVar[Mapping[str, Any]] = {
        "notice": "0197a1c0",
        "purpose": "answer",
        "channel": "file",
        "recipient": "resident",
    }

    notice: str = string(max_length=40)
    purpose: str = string(max_length=40)
    channel: str = string(max_length=40)
    recipient: str = string(max_length=40, note="kind of recipient: resident, party, member, staff")


@dataclass(frozen=True, kw_only=True)
class NoticeFailed(Message):
    """No channel worked; a human task was made (``task``)."""

    name: ClassVar[str] = "notice.failed"
    example: ClassVar[Mapping[str, Any]] = {
        "notice": "0197a1c0",
        "purpose": "answer",
        "channel": "file",
        "task": None,
    }

    notice: str = string(max_length=40)
    purpose: str = string(max_length=40)
    channel: str = string(max_length=40)
    task: str | None = note("the human task that stands in", default=None)
