"""
Grids: their monthly scores are entered, evaluated once, and frozen with what they earn.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle.places import Places
from whistle_points import domain
from whistle_points.domain import tenths_of
from whistle_points.domain.grids import (
    GridEvaluation,
    GridRules,
    GridScore,
    evaluate,
    evaluation_hash,
    missing_scores,
    score_key,
)
from whistle_points.handlers.periods import days_of, days_of_past
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit
from whistle_points.store.gridding import evaluation_row, read_evaluation, scores_of
from whistle_points.store.tables import grid_evaluations

SHOWN = 20
"""Mistakes that are told at once."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A grid's score for an item, in tenths; ``where`` says which row it was."""

    grid: str
    item: str
    tenths: int
    where: str


def entries_of(rows: Iterable[Mapping[str, Any]], text: str) -> list[Entry]:
    """Scores that were given as rows (``grid``, ``item``, ``tenths``), as the text of a table, or both. Raises Invalid."""
    listed = [Entry(**row, where=f"scores.{at}") for at, row in enumerate(rows)]
    return [*listed, *(entries_of_csv(text) if text else ())]


def entries_of_csv(text: str) -> list[Entry]:
    """
    Entries of a table ``grid,<item>,<item>…`` with a line for each grid; empty cells are left out.

    Raises:
        Invalid: names the row and the column.
    """
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    head = [name.strip() for name in lines[0]] if lines else []
    if len(head) < 2 or head[0] != "grid":
        raise _wrong({"csv": ["首行应为 grid,项目… / the first line is grid,item…"]})
    found: list[Entry] = []
    mistakes: dict[str, list[str]] = {}
    for number, cells in enumerate(lines[1:], start=2):
        for item, cell in zip(head[1:], cells[1:], strict=False):
            if not cell.strip():
                continue
            where = f"{number}.{item}"
            try:
                tenths = tenths_of(cell)
            except ValueError:
                mistakes[where] = [f"{cell[:20]} 不是分数 / is no score"]
                continue
            found.append(Entry(grid=cells[0].strip(), item=item, tenths=tenths, where=where))
    if mistakes:
        raise _wrong(mistakes)
    return found


def enter_scores(
    unit: PointsUnit, *, scheme: str, period: str, entries: Iterable[Entry], by: str, rules: Rules, tree: Places | None
) -> int:  # fmt: skip
    """
    Enter scores of a month, or change them until it is evaluated; returns how many are new or other than before.

    Args:
        tree: the district's, in which each grid must be; None where it is not known.

    Raises:
        Invalid: a grid that the tree, or an item that the scheme does not have, a score below 0 or above the item's most; every
            mistake by its row.
        NotAllowedNow: the month was evaluated.
    """
    grid_rules = _rules_of(rules, scheme, period)
    unit.book(scheme)
    if read_evaluation(unit, scheme=scheme, period=period) is not None:
        raise NotAllowedNow("该月已评定,分数不能再改", "the month was evaluated", period=period)
    given = {score_key(scheme, period, one.grid, one.item): one for one in entries}
    _check(grid_rules, given.values(), tree)
    unit.grid_scores.preload(given)
    changed = 0
    for key, one in given.items():
        before = unit.grid_scores.get(key)
        if before is not None and before.tenths == one.tenths:
            continue
        made = GridScore(
            key=key,
            scheme=scheme,
            period=period,
            grid=one.grid,
            item=one.item,
            tenths=one.tenths,
            entered_by=by,
            entered_at=unit.now,
            version=before.version + 1 if before else 1,
        )
        unit.grid_scores.put(made)
        changed += 1
    return changed


def _rules_of(rules: Rules, scheme: str, period: str) -> GridRules:
    first, last = days_of(period)
    if (first.year, first.month) != (last.year, last.month):
        raise _wrong({"period": ["应为一个月,如 2026-03 / a month, e.g. 2026-03"]})
    found = rules.at(scheme, last).grid
    if not found.items:
        raise NotFound("本区积分办法没有网格评定", "the scheme has no evaluation of grids", period=period)
    return found


def _check(rules: GridRules, entries: Iterable[Entry], tree: Places | None) -> None:
    mistakes: dict[str, list[str]] = {}
    for one in entries:
        item = rules.items.get(one.item)
        if not one.grid or len(one.grid) > 40:
            mistakes[one.where] = ["网格编码应为 1 到 40 个字符 / a grid's code has 1 to 40 characters"]
        elif tree is not None and not tree.chain(one.grid):
            mistakes[one.where] = [
                f"本区架构里没有网格 {one.grid[:40]} / the district has no grid {one.grid[:40]}"
            ]
        elif item is None:
            mistakes[one.where] = [f"没有评定项目 {one.item} / there is no such item"]
        elif not 0 <= one.tenths <= item.most:
            most = domain.points(item.most)
            mistakes[one.where] = [f"应在 0 与 {most} 之间 / between 0 and {most}"]
        if len(mistakes) >= SHOWN:
            break
    if mistakes:
        raise _wrong(mistakes)


def _wrong(fields: dict[str, list[str]]) -> Invalid:
    return Invalid("网格分数有误", "the scores of the grids are wrong", fields=fields)


def evaluate_grids(unit: PointsUnit, *, scheme: str, period: str, by: str, rules: Rules) -> GridEvaluation:
    """
    Evaluate a month that is over, once: places, results, amounts, frozen.

    Raises:
        Invalid: not over, or scores are missing (each named). NotAllowedNow: evaluated already. NotFound: nothing was entered.
    """
    _, last = days_of_past(period, today=domain.day_of(unit.now))
    grid_rules, in_force = _rules_of(rules, scheme, period), rules.at(scheme, last)
    unit.book(scheme)
    if read_evaluation(unit, scheme=scheme, period=period) is not None:
        raise NotAllowedNow("该月已评定", "the month was evaluated already", period=period)
    unit.flush()  # scores that were entered in the same batch
    scores = scores_of(unit, scheme=scheme, period=period)
    if not scores:
        raise NotFound("该月没有网格分数", "no scores were entered for this month", period=period)
    if missing := list(missing_scores(grid_rules, scores))[:SHOWN]:
        raise _wrong({grid: [f"缺少 {item} / is missing"] for grid, item in missing})
    made = GridEvaluation(
        id=new_id(),
        scheme=scheme,
        period=period,
        rules=in_force.version,
        text_hash=in_force.text_hash,
        rows=evaluate(grid_rules, scores),
        made_by=by,
        made_at=unit.now,
    )
    made = replace(made, hash=evaluation_hash(made))
    unit.note_rules(in_force)
    unit.add(grid_evaluations, evaluation_row(made))
    return made


def scores_and_missing(unit: PointsUnit, scheme: str, period: str, *, rules: Rules) -> dict[str, Any]:
    """A month's scores by grid and item, and pairs of those that are missing. Raises Invalid: no such month."""
    wanted = rules.at(scheme, days_of(period)[1]).grid
    scores = scores_of(unit, scheme=scheme, period=period)
    return {"scores": scores, "missing": [list(one) for one in missing_scores(wanted, scores)]}


def find_evaluation(unit: PointsUnit, evaluation_id: str, *, scheme: str) -> GridEvaluation:
    """Raises NotFound."""
    found = read_evaluation(unit, id=evaluation_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这次评定", "there is no such evaluation", evaluation=evaluation_id)
    return found
