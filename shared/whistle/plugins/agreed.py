"""
What a pack says of its parties beyond who they are: what they are sent, and the pledges they signed (S1-6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a party is sent until somebody chooses otherwise; an empty list means all. A category stands for all below it."""

    messages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A co-building pledge (共驻联建承诺书): holds from ``signed_on`` until before ``ends_on`` (None: open)."""

    party: str
    signed_on: dt.date
    ends_on: dt.date | None
    signed_by: str
    terms: str


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What the pack says of its parties; ``filters`` by party."""

    filters: Mapping[str, Wanted] = field(default_factory=lambda: MappingProxyType({}))
    pledges: tuple[Pledge, ...] = ()


NOTHING_AGREED = Agreed()
