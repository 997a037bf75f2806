"""The database stops at once in the middle of a burst, a process is killed: no point doubled or lost, every hold ends once."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.points.burster import (
    ACTIVITIES,
    MEMBERS,
    ORDERS,
    PRICE,
    RULES,
    minutes_of,
)
from tests.integration.points.conftest import migrated
from whistle.clock import SystemClock
from whistle.storage import Database
from whistle.testing import wait_for
from whistle_points import domain, handlers
from whistle_points.domain import Fact
from whistle_points.handlers import Ask
from whistle_points.store import PointsUnit, holds, orders, read_balance, rewards, verify
from whistle_points.store.tables import attendances

ROOT = Path(__file__).parents[3]
PROCESSES = 3
GIVEN = 1000


class Run:
    """A burster's process and what it said."""

    def __init__(self, url, number):
        command = [sys.executable, "-W", "ignore", "-m", "tests.integration.points.burster", url, str(number)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.said.append(line.strip())

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.reader.join(30)
        self.process.stdout.close()


def said_by_all(runs, lines):
    return all(len(run.said) >= lines for run in runs)


def prepared(database):
    """Members with something to spend, and goods for everybody."""
    with database.write() as unit:
        scheme, day = RULES.at("mawei", domain.day_of(unit.now)), domain.day_of(unit.now)
        fact = Fact(scheme="mawei", cause="test", effective_at=unit.now, recorded_at=unit.now)
        for member in MEMBERS:
            handlers.put_member(unit, "mawei", {"member": member})
            ask = Ask(
                ref=f"given/{member}",
                member=member,
                scheme=scheme,
                item=scheme.items["volunteer"],
                tenths=GIVEN,
                day=day,
                reason="test",
                reviewer="somebody",
            )
            handlers.award(unit, unit.book("mawei"), ask, fact)
        handlers.put_reward(
            unit, "mawei", {"code": "rice", "name": "大米", "price": PRICE, "point": "红十字站"}
        )
        handlers.move_stock(
            unit, scheme="mawei", code="rice", reason="received", quantity=PROCESSES * ORDERS + 5, note="", by="x"
        )  # fmt: skip


def expected(member):
    """What a member has in the end: given, earned by the last word about each activity, less what was spent."""
    own = [activity for activity in range(ACTIVITIES) if MEMBERS[activity % len(MEMBERS)] == member]
    earned = sum(minutes_of(activity, 1 if activity % 3 else 2) // 6 for activity in own)
    spent = sum(MEMBERS[at % len(MEMBERS)] == member for at in range(ORDERS)) * PRICE * PROCESSES
    return GIVEN + earned - spent


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_a_database_that_stops_in_a_burst_loses_and_doubles_nothing(own_postgres):
    """Three processes tell the same, shuffled and twice, and order; the server stops at once, twice; one process is killed."""
    url = own_postgres.create_database("points")
    engine = migrated(url)
    database = Database(engine, PointsUnit, clock=SystemClock())
    prepared(database)
    runs = [Run(url, number) for number in range(PROCESSES)]
    lost: list[str] = []
    try:
        for stop in (12, 40):
            wait_for(partial(said_by_all, runs, stop), timeout=120, what="a burst")
            own_postgres.stop_immediately()
            own_postgres.start()
        runs[0].kill()
        lost = runs[0].said
        runs[0] = Run(url, 0)
        for run in runs:
            assert 0 == run.process.wait(200)
            run.reader.join(30)
    finally:
        for run in runs:
            run.kill()

    said = {line for run in runs for line in run.said} | set(lost)
    with database.read() as unit:
        assert [] == verify(unit)
        for member in MEMBERS:
            balance = read_balance(unit, scheme="mawei", member=member, year=2026, at=None, known_at=None)
            assert (expected(member), 0, 0) == (balance.free, balance.held, balance.debt), member
        heard = sa.select(sa.func.count()).select_from(attendances)
        assert ACTIVITIES == unit.connection.scalar(heard)
        kept = dict(unit.connection.execute(sa.select(orders.c.id, orders.c.state)).all())
        ended = dict(unit.connection.execute(sa.select(holds.c.id, holds.c.state)).all())
        assert 5 == unit.connection.scalar(sa.select(rewards.c.on_hand))
    assert PROCESSES * ORDERS == len(kept)
    assert {"settled"} == set(kept.values()) == set(ended.values())
    assert {line.split()[1] for line in said if line.startswith(("order", "settled"))} == set(kept)
    engine.dispose()
