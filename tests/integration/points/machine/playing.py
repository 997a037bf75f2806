"""
Playing histories: the whole machine, and where it is played: SQLite in memory, or PostgreSQL.

``python -m tests.integration.points.machine.playing <seed> <histories> <database url, or memory>`` plays many, each of a seed
of its own, from that one on, and prints the next seed and how many were played after each few dozen. The first wrong history
ends it with exit code 1: its seed is printed, and the steps that lead there. Played alone (one history) it is made shorter too.
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
from tests.integration.points.machine.seeds import BACKEND, Seeds, seeded
from tests.integration.points.machine.world import Stage
from tests.integration.points.town import NOON
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations
from whistle_points.store import PointsUnit, metadata

STEPS = 24
PART = 100
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
    """A migrated database; it is emptied row by row, in one statement on PostgreSQL, where TRUNCATE makes a file for each index."""
    names = [table.name for table in reversed(metadata.sorted_tables)]
    statements = [f"DELETE FROM {name}" for name in names]
    if engine.dialect.name == "postgresql":
        steps = ", ".join(f"d{at} AS (DELETE FROM {name})" for at, name in enumerate(names))
        statements = [f"WITH {steps} SELECT 1"]

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


def play_seeds(stage, seeds, histories):
    """Play so many histories of these seeds; a single one, if it is wrong, is made shorter."""
    phases = [Phase.generate, Phase.shrink] if histories == 1 else [Phase.generate]
    with seeded(seeds):  # hypothesis plays the shortest history first, whatever it is asked for
        play(stage, histories + 1, database=None, phases=phases, backend=BACKEND)


def main(first, histories, where):
    if where == "memory":
        stage = memory_stage()
    else:
        engine = make_engine(where, schema="points")
        migrations.upgrade(engine, service="points", package="whistle_points")
        stage = stage_of(engine)
    seeds, played = Seeds(first), 0
    try:
        while played < histories:
            part = min(PART, histories - played)
            play_seeds(stage, seeds, part)
            played += part
            print(seeds.following, played, flush=True)
    except BaseException:
        wrong = first if histories == 1 else seeds.last
        print(f"wrong: seed {wrong} ({where.partition(':')[0]})", file=sys.stderr, flush=True)
        raise
    finally:
        stage.database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
