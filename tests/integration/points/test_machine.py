"""
Any history of awards, claims, lists, appeals, orders, stock, activities, expiries and reversals: the fifteen invariants hold, and a
token for every tenth of a point, a shop, a board and a club kept beside the service agree with it.

``./dev bench points --histories 100000`` plays many more.
"""

from __future__ import annotations

import contextlib

import pytest

from tests.integration.points.machine.playing import memory_stage, play, stage_of


@pytest.mark.timeout(300)
def test_any_history_of_points():
    """Whatever happens in whatever order: at the end all invariants hold and all pictures agree."""
    stage = memory_stage()
    with contextlib.closing(stage.database):
        play(stage, 150)


@pytest.mark.timeout(300)
def test_any_history_of_points_step_by_step(engine):
    """On SQLite in a file and on PostgreSQL: all invariants hold after every single step."""
    play(stage_of(engine, thorough=True), 6)
