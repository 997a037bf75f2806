"""
The front page and what is happening now; public, and nothing on them points to a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whistle.calendar.days import CHINA
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_intake.domain import PHASES
from whistle_intake.store import Happening, IntakeUnit
from whistle_intake.tools import Tools

FRESH = dt.timedelta(seconds=10)
TOLD = (
    "case.filed",
    "dispatch.sent",
    "whistle.blown",
    "dispatch.reported",
    "case.answered",
    "case.reopened",
    "case.closed",
)
LINES = 8


@dataclass(frozen=True)
class Now:
    """
    What is happening: ``today`` by kind of event since midnight, ``states`` and ``phases`` over all cases, ``districts`` with their
    states, ``newest`` lines.
    """

    at: dt.datetime
    today: Mapping[str, int]
    states: Mapping[str, int]
    phases: Mapping[str, int]
    districts: Mapping[str, Mapping[str, int]]
    newest: Sequence[Happening]


class Board:
    """Reads :class:`Now` at most every ten seconds, however many people look."""

    def __init__(self) -> None:
        self._seen: Now | None = None

    def read(self, unit: IntakeUnit) -> Now:
        """What is happening, at most ten seconds old."""
        if self._seen is None or not dt.timedelta(0) <= unit.now - self._seen.at < FRESH:
            self._seen = read_now(unit)
        return self._seen


def read_now(unit: IntakeUnit) -> Now:
    """What is happening, from the ledger."""
    midnight = unit.now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    states: dict[str, int] = {}
    phases = dict.fromkeys(("collect", "sort", "supervise", "feed_back"), 0)
    districts: dict[str, dict[str, int]] = {}
    for (district, state), count in sorted(unit.counts().items()):
        states[state] = states.get(state, 0) + count
        districts.setdefault(district, {})[state] = count
        if state != "closed":
            phases[PHASES[state]] += count  # type: ignore[index]  # a column of type State
    return Now(
        at=unit.now,
        today=unit.happened(midnight),
        states=states,
        phases=phases,
        districts=districts,
        newest=unit.newest(TOLD, LINES),
    )


def show_front(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools, board: Board) -> Response:
    """What this is; file, follow, see."""
    return look.page(request, "front.html", now=board.read(unit), districts=tools.districts)


def show_now(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools, board: Board) -> Response:
    """Counters of the whole city and of each district."""
    return look.page(request, "now.html", now=board.read(unit), districts=tools.districts)
