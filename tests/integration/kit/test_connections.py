"""On a real broker: it goes away, freezes, forgets the queue; the process is stopped, stuck or started wrongly."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import kombu
import pytest

from tests.integration.kit.parcels.service import Parcels
from tests.integration.kit.running import QUEUE, ROOT, Yard
from tests.integration.kit.stock import filed
from whistle import topology
from whistle.errors import DependencyDown, Misconfigured
from whistle.messaging.broker import Broker
from whistle.messaging.subscribe import queues_of
from whistle.testing import wait_for
from whistle.testing.fault_proxy import FaultProxy
from whistle.topology import Binding, Queue, matches
from whistle.topology.declare import check, declare


@pytest.fixture
def proxy(yard):
    """The broker behind a proxy that the test cuts."""
    with FaultProxy(urlsplit(yard.bus).port) as made:
        yield made


# --- the connection (findings 1.3, 1.4) -------------------------------------------------------------------------------------


def test_a_reset_in_the_middle_of_work_changes_no_effect(yard, proxy):
    """Deliveries of the lost connection come again and are known: each effect once, in order, and the process lives."""
    service = yard.start(bus=proxy.url(yard.bus), batch_size="20").ready()
    events = [filed(f"ok {number}") for number in range(300)]
    for start in range(0, 300, 60):
        yard.publish(*events[start : start + 60])
        yard.wait_told(start + 20)
        proxy.reset()
    told = yard.wait_told(300)

    assert {event.data.title for event in events} == set(told)
    assert 300 == len(told)
    assert service.running
    wait_for(lambda: yard.depth() == 0, what="an empty queue")


def test_a_cut_off_consumer_says_so_and_recovers(yard, proxy):
    """While the broker is away /readyz is 503 and names who is cut off, HTTP answers; afterwards all goes on."""
    service = yard.start(bus=proxy.url(yard.bus)).ready()
    proxy.refuse()
    proxy.reset()
    wait_for(lambda: service.readyz()[0] == 503, timeout=20, what="trouble")
    yard.publish(filed("ok while away"))
    assert f"consumer {QUEUE}" in service.readyz()[1]
    proxy.heal()
    assert ["ok while away"] == yard.wait_told(1)
    wait_for(lambda: service.readyz()[0] == 200, timeout=20, what="readiness")


def test_what_is_said_while_the_broker_is_away_is_published_when_it_is_back(yard, proxy):
    """Handlers do not wait for the broker: their rows stay and leave later, once each."""
    with yard.channel() as channel:
        channel.queue_declare("spy", durable=True)
        channel.queue_bind("spy", topology.EVENTS, "case.filed.*")
    yard.start(bus=proxy.url(yard.bus)).ready()
    proxy.refuse()
    proxy.reset()
    with yard.database.write() as unit:
        ids = {unit.emit(filed("ok").data, district="mawei") for _ in range(50)}
    proxy.heal()
    wait_for(lambda: yard.depth("spy") == 50, timeout=30, what="publication")
    wait_for(lambda: all(row.published_at for row in yard.rows("outbox")), what="the marks")
    assert ids == {row.message_id for row in yard.rows("outbox")}


@pytest.mark.parametrize("fault", ["cut", "refuse"], ids=["silent", "refused"])
def test_http_does_not_wait_for_the_broker(yard, proxy, fault):
    """Stock: a publish hangs for as long as the broker does. Here the commit is all; the rows leave when it is back."""
    service = yard.start(bus=proxy.url(yard.bus)).ready()
    getattr(proxy, fault)()
    assert max(service.post() for _ in range(30)) < 2
    assert [] == yard.told()
    proxy.heal()
    yard.wait_told(30, timeout=60)
    wait_for(lambda: all(row.published_at for row in yard.rows("outbox")), timeout=30, what="the marks")
    assert 30 == len(yard.told())


def test_a_deleted_queue_is_noticed_and_read_again_once_it_is_declared(yard, service):
    """Nobody declares it silently: not ready, then the operator's `bus declare`, then work; what came between is kept."""
    with yard.channel() as channel:
        channel.queue_delete(QUEUE)
    wait_for(lambda: service.readyz()[0] == 503, timeout=20, what="trouble")
    yard.publish(filed("ok between"))
    assert 1 == yard.depth(topology.UNROUTABLE)
    assert service.running
    yard.declare()
    yard.publish(filed("ok after"))
    assert ["ok after"] == yard.wait_told(1)


def test_a_later_row_for_a_queue_that_is_gone_waits_for_it(yard):
    """The broker returns it, so it stays in the outbox until the queue is there again."""
    service = yard.start(retry_seconds="0.5,0.5,0.5").ready()
    yard.publish(filed("raise"))
    service.hear("took raise")
    with yard.channel() as channel:
        channel.queue_delete(QUEUE)
    wait_for(lambda: "not_taken_by_broker" in service.errors(), timeout=20, what="the returned row")
    yard.declare()
    assert "attempts" == yard.wait_parked()[0].reason


# --- the end --------------------------------------------------------------------------------------------------------------


def test_sigterm_finishes_the_batch_in_hand(yard):
    """What was begun is committed and acknowledged, what was not begun stays in the queue, and the code is 0."""
    service = yard.start(batch_size="5").ready()
    events = [filed(f"slow {number}") for number in range(40)]
    yard.publish(*events)
    service.hear("took slow", times=6)
    assert 0 == service.terminate()
    done = len(yard.told())
    assert 5 <= done < 40
    assert done == sum(line.startswith("took slow") for line in service.said)
    wait_for(lambda: yard.depth() == 40 - done, what="the rest in the queue")
    yard.start().ready()
    assert [event.data.title for event in events] == yard.wait_told(40)


def test_two_processes_share_a_queue_and_no_effect_is_doubled(bus_url, database_url, tmp_path, clock):
    """Two consumers on PostgreSQL, one killed in the middle: every message once."""
    from tests.integration.kit.conftest import opened

    opening = opened(database_url, clock)
    made = Yard(bus_url, tmp_path)
    made.database = next(opening)
    try:
        first = made.start(database_url=database_url, batch_size="10").ready()
        made.start(database_url=database_url, batch_size="10").ready()
        made.publish(*[filed(f"ok {number}") for number in range(400)])
        made.wait_told(50)
        first.kill()
        told = made.wait_told(400)
        wait_for(lambda: made.depth() == 0, timeout=20, what="an empty queue")
        assert {f"ok {number}" for number in range(400)} == set(told)
        assert 400 == len(made.told())
    finally:
        made.close()
        next(opening, None)


# --- the watchdog (findings 1.3) ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "reason"), [("forever", "handler parcels.events runs"), ("blocked", "hub has not turned")]
)
def test_a_stuck_process_says_why_and_ends_with_70(yard, title, reason):
    """A handler that never ends, or one that blocks the whole process: its supervisor is to start a new one."""
    service = yard.start("Parcels", "2").ready()
    yard.publish(filed(title), filed("ok"))
    assert 70 == service.exit_code()
    assert reason in service.errors().splitlines()[-1]
    assert [] == yard.told()
    wait_for(lambda: yard.depth() == 2, what="both messages back in the queue")


# --- starts that must not happen ----------------------------------------------------------------------------------------------


def refused(service):
    """The exit code and the last line of a process that did not start."""
    code = service.exit_code()
    (line,) = [line for line in service.errors().splitlines() if not line.startswith("{")]
    return code, line


def test_a_missing_queue_stops_the_start(yard):
    """Stock: it loops for ever while HTTP answers 200. Here: exit 2 and what to do."""
    with yard.channel() as channel:
        channel.queue_delete(QUEUE)
    code, line = refused(yard.start())
    assert 2 == code
    assert QUEUE in line
    assert "whistle bus declare" in line


def test_a_missing_exchange_stops_the_start(yard):
    """Without it the relay could publish nothing."""
    with yard.channel() as channel:
        channel.exchange_delete(topology.DISPATCH)
    code, line = refused(yard.start())
    assert (2, True) == (code, topology.DISPATCH in line)


@pytest.mark.parametrize("wrong", ["password", "vhost"])
def test_a_wrong_login_stops_the_start(yard, wrong):
    """One line that says what the broker refuses, without the password that it refused."""
    parts = urlsplit(yard.bus)
    password = "wr0ng" if wrong == "password" else parts.password
    path = "/nowhere" if wrong == "vhost" else parts.path
    bus = urlunsplit(
        parts._replace(netloc=f"{parts.username}:{password}@{parts.hostname}:{parts.port}", path=path)
    )
    code, line = refused(yard.start(bus=bus))
    assert 2 == code
    assert "wr0ng" not in line
    assert "***@" in line


def test_no_broker_stops_the_start(yard):
    """Exit 1: nobody's fault, a supervisor tries again."""
    code, line = refused(yard.start(bus="amqp://u:wr0ng@127.0.0.1:1/"))
    assert (1, False) == (code, "wr0ng" in line)


# --- topology on the broker -------------------------------------------------------------------------------------------------


def test_declaring_twice_changes_nothing_and_a_check_finds_what_is_wrong(yard):
    """Idempotent with messages inside; a missing queue and one with other arguments are named."""
    yard.publish(filed("ok"))
    yard.declare()
    assert 1 == yard.depth()
    queues = [*queues_of(Parcels), topology.actions_queue()]
    (own,) = [queue for queue in queues if queue.name == QUEUE]
    other = Queue(QUEUE, (), {**own.arguments, "x-delivery-limit": 7})
    with kombu.Connection(yard.bus) as connection:
        assert [] == check(connection, queues, arguments=True)
        missing, differs = check(connection, [Queue("nobody.events"), other], arguments=True)
        assert [] == check(connection, queues, arguments=True)
    assert "nobody.events" in missing
    assert "x-delivery-limit" in differs


def test_bus_commands_of_the_command_line(bus_url):
    """`bus check` names what is missing with exit 1, `bus declare` makes it, then all is well."""

    def whistle(*arguments):
        code = "from whistle.cli import main; main()"
        env = {**os.environ, "WHISTLE_BUS_URL": bus_url, "WHISTLE_SECRET_KEY": secrets.token_urlsafe(48)}
        command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env=env, cwd=ROOT
        )
        return done.returncode, done.stdout + done.stderr

    code, text = whistle("bus", "check")
    assert (1, True) == (code, "intake.events" in text)
    assert [0, 0] == [whistle("bus", *words)[0] for words in (["declare"], ["check"])]


def test_matches_is_what_the_broker_does(yard):
    """For keys of every kind of binding: `matches` says of each whether the broker delivers it."""
    keys = [
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "case.filed.mawei",
        "case.filed",
        "mawei.p.sign",
        "mawei.p.dispatch.sent",
        "x..y",
        "*.b",
    ]
    patterns = ["a", "*", "*.*", "*.*.*", "case.filed.*", "mawei.p.*.*", "*.p.*", "a.*", "x.*.y"]
    with yard.channel() as channel:
        channel.confirm_delivery()
        for number, pattern in enumerate(patterns):
            channel.queue_declare(f"m{number}", exclusive=False)
            channel.queue_bind(f"m{number}", topology.DISPATCH, pattern)
        for key in keys:
            channel.basic_publish(topology.DISPATCH, key, key.encode())
        for number, pattern in enumerate(patterns):
            got = []
            while (taken := channel.basic_get(f"m{number}", auto_ack=True))[0]:
                got.append(taken[2].decode())
            binding = Binding(topology.DISPATCH, pattern)
            assert [key for key in keys if matches(binding, exchange=topology.DISPATCH, key=key)] == got, (
                pattern
            )


def test_broker_errors_have_one_meaning_each(bus_url):
    """Not there: down. There, but refuses us: misconfigured. No password in either."""
    with pytest.raises(DependencyDown) as down, Broker("amqp://u:wr0ng@127.0.0.1:1/").connect():
        pass
    parts = urlsplit(bus_url)
    url = urlunsplit(parts._replace(netloc=f"u:wr0ng@{parts.hostname}:{parts.port}"))
    with pytest.raises(Misconfigured) as refused_, Broker(url).connect():
        pass
    assert "wr0ng" not in str(down.value) + str(refused_.value)


def test_declaring_over_other_arguments_is_refused(bus_url):
    """A queue that exists otherwise is neither changed nor passed over."""
    from amqp.exceptions import PreconditionFailed

    with kombu.Connection(bus_url) as connection:
        with connection.channel() as channel:
            channel.queue_declare(QUEUE, durable=True, auto_delete=False)
        with pytest.raises(PreconditionFailed):
            declare(connection, queues_of(Parcels))
