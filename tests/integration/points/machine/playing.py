"""
Playing histories: the whole machine, and where it is played: SQLite in memory, or PostgreSQL.

``python -m tests.integration.points.machine.playing <histories> <database url, or memory>`` plays many and prints a number after
each few dozen; the first wrong history ends it with exit code 1 and is printed as the steps that lead there, with a line by which
the test plays it again and makes it shorter.
"""

from __future__ import annotations

import sys

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.points.machine.activities import Activities
from tests.integration.points.machine.claims import Claims
from tests.integration.points.machine.exchange import Exchange
from tests.integration.points.machine.ledger import Ledger
from tests.integration.points.machine.world import Stage
from tests.integration.points.town import NOON
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations
from whistle_points.store import PointsUnit, metadata

STEPS = 24
PART = 50
"""Histories between two lines of progress."""


class Machine(Ledger, Exchange, Claims, Activities):
    """Everything that can happen to points, in any order."""


def memory_stage(*, thorough=False):
    """SQLite without a file; it is emptied by copying an empty database over it."""
    engine = make_engine("sqlite://", schema="points", pool_size=1)
    migrations.upgrade(engine, service="points", package="whistle_points")
    empty = make_engine("sqlite://", schema="points", pool_size=1)
    with engine.connect() as source, empty.connect() as target:
        raw(source).backup(raw(target))

    def copy():
        with empty.connect() as source, engine.connect() as target:
            target.rollback()
            raw(source).backup(raw(target))

    return Stage(Database(engine, PointsUnit, clock=SetClock(NOON)), copy, thorough)


def raw(connection):
    return connection.connection.dbapi_connection


def stage_of(engine, *, thorough=False):
    """A migrated database; it is emptied by one statement."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    statements = [f"TRUNCATE {names}"]
    if engine.dialect.name == "sqlite":
        statements = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]

    def empty():
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    return Stage(Database(engine, PointsUnit, clock=SetClock(NOON)), empty, thorough)


def play(stage, histories, *, steps=STEPS, **options):
    """Play so many histories; raises what the first wrong one shows."""
    machine = type("Machine", (Machine,), {"stage": stage})
    chosen = settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        **options,
    )
    run_state_machine_as_test(machine, settings=chosen)


def main(histories, where):
    if where == "memory":
        stage = memory_stage()
    else:
        engine = make_engine(where, schema="points")
        migrations.upgrade(engine, service="points", package="whistle_points")
        stage = stage_of(engine)
    played = 0
    while played < histories:
        part = min(PART, histories - played)
        play(stage, part, database=None, phases=[Phase.generate])
        played += part
        print(played, flush=True)
    stage.database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
