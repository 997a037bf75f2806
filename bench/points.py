"""
``./dev bench points``: durable transfers a second (embedded, and on PostgreSQL with 16 callers) beside a floor of bare SQL in
the same run, with the processor time of each; a balance read in a ledger of ten thousand and of a million postings.

``--histories N`` instead plays N generated histories against the oracle on SQLite, and a twentieth as many on PostgreSQL
(``--only sqlite``, ``--only postgresql``), ``--processes`` at a time. ``--tally FILE`` keeps how far that is, and goes on from
there; ``--history SEED`` plays one again, alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from points_parts import histories

from whistle.clock import SystemClock
from whistle.storage import Database, make_engine, migrations
from whistle.testing.servers import LocalPostgres
from whistle_points.store import PointsUnit, read_balance

HERE = Path(__file__).parent
MEMBERS = 5000
READS = 2000


def drive(url: str, *, clients: int, seconds: float, way: str) -> dict[str, Any]:
    """What a driver's process measured."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "points_parts.driver",
        url,
        str(clients),
        str(seconds),
        way,
    ]
    run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stderr[-2000:])
    found: dict[str, Any] = json.loads(run.stdout)
    if found.get("differences"):
        raise SystemExit(f"the books are wrong: {found['differences']}")
    return found


def rates(url_of: Any, *, clients: int, seconds: float) -> dict[str, Any]:
    """Ours and the floor, each in a database of its own."""
    floor = drive(url_of("bare"), clients=clients, seconds=seconds, way="bare")
    ours = drive(url_of("ours"), clients=clients, seconds=seconds, way="ours")
    return {
        "awards": ours["awards"],
        "holds_and_settles": ours["holds_and_settles"],
        "floor": floor["awards"],
        "ratio_to_floor": round(ours["awards"]["per_second"] / floor["awards"]["per_second"], 2),
        "load": round(os.getloadavg()[0], 1),
    }


def grow(engine: sa.Engine, *, first: int, last: int) -> None:
    """Awards ``first`` to ``last`` - 1 of two postings each, spread over the members and days, by SQL alone."""
    series = "generate_series(:first, :last - 1) AS n"
    if engine.dialect.name == "sqlite":
        series = "(WITH RECURSIVE s(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM s WHERE n < :last - 1) SELECT n FROM s)"
    number, member = "CAST(n AS VARCHAR(20))", f"'m-' || CAST(n % {MEMBERS} AS VARCHAR(20))"
    now = "'2026-03-01 04:00:00.000000'"
    if engine.dialect.name == "postgresql":
        now = f"CAST({now} AS timestamptz)"
    row = f"{number}, 'bench', n, 'award', {number}, '', '', {member}, '', 0, '', NULL, {now}, {now}, '', ''"
    day = "DATE '2026-01-01' + CAST(n / :members AS INTEGER)"
    ends = "CAST('2029-01-01' AS timestamptz) + (n / :members) * INTERVAL '1 day'"
    if engine.dialect.name == "sqlite":
        day, ends = (f"date('{year}-01-01', '+' || (n / :members) || ' days')" for year in (2026, 2029))
        ends = f"{ends} || ' 00:00:00.000000'"
    statements = (
        f"INSERT INTO tallies SELECT 'bench', {member}, {day}, 'bench', 20 FROM {series}",
        f"INSERT INTO lots SELECT {number}, 'bench', {member}, 20, 20, 0, 0, {now}, {ends}, true, false, 1, 0 FROM {series}",
        f"INSERT INTO transfers SELECT {row} FROM {series}",
        f"INSERT INTO postings SELECT {number}, 0, 'bench', n, 'issue', -20, NULL FROM {series}",
        f"INSERT INTO postings SELECT {number}, 1, 'bench', n, 'member:' || {member} || '\\:earned', 20, {number} FROM {series}",
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement), {"first": first, "last": last, "members": MEMBERS})
        connection.execute(sa.text("DELETE FROM balances"))
        connection.execute(
            sa.text(
                "INSERT INTO balances SELECT scheme, account, SUM(tenths) FROM postings GROUP BY scheme, account"
            )
        )


def reads(url: str) -> dict[str, Any]:
    """Milliseconds of a balance read at both sizes."""
    engine = make_engine(url, schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    database = Database(engine, PointsUnit, clock=SystemClock())
    found: dict[str, Any] = {}
    before = 1
    for postings in (10_000, 1_000_000):
        grow(engine, first=before, last=postings // 2 + 1)
        before = postings // 2 + 1
        taken = [_read(database, number) for number in range(READS)]
        found[f"read_ms_at_{postings}"] = {
            "p50": round(statistics.median(taken), 3),
            "p99": round(statistics.quantiles(taken, n=100)[98], 3),
        }
        account = [
            _read(database, number, at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)) for number in range(200)
        ]
        found[f"as_of_ms_at_{postings}"] = round(statistics.median(account), 3)
    engine.dispose()
    return found


def _read(database: Database[PointsUnit], number: int, *, at: dt.datetime | None = None) -> float:
    member, begun = f"m-{number * 7919 % MEMBERS}", time.perf_counter()
    with database.look() as unit:
        read_balance(unit, scheme="bench", member=member, year=2026, at=at, known_at=None)
    return (time.perf_counter() - begun) * 1000


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--histories", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=("sqlite", "postgresql", ""), default="")
    parser.add_argument("--tally", type=Path)
    parser.add_argument("--history", type=int)
    arguments = parser.parse_args()
    if arguments.history is not None:
        return histories.replay(arguments.history, only=arguments.only)
    if arguments.histories:
        played = histories.play(
            arguments.histories,
            processes=arguments.processes,
            only=arguments.only,
            file=arguments.tally,
        )
        print(json.dumps(played, indent=2))
        return 0 if all(one["right"] for one in played.values()) else 1
    options = {"clients": arguments.clients, "seconds": arguments.seconds}
    found: dict[str, Any] = {"clients": arguments.clients, "processors": os.cpu_count()}
    if arguments.only != "postgresql":
        with tempfile.TemporaryDirectory(dir=HERE) as folder:
            found["embedded"] = rates(lambda name: f"sqlite:///{folder}/{name}.db", **options)
            found["embedded"] |= reads(f"sqlite:///{folder}/reads.db")
    if arguments.only != "sqlite":
        server = LocalPostgres()
        try:
            server.start()
            found["postgresql"] = rates(server.create_database, **options)
            found["postgresql"] |= reads(server.create_database("reads"))
        finally:
            server.stop()
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
