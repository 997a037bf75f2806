"""
One process with many callers: ``python -m points_parts.driver <url> <clients> <seconds> <ours|bare>``.

The callers are green threads that hand single transfers to the write queue of the services (so what arrives together is committed
together) and wait for each answer, as requests do. ``bare`` writes the same rows (transfer, two postings, balances, hash) with
plain SQL in the same batches: the floor.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import datetime as dt  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import sqlalchemy as sa  # noqa: E402

from whistle.clock import SystemClock  # noqa: E402
from whistle.ids import new_id  # noqa: E402
from whistle.runtime.web import WriteQueue  # noqa: E402
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


BARE = """
CREATE TABLE bare_transfers (
    id VARCHAR(64) PRIMARY KEY, seq BIGINT UNIQUE, ref VARCHAR(300) UNIQUE, at VARCHAR(40), hash VARCHAR(64));
CREATE TABLE bare_postings (transfer VARCHAR(64), line SMALLINT, account VARCHAR(120), tenths BIGINT, PRIMARY KEY (transfer, line));
CREATE TABLE bare_balances (account VARCHAR(120) PRIMARY KEY, tenths BIGINT NOT NULL);
CREATE TABLE bare_head (one INTEGER PRIMARY KEY, seq BIGINT, hash VARCHAR(64));
INSERT INTO bare_head VALUES (1, 0, '')
"""
ADD = (
    "INSERT INTO bare_balances VALUES (:account, :tenths) "
    "ON CONFLICT (account) DO UPDATE SET tenths = bare_balances.tenths + excluded.tenths"
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
            connection.execute(
                sa.text("INSERT INTO bare_transfers VALUES (:id, :seq, :ref, :at, :hash)"), transfers
            )
            connection.execute(
                sa.text("INSERT INTO bare_postings VALUES (:transfer, :line, :account, :tenths)"), postings
            )
            connection.execute(
                sa.text(ADD),
                [{"account": account, "tenths": tenths} for account, tenths in sorted(sums.items())],
            )
            connection.execute(
                sa.text("UPDATE bare_head SET seq = :seq, hash = :hash"), {"seq": seq, "hash": last}
            )


def measure(submit: Callable[[int], int], clients: int, seconds: float) -> int:
    """Transfers a second while all callers ask one after the other."""
    ends, done = time.monotonic() + seconds, [0]

    def caller(start: int) -> None:
        number = start
        while time.monotonic() < ends:
            made = submit(number)  # other callers run meanwhile: add only what is there afterwards
            done[0] += made
            number += clients

    begun = time.monotonic()
    threads = [eventlet.spawn(caller, start) for start in range(clients)]
    for thread in threads:
        thread.wait()
    return round(done[0] / (time.monotonic() - begun))


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

    found: dict[str, Any] = {"awards": measure(one_award, clients, seconds)}
    with database.write() as unit:  # so that everybody has something to spend
        for number in range(MEMBERS):
            award(number)(unit)
    found["holds_and_settles"] = measure(one_exchange, clients, seconds)
    queue.stop()
    worker.wait()
    with database.read() as unit:
        found["differences"] = unit.differences()[:5]
    return found


def bare(engine: sa.Engine, clients: int, seconds: float) -> dict[str, Any]:
    with engine.begin() as connection:
        for statement in BARE.strip().split(";"):
            connection.execute(sa.text(statement))
    queue = BareQueue(engine)
    worker = eventlet.spawn(queue.run)

    def one(number: int) -> int:
        queue.submit(number)
        return 1

    found = {"awards": measure(one, clients, seconds)}
    queue.stopped = True
    worker.wait()
    return found


def main(url: str, clients: str, seconds: str, way: str) -> None:
    engine = make_engine(url, schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    found = (ours if way == "ours" else bare)(engine, int(clients), float(seconds))
    engine.dispose()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
