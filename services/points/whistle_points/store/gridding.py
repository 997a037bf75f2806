"""
Scores and evaluations of grids in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain.grids import GridEvaluation, GridRow
from whistle_points.store.tables import grid_evaluations, grid_scores

_NAMES = ("place", "grid", "tenths", "title", "yuan")


def scores_of(unit: UnitOfWork, *, scheme: str, period: str) -> dict[str, dict[str, int]]:
    """What was entered for a month, by grid and item, in tenths."""
    query = sa.select(grid_scores.c.grid, grid_scores.c.item, grid_scores.c.tenths).where(
        grid_scores.c.scheme == scheme, grid_scores.c.period == period
    )
    found: dict[str, dict[str, int]] = {}
    for grid, item, tenths in unit.connection.execute(query):
        found.setdefault(grid, {})[item] = tenths
    return found


def evaluation_row(evaluation: GridEvaluation) -> dict[str, Any]:
    """An evaluation as a row."""
    rows = [[getattr(row, name) for name in _NAMES] for row in evaluation.rows]
    return {**vars(evaluation), "rows": rows}


def read_evaluation(unit: UnitOfWork, **exact: str) -> GridEvaluation | None:
    """The evaluation of that ``id``, or ``scheme`` and ``period``."""
    query = sa.select(grid_evaluations).where(
        *(grid_evaluations.c[name] == value for name, value in exact.items())
    )
    row = unit.connection.execute(query).mappings().one_or_none()
    return None if row is None else _evaluation(dict(row))


def all_evaluations(unit: UnitOfWork) -> Iterator[GridEvaluation]:
    """Every evaluation, a few at a time."""
    after = ""
    while True:
        query = sa.select(grid_evaluations).where(grid_evaluations.c.id > after)
        rows = unit.connection.execute(query.order_by(grid_evaluations.c.id).limit(50)).mappings().all()
        yield from (_evaluation(dict(row)) for row in rows)
        if not rows:
            return
        after = rows[-1]["id"]


def _evaluation(row: Mapping[str, Any]) -> GridEvaluation:
    rows = tuple(GridRow(**dict(zip(_NAMES, line, strict=True))) for line in row["rows"])
    return GridEvaluation(**{**row, "rows": rows})
