"""
What a million open clocks cost on PostgreSQL: picking those of one minute, and ten thousand that fall due at once.

Starts a server of its own (or takes ``--url`` of an empty database) and measures routing's own code: ``due_clocks`` picks and
claims what is due by an index, ``fire_clocks`` is what a running service calls. Three processes compete for the ten thousand;
afterwards the outbox is read: each fired once, all in the order in which they were due, yellow before red.

``./dev bench clocks [--clocks N] [--at-once N] [--workers N] [--json]``; exit 1 if a firing was lost, doubled or out of order.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from whistle.clock import SetClock
from whistle.contracts import REGISTRY, decode
from whistle.settings import load_settings
from whistle.storage import Database, make_engine, migrations
from whistle.testing.servers import LocalPostgres
from whistle_routing import handlers
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

START = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)
SPREAD = dt.timedelta(days=30)
AT_ONCE = START - dt.timedelta(days=4)
"""When the ten thousand fall due, within one minute, yellow and two days later red; before all others."""
LIMIT_MS = 20.0

FILL = """
INSERT INTO clocks (id, version, prev_version, case_no, district, kind, dispatch, party, unit, amount, state, started_at,
    warn_at, due_at, red_at, next_at, provisional, calendar, handling_class, may_pause, warned)
SELECT 'c-' || lpad(n::text, 12, '0'), 1, 0, '26-' || lpad((n / 3)::text, 7, '0') || '-0', 'mawei',
    CASE n % 3 WHEN 0 THEN 'handle' WHEN 1 THEN 'sign' ELSE 'first_contact' END, 'd-' || (n / 3), 'party-' || n % 60,
    'working_days', 5, 'running', at - interval '7 days', at, at + interval '1 day', at + interval '2 days', at, false, 'bench',
    'commitment', false, false
FROM (SELECT n, CASE WHEN n <= :at_once THEN CAST(:early AS timestamptz) + n * interval '1 minute' / :at_once
    ELSE CAST(:start AS timestamptz) + random() * CAST(:spread AS interval) END AS at
    FROM generate_series(1, :clocks) AS n) AS spread
"""


@dataclasses.dataclass(frozen=True)
class Measured:
    """Milliseconds, unless the name says otherwise."""

    clocks: int
    fill_seconds: float
    minutes_looked_at: int
    due_in_a_minute: float
    pick_median: float
    pick_p95: float
    pick_worst: float
    fire_a_minute_median: float
    at_once: int
    workers: int
    at_once_seconds: float
    at_once_per_second: float
    fired_by_each: Sequence[int]
    once_each: bool
    in_order: bool


def main() -> None:
    options = _options()
    if options.work:
        print(_work(options.work, options.at))
        return
    with _server(options.url) as url:
        measured = measure(url, clocks=options.clocks, at_once=options.at_once, workers=options.workers)
    _show(measured, as_json=options.json)
    good = measured.once_each and measured.in_order and measured.pick_median < LIMIT_MS
    sys.exit(0 if good else 1)


def measure(url: str, *, clocks: int, at_once: int, workers: int) -> Measured:
    """Fill an empty database and measure."""
    database = _opened(url, START)
    migrations.upgrade(database.engine, service="routing", package="whistle_routing")
    began = time.perf_counter()
    _fill(database, clocks=clocks, at_once=at_once)
    filled = time.perf_counter() - began
    seconds, by_each = _compete(url, workers)
    once, ordered = _check(database, at_once)
    _vacuum(database)
    picks, fires, due = _minutes(database, 40)
    database.close()
    return Measured(
        clocks=clocks,
        fill_seconds=round(filled, 1),
        minutes_looked_at=len(picks),
        due_in_a_minute=round(statistics.mean(due), 1),
        pick_median=round(statistics.median(picks), 2),
        pick_p95=round(sorted(picks)[int(len(picks) * 0.95)], 2),
        pick_worst=round(max(picks), 2),
        fire_a_minute_median=round(statistics.median(fires), 2),
        at_once=at_once,
        workers=workers,
        at_once_seconds=round(seconds, 2),
        at_once_per_second=round(2 * at_once / seconds),
        fired_by_each=by_each,
        once_each=once,
        in_order=ordered,
    )


def _fill(database: Database[RoutingUnit], *, clocks: int, at_once: int) -> None:
    values = {"clocks": clocks, "at_once": at_once, "early": AT_ONCE, "start": START, "spread": SPREAD}
    with database.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text(FILL), values)
    _vacuum(database)


def _vacuum(database: Database[RoutingUnit]) -> None:
    """What autovacuum does within a minute or so of many changes."""
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE clocks"))


def _minutes(database: Database[RoutingUnit], number: int) -> tuple[list[float], list[float], list[int]]:
    """Minute after minute: pick what is due (taken back again), then fire it."""
    picks, fires, due = [], [], []
    tools = _tools(database)
    for minute in range(1, number + 1):
        now = START + dt.timedelta(minutes=minute)
        database.clock.advance(now - database.clock.now())  # type: ignore[attr-defined]
        with database.engine.connect() as connection:
            unit = RoutingUnit(connection, now=now)
            unit.connection.execute(sa.select(1))
            began = time.perf_counter()
            found = unit.due_clocks(now, 500)
            picks.append((time.perf_counter() - began) * 1000)
            connection.rollback()
        due.append(len(found))
        began = time.perf_counter()
        handlers.fire_clocks(tools)
        fires.append((time.perf_counter() - began) * 1000)
    return picks, fires, due


def _compete(url: str, workers: int) -> tuple[float, list[int]]:
    """Processes that fire what is due at a time when all of the ten thousand are yellow and red; how many each one fired."""
    at = (AT_ONCE + dt.timedelta(days=3)).isoformat()
    command = [sys.executable, str(Path(__file__).resolve()), "--work", url, "--at", at]
    began = time.perf_counter()
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    told = [json.loads(process.communicate()[0]) for process in processes]
    seconds = time.perf_counter() - began
    busy = max(one["until"] for one in told) - min(one["since"] for one in told)
    return min(seconds, busy), [one["fired"] for one in told]


def _work(url: str, at: str) -> str:
    """One worker: fire until nothing among the ten thousand is due any more."""
    now = dt.datetime.fromisoformat(at)
    database = _opened(url, now)
    tools, fired = _tools(database), 0
    last = AT_ONCE + dt.timedelta(minutes=1)
    since = time.time()
    while _due_before(database, last, now):
        fired += handlers.fire_clocks(tools)
    until = time.time()
    database.close()
    return json.dumps({"fired": fired, "since": since, "until": until})


def _due_before(database: Database[RoutingUnit], last: dt.datetime, now: dt.datetime) -> bool:
    statement = sa.text(
        "SELECT EXISTS (SELECT FROM routing.clocks WHERE next_at <= :now AND warn_at <= :last)"
    )
    with database.engine.connect() as connection:
        return bool(connection.scalar(statement, {"now": now, "last": last}))


def _check(database: Database[RoutingUnit], at_once: int) -> tuple[bool, bool]:
    """Did each of the ten thousand fire yellow and red once, and all in the order in which they were due?"""
    with database.read() as unit:
        outbox = unit.kit.outbox
        bodies = unit.connection.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars()
        events = [decode(body, REGISTRY).data for body in bodies]
    fired = [(one.name, one.clock) for one in events if one.name in ("clock.warned", "clock.overdue")]
    early = [(name, clock) for name, clock in fired if int(clock.removeprefix("c-")) <= at_once]
    names = [f"c-{n:012d}" for n in range(1, at_once + 1)]
    wanted = [*(("clock.warned", clock) for clock in names), *(("clock.overdue", clock) for clock in names)]
    return len(early) == len(set(early)) == 2 * at_once, early == wanted


def _tools(database: Database[RoutingUnit]) -> Tools:
    return Tools.made(load_settings(), database=database, clock=database.clock)


def _opened(url: str, now: dt.datetime) -> Database[RoutingUnit]:
    return Database(make_engine(url, schema="routing"), RoutingUnit, clock=SetClock(now))


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    server = LocalPostgres().start()
    try:
        yield server.create_database("clocks")
    finally:
        server.stop()


def _show(measured: Measured, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dataclasses.asdict(measured)))
        return
    one = measured
    print(f"开着的时限 / open clocks: {one.clocks:,} (filled in {one.fill_seconds} s)")
    print(
        f"取一分钟内到期的({one.due_in_a_minute} 个) / picking those due in a minute: median {one.pick_median} ms, "
        f"p95 {one.pick_p95} ms, worst {one.pick_worst} ms of {one.minutes_looked_at} minutes (limit {LIMIT_MS:g} ms)"
    )
    print(
        f"连同更新、事件与提交 / with update, events and commit: median {one.fire_a_minute_median} ms a minute"
    )
    print(
        f"{one.at_once:,} 个同时到期,黄牌与红牌,{one.workers} 个进程 / due at once, yellow and red, {one.workers} processes: "
        f"{one.at_once_seconds} s, {one.at_once_per_second:,} firings/s, by each {list(one.fired_by_each)}"
    )
    print(f"各一次 / once each: {_yes(one.once_each)}; 按到期先后 / in order: {_yes(one.in_order)}")


def _yes(value: bool) -> str:
    return "是 / yes" if value else "否 / NO"


def _options() -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clocks", type=int, default=1_000_000)
    parser.add_argument("--at-once", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--work", default="", help=argparse.SUPPRESS)
    parser.add_argument("--at", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
