"""Any messages in any batches with any failures: exactly the effects of the successful ones, one inbox row a message."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.kit.conftest import opened
from tests.integration.kit.parcels.store import Parcel, ParcelsUnit, effects
from tests.integration.kit.stock import NOON, delivery, filed
from whistle.clock import SetClock
from whistle.contracts import CaseFiled
from whistle.errors import Poison, Rejected, Transient
from whistle.messaging.handling import Handling, Method
from whistle.storage import Database, make_engine

QUEUE = "parcels.events"
FAILURES = {
    "rejected": Rejected("不", "no"),
    "transient": Transient("忙", "busy"),
    "poison": Poison("毒", "poison"),
    "defect": ValueError("defect"),
}
WAYS = ["good", "good", "direct", "changing", "stale", *FAILURES, "direct defect"]


def handle(unit, event):
    """Write in one way or another, then fail or not."""
    way = event.data.title
    if way.startswith("direct"):
        unit.execute(sa.insert(effects).values(event=event.id, type="-", told=way))
    else:
        unit.effect(way, event=event.id)
    if way == "changing":
        unit.weigh("shared", 1)
    if way == "stale":
        unit.parcels.put(Parcel(no="taken", version=1, weight=0))
    unit.emit(CaseFiled(title=way, text="-", door="hotline", filed_at=NOON), district="mawei")
    if error := FAILURES.get(way.rpartition(" ")[2]):
        raise error


_empty: list[bytes] = []


def empty_database() -> bytes:
    """A migrated file with one parcel, made once."""
    if not _empty:
        with tempfile.TemporaryDirectory() as folder:
            opening = opened(f"sqlite:///{folder}/x.db", SetClock(NOON))
            database = next(opening)
            with database.write() as unit:
                unit.weigh("taken", 1)
            next(opening, None)
            _empty.append((Path(folder) / "x.db").read_bytes())
    return _empty[0]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=12),
    data=st.data(),
)
def test_exactly_the_successful_have_their_effect(ways, data):
    """Batches are cut anywhere, messages come again anywhere; what is in the tables follows from the messages alone."""
    events = [filed(way) for way in ways]
    batches = data.draw(
        st.lists(
            st.lists(st.sampled_from(range(len(events))), min_size=1, max_size=8), min_size=1, max_size=6
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "x.db").write_bytes(empty_database())
        database = Database(
            make_engine(f"sqlite:///{folder}/x.db", schema="x"), ParcelsUnit, clock=SetClock(NOON)
        )
        counted: list[str] = []
        handling = Handling(
            consumer=QUEUE,
            database=database,
            methods={CaseFiled.type(): Method(handle)},
            count=lambda _, outcome: counted.append(outcome),
            retry_seconds=(1.0,),
        )
        for batch in batches:
            handling([delivery(events[number]) for number in batch])
        _check(database, {events[number].id: ways[number] for batch in batches for number in batch})
        assert sum(map(len, batches)) == len(counted)
        database.close()


def _check(database, sent):
    lasting = {ident for ident, way in sent.items() if way in ("good", "direct", "changing")}
    ended = {ident for ident, way in sent.items() if way in ("rejected", "poison")}
    with database.read() as unit:
        kit, connection = unit.kit, unit.connection
        written = Counter(connection.scalars(sa.select(effects.c.event)))
        inbox = Counter(connection.scalars(sa.select(kit.inbox.c.message_id)))
        outbox = connection.execute(sa.select(kit.outbox.c.kind, kit.outbox.c.message_id)).all()
        parked = Counter(connection.scalars(sa.select(kit.dead_letters.c.message_id)))
        shared = unit.parcels.get("shared")
    assert dict.fromkeys(lasting, 1) == written
    assert dict.fromkeys(lasting | ended, 1) == inbox
    assert {ident: 1 for ident, way in sent.items() if way == "poison"} == parked
    assert len(lasting) == sum(kind == "event" for kind, _ in outbox)
    assert sent.keys() - lasting - ended == {ident for kind, ident in outbox if kind == "later"}
    changes = sum(way == "changing" for way in sent.values())
    assert changes == (shared.weight if shared else 0)
