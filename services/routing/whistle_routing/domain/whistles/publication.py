"""
What is published of whistles every month: of each party and class, who came and who did not; from the stored steps alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from whistle_routing.domain.whistles.steps import Step

Outcome = Literal["in_time", "late", "released", "returned", "never", "open"]
"""
Reported by the deadline or after it; let go (or recalled) with a reason; given back with a legal basis; neither, overdue or not.
"""
OUTCOMES: tuple[Outcome, ...] = ("in_time", "late", "never", "open", "released", "returned")


@dataclass
class _Tally:
    called: int = 0
    vetoed: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    scores: list[int] = field(default_factory=list)
    grades: dict[str, int] = field(default_factory=lambda: {"excellent": 0, "qualified": 0, "unqualified": 0})


@dataclass(frozen=True, kw_only=True)
class Row:
    """
    One party and class of whistles. ``called`` is the sum of the outcomes; ``vetoed`` counts vetoed reports, ``score`` is the mean
    of the scores, rounded to a tenth, None without one. ``answered`` is the share that reported, in per mille, of those who were
    not released, did not give it back and have no time left.
    """

    party: str
    whistle_class: str
    called: int
    in_time: int
    late: int
    never: int
    open: int
    released: int
    returned: int
    vetoed: int
    score: float | None
    lowest: int | None
    highest: int | None
    excellent: int
    qualified: int
    unqualified: int
    answered: int | None


def outcome_of(steps: Sequence[Step], *, until: dt.datetime) -> Outcome:
    """What became of one responder by ``until``; ``steps`` are its own, oldest first. A vetoed report is none."""
    due = dt.datetime.fromisoformat(steps[0].data["due_at"])
    found: Outcome | None = None
    for step in steps:
        if step.at >= until:
            break
        if step.kind == "deadline":
            due = dt.datetime.fromisoformat(step.data["due_at"])
        elif step.kind == "reported":
            found = "late" if step.data.get("late") else "in_time"
        elif step.kind == "vetoed":
            found = None
        elif step.kind in ("released", "recalled", "returned"):
            found = "returned" if step.kind == "returned" else "released"
    return found or ("never" if due < until else "open")


def publish(steps: Iterable[Step], *, until: dt.datetime) -> list[Row]:
    """The rows of a month, by party and class; ``steps`` are those of every responder that was called in it."""
    by_dispatch: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        by_dispatch[step.dispatch or ""].append(step)
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    for own in by_dispatch.values():
        called = next(step for step in own if step.kind == "called")
        tally = tallies[called.party or "", str(called.data["class"])]
        _count(tally, [called, *(step for step in own if step.kind != "called")], until)
    return [_row(party, name, tally) for (party, name), tally in sorted(tallies.items())]


def count_whistles(steps: Iterable[Step]) -> dict[str, dict[str, int]]:
    """How many whistles of each class were asked for, declined, blown by people and by rules in the month."""
    found: dict[str, dict[str, int]] = {
        name: dict.fromkeys(("requested", "declined", "blown", "by_people"), 0)
        for name in ("daily", "major", "urgent")
    }
    classes: dict[str | None, str] = {}
    for step in steps:
        if step.kind in ("requested", "blown"):
            classes[step.whistle] = str(step.data["class"])
        own = found.get(classes.get(step.whistle, ""))
        if own is None or step.kind not in own:
            continue
        own[step.kind] += 1
        own["by_people"] += step.kind == "blown" and step.by is not None
    return found


def _count(tally: _Tally, own: Sequence[Step], until: dt.datetime) -> None:
    tally.called += 1
    tally.outcomes[outcome_of(own, until=until)] += 1
    known = [step for step in own if step.at < until]
    tally.vetoed += sum(step.kind == "vetoed" for step in known)
    scores = [int(step.data["score"]) for step in known if step.kind == "evaluated"]
    tally.scores += scores[-1:]  # the last word counts
    for step in known:
        if step.kind == "assessed":
            tally.grades[str(step.data["grade"])] += 1


def _row(party: str, whistle_class: str, tally: _Tally) -> Row:
    outcomes: Mapping[str, Any] = tally.outcomes
    came = tally.outcomes["in_time"] + tally.outcomes["late"]
    expected = came + tally.outcomes["never"]
    scores = tally.scores
    return Row(
        party=party,
        whistle_class=whistle_class,
        called=tally.called,
        vetoed=tally.vetoed,
        score=round(sum(scores) / len(scores), 1) if scores else None,
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
        answered=round(1000 * came / expected) if expected else None,
        **outcomes,
        **tally.grades,
    )
