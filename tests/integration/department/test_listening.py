"""
A department listens: each message once, whatever handlers do.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import kombu
import pika
import pytest

from tests.integration.department.city import DISTRICT, PARTY, QUICK, City, Listening, department
from whistle import topology
from whistle.contracts import ClockWarned, DispatchRefused, DispatchSent, Event, encode
from whistle.department import Department, PartyInbox, Timing
from whistle.testing import wait_for
from whistle.topology.declare import declare


def test_messages_are_handled_in_order_and_acknowledged(city: City, tmp_path: Path) -> None:
    """What was sent is handed over as it was, and is gone from the queue afterwards."""
    sent = [
        city.send(message.from_wire(message.example))
        for message in (DispatchSent, ClockWarned, DispatchRefused)
    ]

    with Listening(department(city, tmp_path)) as listening:
        assert sent == [listening.next() for _ in sent]
    assert 0 == city.depth()


def test_an_event_that_comes_twice_is_handled_once(city: City, tmp_path: Path) -> None:
    """The inbox knows the event id, also after a restart of the department."""
    first = city.send(copies=3)
    last = city.send()

    with Listening(department(city, tmp_path)) as listening:
        assert [first.id, last.id] == [listening.next().id for _ in range(2)]
    republish(city, first)
    other = city.send()
    with Listening(department(city, tmp_path)) as listening:
        assert other.id == listening.next().id
    assert 0 == city.depth()


def test_a_handler_that_raises_gets_the_message_again_and_holds_up_nobody(city: City, tmp_path: Path) -> None:
    """The failed message waits for its next try while one of another case is handled."""
    bad, good = city.send(), city.send(case_no="26-00422-5")
    tries: list[str] = []

    def handle(event: Event[Any]) -> None:
        tries.append(event.id)
        if event.id == bad.id and tries.count(bad.id) < 4:
            raise RuntimeError("not yet")

    with Listening(department(city, tmp_path), handle) as listening:
        assert [good.id, bad.id] == [listening.next().id for _ in range(2)]
    assert 4 == tries.count(bad.id)
    assert 0 == city.depth()


def test_a_message_whose_handler_failed_stays_in_the_queue(city: City, tmp_path: Path) -> None:
    """Nothing is acknowledged before the handler has returned."""
    event, tried = city.send(), threading.Event()

    def handle(_: Event[Any]) -> None:
        tried.set()
        raise RuntimeError("never")

    with Listening(department(city, tmp_path, timing=Timing(tick=0.05, retry=(60, 60))), handle):
        assert tried.wait(10)
    wait_for(lambda: 1 == city.depth())
    with Listening(department(city, tmp_path)) as listening:
        assert event.id == listening.next().id


def test_a_handler_that_calls_exit_is_a_handler_that_raised(city: City, tmp_path: Path) -> None:
    """A library that ends the process from within a thread does not end listening."""
    event, tries = city.send(), []

    def handle(event: Event[Any]) -> None:
        tries.append(event.id)
        if len(tries) == 1:
            sys.exit("library says no")

    with Listening(department(city, tmp_path), handle) as listening:
        assert event.id == listening.next().id


def test_a_message_that_always_fails_ends_in_the_dead_letters(city: City, tmp_path: Path) -> None:
    """Tries are bounded; the city's IT sees what is left over, and so does the department."""
    city.send()
    tries: list[str] = []

    def handle(event: Event[Any]) -> None:
        tries.append(event.id)
        raise RuntimeError("never")

    timing = Timing(tick=0.01, retry=(0.001, 0.001), tries=7)
    with Listening(department(city, tmp_path, timing=timing), handle):
        wait_for(lambda: city.depth(topology.dead_queue_name(city.account.queue)), timeout=30)
    assert 7 == len(tries)
    assert 0 == city.depth()
    with PartyInbox(tmp_path / "inbox.db") as inbox:
        (kept,) = inbox.poison()
    assert "handler failed 7 times: RuntimeError('never')" == kept.reason


def test_what_cannot_be_read_is_set_aside_and_the_next_is_handled(city: City, tmp_path: Path) -> None:
    """A poison message is kept with its reason, acknowledged, and costs its neighbours nothing."""
    city.send(body="路灯".encode("gbk"), copies=2)
    good = city.send()

    with Listening(department(city, tmp_path)) as listening:
        assert good.id == listening.next().id
    with PartyInbox(tmp_path / "inbox.db") as inbox:
        (kept,) = inbox.poison()
    assert "路灯".encode("gbk") == kept.body
    assert "CloudEvent" in kept.reason
    assert 0 == city.depth()


def test_a_handler_may_be_slower_than_the_heartbeat(city: City, tmp_path: Path) -> None:
    """The broker's thread answers heartbeats while the handler works: no reconnect, no second run."""
    event, runs, done = city.send(), [], threading.Event()

    def handle(event: Event[Any]) -> None:
        runs.append(event.id)
        done.wait(5)  # the broker closes a connection after two silent heartbeats

    with Listening(department(city, tmp_path, timing=Timing(heartbeat=1, tick=0.05)), handle) as listening:
        assert event.id == listening.next().id
        wait_for(lambda: 0 == city.depth() and 1 == city.consumers())
    assert [event.id] == runs
    assert 0 == city.depth()


def test_stopping_finishes_the_message_in_hand_and_leaves_the_rest(city: City, tmp_path: Path) -> None:
    """SIGTERM for a department: one message more at most, none half done, none lost."""
    first, begun, go_on = city.send(), threading.Event(), threading.Event()
    rest = [city.send() for _ in range(3)]

    def handle(_: Event[Any]) -> None:
        begun.set()
        assert go_on.wait(10)

    with Listening(department(city, tmp_path), handle) as listening:
        assert begun.wait(10)
        listening.stop.set()
        go_on.set()
        assert first.id == listening.next().id
    wait_for(lambda: len(rest) == city.depth())
    assert listening.events.empty()


def test_a_handler_that_hangs_does_not_stop_the_department_from_stopping(city: City, tmp_path: Path) -> None:
    """After the grace period the message goes back to the queue."""
    city.send()
    begun, for_ever = threading.Event(), threading.Event()

    def handle(_: Event[Any]) -> None:
        begun.set()
        for_ever.wait(60)
        raise RuntimeError("too late")

    with Listening(department(city, tmp_path, timing=Timing(grace=0.2, tick=0.05)), handle):
        assert begun.wait(10)
    wait_for(lambda: 1 == city.depth())
    for_ever.set()


def test_a_queue_that_is_deleted_and_made_again_is_listened_to_again(
    city: City, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The broker ends the consumer without closing anything; the department notices and comes back.

    (Made again at once, before anybody noticed, RabbitMQ 3.10.8 delivers to nobody: no client can see that.)
    """
    with Listening(department(city, tmp_path)) as listening:
        wait_for(lambda: 1 == city.consumers())
        with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
            connection.channel().queue_delete(city.account.queue)
        wait_for(lambda: f"{city.account.queue} 不存在" in caplog.text)
        with kombu.Connection(city.url) as again:
            declare(again, [topology.party_queue(DISTRICT, PARTY)])
        event = city.send()
        assert event.id == listening.next().id


def test_two_processes_of_a_department_share_the_work(city: City, tmp_path: Path) -> None:
    """On one machine with one inbox file, each event is handled by one of them."""
    sent = {city.send(case_no=f"26-{number:05}-0").id for number in range(20)}
    one, other = (department(city, tmp_path, prefetch=1) for _ in range(2))
    with Listening(one) as first, Listening(other) as second:
        wait_for(lambda: 20 <= first.events.qsize() + second.events.qsize())
        handled = [first.next().id for _ in range(first.events.qsize())]
        handled += [second.next().id for _ in range(second.events.qsize())]
    assert sorted(sent) == sorted(handled)


def republish(city: City, event: Event[Any]) -> None:
    """The city sends an event again, as a replay of its dispatch log does."""
    city.send(body=encode(event))


def test_the_client_takes_its_url_as_other_clients_write_it(city: City, tmp_path: Path) -> None:
    """A percent sign, a double slash for the default vhost: both are understood."""
    assert "/" == Department("amqp://a:b@h//", DISTRICT, PARTY, timing=QUICK)._link.vhost
    assert "/" == Department("amqp://a:b@h", DISTRICT, PARTY, timing=QUICK)._link.vhost
    assert "/" == Department("amqp://a:b@h/%2F", DISTRICT, PARTY, timing=QUICK)._link.vhost
    assert "city" == Department("amqp://a:b@h/city", DISTRICT, PARTY, timing=QUICK)._link.vhost
