"""
What happens to a case (诉求件), told by intake. No message holds contact data in clear.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from whistle.contracts.message import Message, note, string

AnswerWay = Literal["home_visit", "on_site", "platform", "hotline", "letter", "meeting"]
"""The six ways to answer a resident (S1-12): 上门答复 现场咨询 网络平台 热线回访 书面函复 召集会议."""

Rating = Literal["very_satisfied", "satisfied", "basically_satisfied", "dissatisfied", "very_dissatisfied"]
"""好差评, five levels (domain §8)."""


@dataclass(frozen=True, kw_only=True)
class CaseFiled(Message):
    """A request was written to the ledger and has its number."""

    name: ClassVar[str] = "case.filed"
    example: ClassVar[Mapping[str, Any]] = {
        "title": "3号楼路灯不亮",
        "text": "3号楼前的路灯三天不亮了,老人晚上出门不安全。",
        "place": "幸福里小区3号楼",
        "grid": "350105003001003",
        "door": "hotline",
        "category": None,
        "tags": [],
        "filed_at": "2026-11-22T01:30:00+00:00",
        "contact": None,
    }

    title: str = string(max_length=300)
    text: str = string(note="normalised to simplified characters, phone and ID numbers masked")
    place: str | None = string(max_length=300, default=None)
    grid: str | None = string(max_length=40, default=None)
    door: str = string(max_length=40, note="the way it came in, e.g. hotline, wechat_group, walk (domain §7)")
    category: str | None = string(max_length=100, default=None)
    tags: tuple[str, ...] = ()
    filed_at: dt.datetime
    contact: str | None = string(
        default=None, note="sealed with the platform's key ring; only notify can open it"
    )
    consent: bool = note(
        "may whoever handles it see who told of it, as far as the text says so?", default=False
    )
    callback: str | None = string(max_length=40, default=None, note="the resident's number, masked")


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Message):
    """Every party that had to act has reported; the resident must now be answered."""

    name: ClassVar[str] = "case.resolved"
    example: ClassVar[Mapping[str, Any]] = {"result": "已更换灯头"}

    result: str = string()


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(Message):
    """The resident was answered in one of the six ways."""

    name: ClassVar[str] = "case.answered"
    example: ClassVar[Mapping[str, Any]] = {"way": "hotline", "text": "路灯已修好,请您查看。", "round": 1}

    way: AnswerWay
    text: str = string()
    round: int = note("1 for the first answer, one more after each reopening", default=1)


@dataclass(frozen=True, kw_only=True)
class CaseRated(Message):
    """The resident rated the answer."""

    name: ClassVar[str] = "case.rated"
    example: ClassVar[Mapping[str, Any]] = {"rating": "satisfied", "round": 1}

    rating: Rating
    round: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Message):
    """The resident was dissatisfied: the case goes back to whoever is responsible, under supervision."""

    name: ClassVar[str] = "case.reopened"
    example: ClassVar[Mapping[str, Any]] = {"reason": "dissatisfied", "round": 2}

    reason: str = string(max_length=1000)
    round: int = note("the round that now begins")


@dataclass(frozen=True, kw_only=True)
class CaseClosed(Message):
    """The case is done."""

    name: ClassVar[str] = "case.closed"
    example: ClassVar[Mapping[str, Any]] = {
        "outcome": "resolved",
        "rating": "satisfied",
        "round": 1,
        "members": ["m-0007"],
        "category": "困难帮扶/微心愿",
    }

    outcome: Literal["resolved", "explained", "withdrawn"]
    rating: Rating | None = None
    round: int = 1
    members: tuple[str, ...] = note("party members who helped, as reported by the parties", default=())
    category: str | None = string(max_length=100, default=None)
