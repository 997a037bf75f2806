"""
What the tree of a district's organisation is like, told by routing, which owns it, to services that must know what lies below what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from whistle.contracts.message import Message, note, string


@dataclass(frozen=True, kw_only=True)
class Place:
    """
    Where a node hangs over one span of days; a node that moved has several. ``start`` is the first day (ISO 8601) on which it
    hangs there, ``end`` the first on which it does not; empty: no limit. ``official`` is its code in GB/T 2260 or of the grids.
    ``kind`` (``street``, ``community``, ``grid`` …) and ``name`` are empty if whoever told it is older than they are.
    """

    code: str = string(max_length=40)
    parent: str | None = string(max_length=40, default=None)
    official: str = string(max_length=20, default="")
    start: str = string(max_length=10, default="")
    end: str = string(max_length=10, default="")
    kind: str = string(max_length=20, default="")
    name: str = string(max_length=200, default="")


@dataclass(frozen=True, kw_only=True)
class OrganisationTold(Message):
    """
    A district's tree down to the micro-grid, whole and with what was before, whenever it has changed. ``part`` of ``parts``
    (from 1) of the same ``version`` belong together; a higher version replaces a lower one.
    """

    name: ClassVar[str] = "organisation.told"
    example: ClassVar[Mapping[str, Any]] = {
        "version": 3,
        "part": 1,
        "parts": 1,
        "places": [
            {"code": "mawei", "official": "350105"},
            {"code": "luoxing", "parent": "mawei", "official": "350105001"},
            {"code": "maxian", "parent": "luoxing", "official": "350105001001", "start": "2026-03-15"},
        ],
    }

    version: int
    part: int = note("from 1")
    parts: int
    places: tuple[Place, ...]
