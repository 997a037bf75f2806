"""
The organisation as records with validity: what a pack's files hold, routing stores and an export writes again.

``start`` is the first day on which a record holds, ``end`` the first day on which it does not any more; ``ALWAYS`` and ``OPEN``
stand for no limit. Days are those of China.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ALWAYS = dt.date.min
OPEN = dt.date.max

SOURCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "community-worker": ("社区工作者",),
        "in-service-member": ("驻区单位在职党员", "在职党员"),
        "retired-member": ("退休老党员", "退休党员"),
        "property-member": ("物业公司党员", "物业党员"),
        "cadre": ("机关干部", "干部"),
        "resident": ("居民",),
        "other": ("其他",),
    }
)
"""Where a member of staff comes from (S1-3), with the words for it; the first is what we write."""

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

SORTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"common": ("共性",), "individual": ("个性",)})
"""Duties that all of a role have, and those of some (S4-10)."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """
    One node of the tree over one span of time; a node that moved or was renamed has several.

    Args:
        code: names the node for ever; cases and parties refer to it.
        official: 6, 9, 12 or 15 digits, see :class:`~whistle.contracts.organisation.Kind`; empty: none.
        centre: longitude and latitude (degrees, CGCS2000/WGS 84).
        shape: a GeoJSON geometry (Polygon, MultiPolygon) as compact JSON text; empty: none.
    """

    code: str
    kind: str
    name: str
    parent: str | None
    official: str = ""
    centre: tuple[float, float] | None = None
    shape: str = ""
    start: dt.date = ALWAYS
    end: dt.date = OPEN


@dataclass(frozen=True, kw_only=True)
class Person:
    """
    A member of staff or a volunteer, never a resident as such.

    ``phone`` is in clear only where it comes from a file; it is not part of ``repr``, so that no log line can hold it.
    """

    id: str
    name: str
    source: str = "other"
    unit: str = ""
    skills: tuple[str, ...] = ()
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Post:
    """An office or role at a node, held by a person or by a unit (a resident institution, a property company)."""

    node: str
    role: str
    person: str = ""
    unit: str = ""
    start: dt.date = ALWAYS
    end: dt.date = OPEN

    @property
    def holder(self) -> str:
        """Who holds it."""
        return self.person or self.unit


@dataclass(frozen=True, kw_only=True)
class Duty:
    """
    A slot of time-shared duty at a node (S1-4 分时包片).

    ``weekdays`` are 1 (Monday) to 7; ``begin`` and ``finish`` times of day, ``finish`` not included; a slot over midnight has a
    ``finish`` before its ``begin``.
    """

    node: str
    person: str
    weekdays: tuple[int, ...]
    begin: dt.time
    finish: dt.time
    note: str = ""
    start: dt.date = ALWAYS
    end: dt.date = OPEN


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One line of the list of duties of a role (S4-10 职责清单); ``subject`` is its class."""

    role: str
    sort: str
    subject: str
    text: str
    start: dt.date = ALWAYS
    end: dt.date = OPEN


@dataclass(frozen=True, kw_only=True)
class Role:
    """
    An office or role. ``at``: kinds of node where it exists; empty: everywhere. ``office``: is it an office (职务), of which one
    person may hold several (S3-3)?
    """

    code: str
    words: tuple[str, ...]
    en: str
    at: tuple[str, ...] = ()
    office: bool = False

    @property
    def zh(self) -> str:
        return self.words[0]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """How many of a role a roster needs; ``most`` None: any number."""

    role: str
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Roster:
    """
    Who must be there at every node of a kind.

    Args:
        at: the kinds of node that have such a roster.
        source: the mechanism it comes from, e.g. ``S0-4``.
        reach: may seats be filled by posts at nodes below (a unit's head in a grid's group)?
        one_person: role whose holders must hold all other seats themselves (S2-2); empty: none.
    """

    code: str
    zh: str
    en: str
    at: tuple[str, ...]
    seats: tuple[Seat, ...]
    source: str = ""
    reach: bool = False
    one_person: str = ""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """All records of a district, with the roles and rosters that hold there."""

    district: str
    nodes: tuple[Node, ...] = ()
    people: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    duties: tuple[Duty, ...] = ()
    charges: tuple[Charge, ...] = ()
    roles: tuple[Role, ...] = ()
    rosters: tuple[Roster, ...] = ()
