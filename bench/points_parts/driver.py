"""
One process with many callers: ``python -m points_parts.driver <url> <clients> <seconds> <ours|bare>``.

The callers are green threads that hand single transfers to the write queue of the services (so what arrives together is committed
together) and wait for each answer, as requests do. ``bare`` writes the same rows (transfer, two postings, balances, hash) with
the same bulk statements in the same batches, and decides nothing: the floor. Processor time is told in milliseconds a transfer, of
this process and of the database server's processes.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import datetime as dt  # noqa: E402
import gc  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import sqlalchemy as sa  # noqa: E402

from points_parts import servers  # noqa: E402
from whistle.clock import SystemClock  # noqa: E402
from whistle.ids import new_id  # noqa: E402
from whistle.runtime.web import WriteQueue  # noqa: E402
from whistle.sql import bulk  # noqa: E402
from whistle.storage import Database, Job, make_engine, migrations  # noqa: E402
from whistle_points import domain, handlers  # noqa: E402
from whistle_points.domain import Fact  # noqa: E402
from whistle_points.handlers import Ask, Order  # noqa: E402
from whistle_points.rules import Rules  # noqa: E402
from whistle_points.store import PointsUnit  # noqa: E402

MEMBERS = 2000
RULES = Rules()
SCHEME = RULES.at("bench", dt.date(2026, 1, 1))
ITEM = SCHEME.items[domain.CASE_CLOSED]
DUE = dt.datetime(2199, 1, 1, tzinfo=dt.UTC)


def fact(unit: PointsUnit) -> Fact:
    return Fact(scheme="bench", cause="bench", effective_at=unit.now, recorded_at=unit.now)


def award(number: int) -> Callable[[PointsUnit], Any]:
    def run(unit: PointsUnit) -> Any:
        ask = Ask(
            ref=f"bench/{new_id()}",
            member=f"m-{number % MEMBERS}",
            scheme=SCHEME,
            item=ITEM,
            tenths=20,
            day=domain.day_of(unit.now),
            reason="bench",
            reviewer="event:bench",
        )
        return handlers.award(unit, unit.book("bench"), ask, fact(unit))

    return run


def hold(number: int) -> Callable[[PointsUnit], str]:
    def run(unit: PointsUnit) -> str:
        wanted = Order(member=f"m-{number % MEMBERS}", purpose="rice", tenths=10, due_at=DUE)
        return handlers.hold(unit, unit.book("bench"), wanted, fact=fact(unit), rules=RULES).id

    return run


def settle(hold_id: str) -> Callable[[PointsUnit], Any]:

    def run(unit: PointsUnit) -> Any:
        return handlers.settle(unit, unit.book("bench"), hold_id, fact=fact(unit), rules=RULES)

    return run


METADATA = sa.MetaData()
TRANSFERS = sa.Table(
    "bare_transfers",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, unique=True),
    sa.Column("ref", sa.String(300), unique=True),
    sa.Column("at", sa.String(40)),
    sa.Column("hash", sa.String(64)),
)
POSTINGS = sa.Table(
    "bare_postings",
    METADATA,
    sa.Column("transfer", sa.String(64), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(120)),
    sa.Column("tenths", sa.BigInteger),
)
BALANCES = sa.Table(
    "bare_balances",
    METADATA,
    sa.Column("account", sa.String(120), primary_key=True),
    sa.Column("tenths", sa.BigInteger, nullable=False),
)
HEAD = sa.Table(
    "bare_head",
    METADATA,
    sa.Column("one", sa.Integer, primary_key=True),
    sa.Column("seq", sa.BigInteger),
    sa.Column("hash", sa.String(64)),
)


class BareQueue:
    """The same batching, with nothing but SQL."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.stopped = engine, False
        self.waiting: list[tuple[int, Any]] = []
        self.lock = "" if engine.dialect.name == "sqlite" else " FOR UPDATE"

    def submit(self, number: int) -> None:
        done = eventlet.event.Event()
        self.waiting.append((number, done))
        done.wait()

    def run(self) -> None:
        while not self.stopped:
            batch, self.waiting = self.waiting[:100], self.waiting[100:]
            if not batch:
                eventlet.sleep(0)
                continue
            self.commit([number for number, _ in batch])
            for _, done in batch:
                done.send(None)

    def commit(self, numbers: list[int]) -> None:
        transfers: list[dict[str, Any]] = []
        postings: list[dict[str, Any]] = []
        sums = {"issue": 0}
        with self.engine.begin() as connection:
            seq, last = connection.execute(sa.text(f"SELECT seq, hash FROM bare_head{self.lock}")).one()
            for number in numbers:
                seq += 1
                row = {"id": new_id(), "seq": seq, "ref": f"bench/{new_id()}", "at": str(seq)}
                last = hashlib.sha256(json.dumps([last, row]).encode()).hexdigest()
                transfers.append({**row, "hash": last})
                for line, (account, tenths) in enumerate((("issue", -20), (f"m-{number % MEMBERS}", 20))):
                    postings.append(
                        {"transfer": row["id"], "line": line, "account": account, "tenths": tenths}
                    )
                    sums[account] = sums.get(account, 0) + tenths
            totals = [{"account": account, "tenths": tenths} for account, tenths in sorted(sums.items())]
            writes = [bulk.inserting(TRANSFERS, transfers), bulk.inserting(POSTINGS, postings)]
            bulk.run(connection, [*writes, bulk.summing(BALANCES, totals, "tenths")])
            connection.execute(
                sa.text("UPDATE bare_head SET seq = :seq, hash = :hash"), {"seq": seq, "hash": last}
            )


def measure(
    engine: sa.Engine, submit: Callable[[int], int], clients: int, seconds: float
) -> dict[str, float]:
    """Transfers a second while all callers ask one after the other, and what each cost the processors."""
    ends, done = time.monotonic() + seconds, [0]

    def caller(start: int) -> None:
        number = start
        while time.monotonic() < ends:
            made = submit(number)  # other callers run meanwhile: add only what is there afterwards
            done[0] += made
            number += clients

    begun, here, there = time.monotonic(), time.process_time(), servers.seconds_of(engine)
    threads = [eventlet.spawn(caller, start) for start in range(clients)]
    for thread in threads:
        thread.wait()
    took, made = time.monotonic() - begun, max(1, done[0])
    return {
        "per_second": round(done[0] / took),
        "here_ms": round((time.process_time() - here) / made * 1000, 3),
        "server_ms": round((servers.seconds_of(engine) - there) / made * 1000, 3),
    }


def ours(engine: sa.Engine, clients: int, seconds: float) -> dict[str, Any]:
    database = Database(engine, PointsUnit, clock=SystemClock())
    queue = WriteQueue(database)
    worker = eventlet.spawn(queue.run)

    def one_award(number: int) -> int:
        queue.submit(Job(run=award(number)))
        return 1

    def one_exchange(number: int) -> int:
        queue.submit(Job(run=settle(queue.submit(Job(run=hold(number))))))
        return 2

    found: dict[str, Any] = {"awards": measure(engine, one_award, clients, seconds)}
    with database.write() as unit:  # so that everybody has something to spend
        for number in range(MEMBERS):
            award(number)(unit)
    found["holds_and_settles"] = measure(engine, one_exchange, clients, seconds)
    queue.stop()
    worker.wait()
    with database.read() as unit:
        found["differences"] = unit.differences()[:5]
    return found


def bare(engine: sa.Engine, clients: int, seconds: float) -> dict[str, Any]:
    with engine.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(sa.insert(HEAD).values(one=1, seq=0, hash=""))
    queue = BareQueue(engine)
    worker = eventlet.spawn(queue.run)

    def one(number: int) -> int:
        queue.submit(number)
        return 1

    found = {"awards": measure(engine, one, clients, seconds)}
    queue.stopped = True
    worker.wait()
    return found


def main(url: str, clients: str, seconds: str, way: str) -> None:
    engine = make_engine(url, schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    gc.freeze()  # as the services' processes do
    gc.set_threshold(10_000, 20, 20)
    found = (ours if way == "ours" else bare)(engine, int(clients), float(seconds))
    engine.dispose()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
