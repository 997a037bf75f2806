"""kill -9 at any moment between award, hold and settle: what was said to be done is done, and every hold ends once."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from tests.integration.points.desk import RULES
from whistle.clock import SystemClock
from whistle.storage import Database
from whistle_points import handlers
from whistle_points.store import PointsUnit, holds, transfers, verify

ROOT = Path(__file__).parents[3]
LINES = (4, 8, 11)
"""After how many commits each process is killed: behind an award, a hold, a hold."""


def run_and_kill(url, lines):
    """What the process said before it was killed."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.points.exchanger", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        return [process.stdout.readline().strip() for _ in range(lines)]
    finally:
        process.kill()
        process.wait(20)
        process.stdout.close()


def test_a_killed_process_loses_and_doubles_no_point(engine):
    """Three processes one after the other, each killed without warning; then the open holds lapse."""
    url = engine.url.render_as_string(hide_password=False)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            parameters = connection.connection.dbapi_connection.get_dsn_parameters()
        url = f"postgresql://whistle:whistle@{parameters['host']}:{parameters['port']}/{parameters['dbname']}"
    said = [word for lines in LINES for word in run_and_kill(url, lines)]
    assert sum(LINES) == len([word for word in said if word in ("award", "hold", "settle")])

    class Later(SystemClock):
        def now(self):
            return super().now() + dt.timedelta(days=2)

    with Database(engine, PointsUnit, clock=SystemClock()).read() as unit:
        assert [] == verify(unit)
        kinds = dict(
            unit.connection.execute(
                sa.select(transfers.c.kind, sa.func.count()).group_by(transfers.c.kind)
            ).all()
        )
    for kind in ("award", "hold", "settle"):
        assert said.count(kind) <= kinds[kind] <= said.count(kind) + len(LINES), kind

    later = Database(engine, PointsUnit, clock=Later())
    with later.write() as unit:
        lapsed = handlers.sweep_holds(unit, rules=RULES)
    with later.read() as unit:
        states = dict(
            unit.connection.execute(sa.select(holds.c.state, sa.func.count()).group_by(holds.c.state)).all()
        )
        assert [] == verify(unit)
    assert {"settled": kinds["settle"], "lapsed": len(lapsed)} == states
    assert kinds["hold"] == sum(states.values())
