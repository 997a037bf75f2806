"""The embedded mode's bus: what memory:// does not know, the kit does, and kill -9 loses nothing."""

from __future__ import annotations

import pytest

from tests.integration.kit.parcels.service import Parcels
from tests.integration.kit.running import QUEUE, Yard
from tests.integration.kit.stock import filed, outgoing
from whistle import topology
from whistle.messaging.broker import Broker
from whistle.messaging.subscribe import queues_of
from whistle.topology.declare import check, declare


@pytest.fixture
def yard(tmp_path):
    """A data folder with the service's database; the bus lives in its process."""
    made = Yard("memory://", tmp_path)
    yield made
    made.close()


def say(yard, *titles):
    """What some service has said before the process starts."""
    with yard.database.write() as unit:
        return [unit.emit(filed(title).data, district="mawei", case_no="26-00421-7") for title in titles]


def test_everything_said_is_heard_once_and_failures_end_as_on_a_broker(yard):
    """Good ones in order, later rows with pauses, poison and the given-up parked; headers and identity as on RabbitMQ."""
    ids = say(yard, "ok 1", "raise", "poison", "rejected", "timeout", "exit", "ok 2", "emit")
    service = yard.start().ready()
    parked = yard.wait_parked(4)

    assert {ids[1]: "attempts", ids[2]: "poison", ids[4]: "attempts", ids[5]: "attempts"} == {
        row.message_id: row.reason for row in parked
    }
    told = yard.wait_told(4)
    assert ["ok 1", "ok 2", "emit"] == told[:3]
    assert "CaseResolved" in told[3]
    assert service.running
    assert 0 == service.terminate()


def test_kill_9_at_any_moment_loses_and_doubles_nothing(yard):
    """The bus forgets; the outbox does not: killed again and again in the middle, each effect is there once."""
    titles = [f"slow {number}" for number in range(120)]
    say(yard, *titles)
    for count in (1, 30, 60):
        service = yard.start(batch_size="7")
        yard.wait_told(count)
        service.kill()
    yard.start(batch_size="7").ready()
    told = yard.wait_told(120)
    assert sorted(titles) == sorted(told)


def test_a_second_process_on_the_same_folder_is_refused(yard):
    """Two would each have a bus of their own. One line says so; the folder is free again when the first has ended."""
    first = yard.start().ready()
    second = yard.start()
    assert 2 == second.exit_code()
    said = [f"另一个 whistle 正在使用 {yard.folder} / another whistle is at work in {yard.folder}"]
    assert said == second.errors().splitlines()
    assert 0 == first.terminate()
    third = yard.start().ready()
    assert 0 == third.terminate()


def test_what_no_binding_matches_is_kept_as_behind_an_alternate_exchange():
    """memory:// would drop it; it is addressed to the queue of the unroutable."""
    broker = Broker("memory://")
    with broker.connect() as connection:
        declare(connection, queues_of(Parcels))
        assert [] == check(connection, queues_of(Parcels))
        channel = connection.channel()
        row = outgoing()
        assert (row.exchange, row.routing_key) == broker.route_unroutable(
            channel, row.exchange, row.routing_key
        )
        assert ("", topology.UNROUTABLE) == broker.route_unroutable(
            channel, topology.EVENTS, "nobody.reads.this"
        )
        assert ("", QUEUE) == broker.route_unroutable(channel, "", QUEUE)
