"""
How long what may take: the deadlines of the handling classes (S1-10), as dated versions in a district's tables.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal

from whistle.contracts.plugin import HandlingClass, Level
from whistle.contracts.timing import ClockKind, Span

ANY = "any"
"""A row for whatever class has no row of its own."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """
    One row of ``[[classes]]``, in force from ``since`` on.

    ``spans`` has the clocks that run for this class (and only for cases of this ``level``, if one is named). ``extension`` is
    the most that may be granted in all, None: as much as who approves it says. ``pause``: may the handling clock stand still
    while the resident supplies what is missing (补办)? ``returning`` is how long after its dispatch work may be given back (退单).
    ``basis`` is the rule behind the row, for people.
    """

    handling: HandlingClass | Literal["any"]
    since: dt.date
    level: Level | None = None
    spans: Mapping[ClockKind, Span] = dataclasses.field(default_factory=dict)
    extension: Span | None = None
    pause: bool = False
    returning: Span | None = None
    basis: str = ""


def in_force(rows: Iterable[Terms], on: dt.date) -> list[Terms]:
    """
    The rows in force on a day: of each class and level the last that has begun, or the first one if none has.
    """
    found: dict[tuple[str, str | None], Terms] = {}
    for row in sorted(rows, key=lambda one: one.since):
        key = (row.handling, row.level)
        if key not in found or row.since <= on:
            found[key] = row
    return list(found.values())


def terms_for(
    rows: Iterable[Terms], handling: HandlingClass, level: Level, *, kind: ClockKind, on: dt.date
) -> Terms | None:
    """
    The row that says how long ``kind`` may take, or None if none does. A row for the level goes before one for all levels,
    then one for the class before one for any.
    """
    fitting = [
        row
        for row in in_force(rows, on)
        if kind in row.spans and row.handling in (handling, ANY) and row.level in (level, None)
    ]
    return max(fitting, key=lambda row: (row.level is not None, row.handling != ANY), default=None)


def window_for(rows: Iterable[Terms], handling: str | None, *, on: dt.date) -> Span | None:
    """
    How long work of a class may be given back (``return`` of its row, else of the row for any class), or None if no row says so.
    Rows for a level do not count.
    """
    fitting = [
        row
        for row in in_force((row for row in rows if row.level is None), on)
        if row.returning is not None and row.handling in (handling, ANY)
    ]
    return max(fitting, key=lambda row: row.handling != ANY).returning if fitting else None
