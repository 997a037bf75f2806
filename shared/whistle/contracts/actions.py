"""
What a party does with a dispatch, sent by the party itself on ``whistle.actions`` (design §4).

Who acts is told by the broker (AMQP ``user_id``), never by the message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from whistle.contracts.message import Message, note, string

_DISPATCH = "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0001"


@dataclass(frozen=True, kw_only=True)
class Action(Message):
    """
    Base of the actions: which dispatch, and which person of the party acts (real name, S0-16).
    """

    dispatch: str = string(max_length=40)
    by: str = string(max_length=100, note="the named person who acts for the party")

    @classmethod
    def verb(cls) -> str:
        """``sign``, ``arrive``, ``first_contact``, ``progress``, ``report``, ``return``, ``extend`` or ``urge``."""
        return cls.name.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Sign(Action):
    """签收: the party takes the work on."""

    name: ClassVar[str] = "action.sign"
    example: ClassVar[Mapping[str, Any]] = {"dispatch": _DISPATCH, "by": "张工"}


@dataclass(frozen=True, kw_only=True)
class ArrivalProof:
    """
    What shows that somebody is on site: where (in words, or as WGS 84 degrees), when, and a photo (by reference, with the SHA-256
    of its bytes in hexadecimal digits) or the code that whoever blew the whistle tells on the spot.
    """

    place: str | None = string(max_length=300, default=None)
    latitude: float | None = None
    longitude: float | None = None
    at: dt.datetime | None = None
    photo: str | None = string(max_length=500, default=None)
    sha256: str | None = string(max_length=64, default=None)
    code: str | None = string(max_length=20, default=None)


@dataclass(frozen=True, kw_only=True)
class Arrive(Action):
    """报到: the party is on site. A whistle may ask for ``proof``."""

    name: ClassVar[str] = "action.arrive"
    example: ClassVar[Mapping[str, Any]] = {"dispatch": _DISPATCH, "by": "张工"}

    proof: ArrivalProof | None = None


@dataclass(frozen=True, kw_only=True)
class FirstContact(Action):
    """首次联系: the party has spoken to the resident (S4-20)."""

    name: ClassVar[str] = "action.first_contact"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _DISPATCH,
        "by": "张工",
        "text": "已电话联系,约明早上门",
    }

    text: str = string(max_length=1000, default="")


@dataclass(frozen=True, kw_only=True)
class Progress(Action):
    """进展: how far the work is."""

    name: ClassVar[str] = "action.progress"
    example: ClassVar[Mapping[str, Any]] = {"dispatch": _DISPATCH, "by": "张工", "text": "已到货,明日更换"}

    text: str = string()


@dataclass(frozen=True, kw_only=True)
class Report(Action):
    """办结上报: the party's part is done; ``members`` are the party members who helped."""

    name: ClassVar[str] = "action.report"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _DISPATCH,
        "by": "张工",
        "text": "已更换灯头",
        "members": ["m-0007"],
    }

    text: str = string()
    members: tuple[str, ...] = note("ids of party members who helped", default=())


@dataclass(frozen=True, kw_only=True)
class Return(Action):
    """退单: not this party's work; the legal basis is required (domain D3). ``suggested`` is the party whose work it is instead."""

    name: ClassVar[str] = "action.return"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _DISPATCH,
        "by": "张工",
        "basis": "《城市道路照明管理规定》第四条",
    }

    basis: str = string(max_length=1000)
    suggested: str = string(max_length=80, default="", note="id of the party whose work it is instead")


@dataclass(frozen=True, kw_only=True)
class Extend(Action):
    """申请延期: the party asks for more time; somebody else allows it or not."""

    name: ClassVar[str] = "action.extend"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _DISPATCH,
        "by": "张工",
        "span": "5 个工作日",
        "reason": "需停电施工,已报批",
    }

    span: str = string(max_length=40, note="how much, in the unit of the deadline, like `5 working days`")
    reason: str = string(max_length=1000)


@dataclass(frozen=True, kw_only=True)
class Urge(Action):
    """催办: who owns the case (首办责任, S4-19) urges the party that has this dispatch."""

    name: ClassVar[str] = "action.urge"
    example: ClassVar[Mapping[str, Any]] = {
        "dispatch": _DISPATCH,
        "by": "李主任",
        "text": "居民今天又来电,请抓紧",
    }

    text: str = string(max_length=1000)
