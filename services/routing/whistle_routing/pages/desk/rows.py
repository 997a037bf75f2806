"""
Lines of the desk: a dispatch, a plea, a whistle or an order with its case as the reader may see it; read together, not one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from whistle_routing.domain import Clock, Dispatch, Job
from whistle_routing.pages.desk.reader import Reader, ShownCase, names_of, show_case
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

UNKNOWN = ShownCase(title="-", text="", place=None, category=None)


@dataclass(frozen=True, kw_only=True)
class Row:
    """``about`` is a dispatch, plea, whistle or order; ``colour`` and ``next`` (its first deadline) are a dispatch's."""

    about: Any
    case: ShownCase
    job: Job | None
    name: str
    colour: str = ""
    next: Clock | None = None


def rows_of(unit: RoutingUnit, reader: Reader, found: Sequence[Any], *, tools: Tools) -> list[Row]:
    """Lines for what was found, with four queries for all of their cases."""
    unit.preload({one.case_no for one in found})
    return [_row(unit, reader, one, tools) for one in found]


def _row(unit: RoutingUnit, reader: Reader, about: Any, tools: Tools) -> Row:
    job = unit.jobs.get(about.case_no)
    case = show_case(reader, job, tools) if job is not None else UNKNOWN
    party = getattr(about, "party", None) or getattr(about, "lead", None) or ""
    name = names_of(tools, about.district).get(party, party)
    if not isinstance(about, Dispatch):
        return Row(about=about, case=case, job=job, name=name)
    clocks = [one for one in unit.clocks_of(about.case_no) if one.dispatch == about.id]
    return Row(
        about=about,
        case=case,
        job=job,
        name=name,
        colour=colour_of(about, clocks, unit.now),
        next=first_due(clocks),
    )


def colour_of(about: Dispatch, clocks: Iterable[Clock], now: dt.datetime) -> str:
    """The worst colour of what still runs for a dispatch; the codes are those of :data:`~.words.COLOURS`."""
    states = {one.state for one in clocks}
    if not about.open:
        return "over"
    if "overdue" in states:
        return "red"
    if about.due_at < now:
        return "late"
    if "warned" in states:
        return "yellow"
    return "paused" if "paused" in states else "running"


def first_due(clocks: Iterable[Clock]) -> Clock | None:
    """Which deadline comes first of those that run."""
    running = [one for one in clocks if one.state not in ("stopped", "paused")]
    return min(running, key=lambda one: (one.due_at, one.id), default=None)


def district_names(tools: Tools, wanted: Iterable[str] | None) -> Mapping[str, str]:
    """What districts are called, by code."""
    every = {code: pack.tables.name for code, pack in sorted(tools.packs.items())}
    return every if wanted is None else {code: every.get(code, code) for code in wanted}
