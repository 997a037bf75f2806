"""
Joint consultation (联合会商, S4-21; 联席会, S1-17): parties and guests sit together about a case, as a step of a whistle or because
the street called them; told by routing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from whistle.contracts.message import Message, note, string

_WHISTLE = "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0003"


@dataclass(frozen=True, kw_only=True)
class ConsultationCalled(Message):
    """
    联合会商 (S4-21): who is asked to sit together about the case, when and where. ``guests`` are no parties: lawyers, 专家, the
    residents' think tank (社区智囊团, S1-5). ``whistle`` is empty where the case has none.
    """

    name: ClassVar[str] = "consultation.called"
    example: ClassVar[Mapping[str, Any]] = {
        "consultation": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0008",
        "whistle": _WHISTLE,
        "parties": ["power-bureau", "property-xingfu"],
        "guests": ["律师", "心理咨询师"],
        "meet_at": "2026-11-24T06:00:00+00:00",
        "place": "街道综治中心",
        "subject": "电表改造费用分担",
        "by": "li-street",
    }

    consultation: str = string(max_length=40)
    whistle: str = string(max_length=40)
    parties: tuple[str, ...]
    guests: tuple[str, ...] = ()
    meet_at: dt.datetime
    place: str = string(max_length=300)
    subject: str = string(max_length=1000)
    by: str = string(max_length=200)


@dataclass(frozen=True, kw_only=True)
class ConsultationHeld(Message):
    """
    They sat together: who came, what was said, what was decided. ``summoned`` were called by the decision, ``lead`` leads from now
    on (empty: as before); where nobody is called the decision is an ``advice``. ``whistle`` is empty where the case has none.
    """

    name: ClassVar[str] = "consultation.held"
    example: ClassVar[Mapping[str, Any]] = {
        "consultation": "0197a1c0-7d3e-7bb0-8b61-0a4f3c1f0008",
        "whistle": _WHISTLE,
        "present": ["power-bureau"],
        "minutes": "供电所介绍了改造方案。",
        "decision": "由供电所更换表前线路,物业配合停电。",
        "summoned": [],
        "by": "li-street",
    }

    consultation: str = string(max_length=40)
    whistle: str = string(max_length=40)
    present: tuple[str, ...]
    minutes: str = string()
    decision: str = string(max_length=2000)
    summoned: tuple[str, ...] = ()
    lead: str = string(max_length=80, default="")
    advice: bool = note("nobody is called by the decision", default=False)
    by: str = string(max_length=200)
