"""
The monthly evaluation of grids and what it earns them (奖补, S4-13): scores by item, a place, a result, an amount in yuan.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Scores = Mapping[str, Mapping[str, int]]
"""By grid and item, in tenths."""


@dataclass(frozen=True, kw_only=True)
class GridItem:
    """One item of the evaluation; ``most`` in tenths."""

    id: str
    name: str
    most: int


@dataclass(frozen=True, kw_only=True)
class GridResult:
    """A result and its amount: for so many ``places`` from the top, or (None) any, with ``least`` tenths or more."""

    title: str
    yuan: int
    places: int | None = None
    least: int = 0

    def fits(self, *, place: int, tenths: int) -> bool:
        """Does a grid get this result?"""
        return (self.places is None or place <= self.places) and tenths >= self.least


@dataclass(frozen=True, kw_only=True)
class GridRules:
    """How grids are evaluated; the first result that fits counts."""

    items: Mapping[str, GridItem] = field(default_factory=dict)
    results: tuple[GridResult, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GridScore:
    """What somebody entered for a grid's item in a month (``2026-03``). ``key`` is ``<scheme>/<period>/<grid>/<item>``."""

    key: str
    scheme: str
    period: str
    grid: str
    item: str
    tenths: int
    entered_by: str
    entered_at: dt.datetime
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One grid's line: equal scores share a place (1, 2, 2, 4) and stand by code. ``title`` is empty without a result."""

    place: int
    grid: str
    tenths: int
    title: str
    yuan: int


@dataclass(frozen=True, kw_only=True)
class GridEvaluation:
    """A month's evaluation as it was frozen; ``hash`` is the SHA-256 of everything in it, ``text_hash`` that of the rules' text."""

    id: str
    scheme: str
    period: str
    rules: int
    text_hash: str
    rows: tuple[GridRow, ...]
    made_by: str
    made_at: dt.datetime
    hash: str = ""


def score_key(scheme: str, period: str, grid: str, item: str) -> str:
    """The key of a score's row."""
    return f"{scheme}/{period}/{grid}/{item}"


def missing_scores(rules: GridRules, scores: Scores) -> Iterator[tuple[str, str]]:
    """Grid and item of every score that is still to be entered for a grid that has any."""
    for grid, entered in sorted(scores.items()):
        yield from ((grid, item) for item in rules.items if item not in entered)


def evaluate(rules: GridRules, scores: Scores) -> tuple[GridRow, ...]:
    """The grids by their total, most first, each with its result."""
    totals = {grid: sum(entered.get(item, 0) for item in rules.items) for grid, entered in scores.items()}
    rows: list[GridRow] = []
    for at, (grid, tenths) in enumerate(sorted(totals.items(), key=lambda one: (-one[1], one[0])), start=1):
        place = rows[-1].place if rows and rows[-1].tenths == tenths else at
        result = next((one for one in rules.results if one.fits(place=place, tenths=tenths)), None)
        rows.append(
            GridRow(
                place=place,
                grid=grid,
                tenths=tenths,
                title=result.title if result else "",
                yuan=result.yuan if result else 0,
            )
        )
    return tuple(rows)


def evaluation_hash(evaluation: GridEvaluation) -> str:
    """SHA-256 (hex) over the canonical JSON of what is frozen."""
    content = {
        "id": evaluation.id,
        "scheme": evaluation.scheme,
        "period": evaluation.period,
        "rules": evaluation.rules,
        "text_hash": evaluation.text_hash,
        "made_by": evaluation.made_by,
        "made_at": evaluation.made_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "rows": [[row.place, row.grid, row.tenths, row.title, row.yuan] for row in evaluation.rows],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
