"""
Who can be given work: the kinds of responders (domain §7; S0-18, S1-6, S2-7) and what each kind is shown of a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Sight = Literal["whole", "office", "problem"]
"""
``whole``: street and city, who alone read the text of a case in which somebody is reported (检举). ``office``: other public
offices, the text as it stands in the ledger without phone numbers. ``problem``: companies, groups and people: place and problem,
nothing about who told of it unless the resident agreed.
"""

Way = Literal["amqp", "webhook", "pages"]
"""How a party is reached: a queue of its own, signed webhooks, or the platform's pages."""

WAYS: Mapping[Way, tuple[str, str]] = MappingProxyType(
    {"amqp": ("消息队列", "queue"), "webhook": ("网络回调", "webhook"), "pages": ("平台网页", "pages")}
)


@dataclass(frozen=True)
class PartyKind:
    """A kind of responder with its words and what it sees."""

    zh: str
    en: str
    sight: Sight


def _kinds() -> dict[str, PartyKind]:
    whole = {"city": ("市级", "city"), "street": ("街道", "street committee")}
    office = {
        "district": ("区级", "district"),
        "community": ("社区", "community"),
        "department": ("区直部门", "district department"),
        "police": ("公安/警务室", "police"),
        "traffic-police": ("交警", "traffic police"),
        "fire": ("消防", "fire brigade"),
        "urban-management": ("城管", "urban management"),
        "justice": ("司法所", "justice office"),
        "petition-office": ("信访", "petition office"),
        "governance-office": ("综治办", "governance office"),
        "discipline": ("纪检监察", "discipline inspection"),
        "people-congress": ("人大", "people's congress"),
        "organisation-department": ("组织部", "organisation department"),
        "work-committee": ("直属机关工委", "committee of organs"),
        "party-school": ("党校", "party school"),
    }
    problem = {
        "electricity": ("供电", "electricity"),
        "water": ("供水", "water"),
        "drainage": ("排水", "drainage"),
        "heating": ("供热", "heating"),
        "gas": ("燃气", "gas"),
        "telecom": ("通信", "telecommunications"),
        "metro": ("轨道交通", "metro"),
        "property": ("物业公司", "property company"),
        "owners-committee": ("业主委员会", "owners' committee"),
        "contractor": ("施工单位", "contractor"),
        "resident-institution": ("共驻单位", "resident institution"),
        "backing-unit": ("挂包单位", "backing unit"),
        "youth-league": ("共青团", "Youth League"),
        "womens-federation": ("妇联", "women's federation"),
        "lawyer": ("律师", "lawyer"),
        "psychologist": ("心理咨询师", "psychologist"),
        "think-tank": ("智库", "think tank"),
    }
    offices = [
        "agriculture",
        "civil-affairs",
        "commerce",
        "culture",
        "education",
        "environment",
        "finance",
        "health",
        "housing",
        "human-resources",
        "market-regulation",
        "medical-insurance",
        "planning",
        "provident-fund",
        "requisition",
        "tax",
        "transport",
        "veterans",
    ]
    made = {code: PartyKind(zh, en, "whole") for code, (zh, en) in whole.items()}
    made |= {code: PartyKind(zh, en, "office") for code, (zh, en) in office.items()}
    made |= {code: PartyKind("区直部门", code.replace("-", " "), "office") for code in offices}
    return made | {code: PartyKind(zh, en, "problem") for code, (zh, en) in problem.items()}


KINDS: Mapping[str, PartyKind] = MappingProxyType(_kinds())
"""The known kinds; a pack may use others, which see the least."""


def sight_of(kind: str) -> Sight:
    """What a party of this kind is shown; of an unknown kind: the least."""
    known = KINDS.get(kind)
    return known.sight if known else "problem"
