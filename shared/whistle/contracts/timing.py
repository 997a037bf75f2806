"""
How long something may take, said once for tables, messages, clocks and calendar: five working days, 30 minutes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

ClockKind = Literal[
    "accept",
    "sign",
    "arrive",
    "first_contact",
    "handle",
    "review",
    "ruling",
    "answer",
    "call_back",
    "approve",
]
"""
What a clock measures: 受理, 签收, 到场, 首次联系, 办理, 审核 (of returns, and of requests for more time), 裁定, 答复, 回访, 审批
(of a whistle).
"""
Unit = Literal["working_days", "working_seconds", "seconds"]
"""Whole working days (工作日), working time (工作时间), or the time on the wall (自然时间)."""

CLOCK_KINDS: tuple[ClockKind, ...] = get_args(ClockKind)[:-1]
"""What the deadlines of a handling class may name; the approval belongs to a class of whistles."""
KIND_WORDS: Mapping[ClockKind, tuple[str, str]] = MappingProxyType(
    {
        "accept": ("受理", "acceptance"),
        "sign": ("签收", "signing"),
        "arrive": ("到场", "arrival"),
        "first_contact": ("首次联系", "first contact"),
        "handle": ("办理", "handling"),
        "review": ("审核", "review"),
        "ruling": ("裁定", "ruling"),
        "answer": ("答复", "answer"),
        "call_back": ("回访", "call-back"),
        "approve": ("审批", "approval"),
    }
)

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_DAYS = 3660
"""No deadline is longer than ten years: a number above is a slip of the pen."""

_TEXT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(.*?)\s*")
_NAMES: Mapping[str, tuple[Unit, int]] = MappingProxyType(
    {
        **dict.fromkeys(("working day", "working days", "个工作日", "工作日"), ("working_days", 1)),
        **dict.fromkeys(
            ("working hour", "working hours", "个工作小时", "工作小时"), ("working_seconds", HOUR)
        ),
        **dict.fromkeys(
            ("working minute", "working minutes", "个工作分钟", "工作分钟"), ("working_seconds", MINUTE)
        ),
        **dict.fromkeys(("minute", "minutes", "分钟"), ("seconds", MINUTE)),
        **dict.fromkeys(("hour", "hours", "小时", "个小时"), ("seconds", HOUR)),
        **dict.fromkeys(("day", "days", "天", "日", "自然日", "个自然日"), ("seconds", DAY)),
    }
)


@dataclass(frozen=True)
class Span:
    """A length of time: ``amount`` of ``unit``, a whole number. ``str(span)`` is English, ``span.zh`` Chinese."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Span | None:
        """
        Read ``5 working days``, ``4 working hours``, ``30 minutes``, ``24 hours``, ``15 days`` or 5个工作日, 4个工作小时, 30分钟,
        24小时, 15天; None if it is none of these, is nothing, or is longer than ten years.
        """
        found = _TEXT.fullmatch(text)
        unit, each = _NAMES.get(" ".join(found[2].lower().split()), (None, 0)) if found else (None, 0)
        if found is None or unit is None:
            return None
        amount = float(found[1]) * each
        limit = LONGEST_DAYS if unit == "working_days" else LONGEST_DAYS * DAY
        return cls(int(amount), unit) if amount == int(amount) and 0 < amount <= limit else None

    @classmethod
    def hours(cls, hours: float) -> Span:
        """So many hours on the wall, to the second."""
        return cls(max(1, round(hours * HOUR)), "seconds")

    @property
    def working(self) -> bool:
        """Does the calendar matter?"""
        return self.unit != "seconds"

    @property
    def least(self) -> dt.timedelta:
        """No less than this passes on the wall; to compare spans of different units without a calendar."""
        return (
            dt.timedelta(days=self.amount)
            if self.unit == "working_days"
            else dt.timedelta(seconds=self.amount)
        )

    @property
    def zh(self) -> str:
        if self.unit == "working_days":
            return f"{self.amount} 个工作日"
        amount, word = _largest(self.amount, self.unit)
        return f"{amount:g} {_ZH[self.unit, word]}"

    def __str__(self) -> str:
        if self.unit == "working_days":
            return f"{self.amount} working {_plural(self.amount, 'day')}"
        amount, word = _largest(self.amount, self.unit)
        return f"{amount:g} {'working ' if self.working else ''}{_plural(amount, word)}"


_ZH: Mapping[tuple[Unit, str], str] = MappingProxyType(
    {
        ("seconds", "day"): "天",
        ("seconds", "hour"): "小时",
        ("seconds", "minute"): "分钟",
        ("seconds", "second"): "秒",
        ("working_seconds", "hour"): "个工作小时",
        ("working_seconds", "minute"): "个工作分钟",
        ("working_seconds", "second"): "个工作秒",
    }
)


def _largest(seconds: int, unit: Unit) -> tuple[float, str]:
    """The amount in the largest unit that makes it a short number: 36 hours, 15 days, 1.5 hours, 50 seconds."""
    if unit == "seconds" and seconds % DAY == 0 and seconds > 2 * DAY:
        return seconds // DAY, "day"
    if seconds >= HOUR and seconds % (HOUR // 4) == 0:
        return seconds / HOUR, "hour"
    if seconds >= MINUTE:
        return round(seconds / MINUTE, 1), "minute"
    return seconds, "second"


def _plural(amount: float, word: str) -> str:
    return word if amount == 1 else f"{word}s"
