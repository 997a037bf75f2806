"""
On a real broker: the faults of stock nameko and kombu (tests/contract shows them) do not reach a service of the kit.
"""

from __future__ import annotations

import struct
import time
from dataclasses import replace
from typing import Any

import pika
import pytest

from tests.integration.kit.running import QUEUE
from tests.integration.kit.stock import filed
from whistle import topology
from whistle.contracts import ACTIONS, MESSAGES, Action, CaseFiled, Sign, decode, encode, new_event
from whistle.contracts import REGISTRY as KNOWN
from whistle.testing import wait_for


def good_after(yard, service, count=1):
    """The service still works: one more message has its effect."""
    yard.publish(*[filed(f"ok after {number}") for number in range(count)])
    wait_for(lambda: f"ok after {count - 1}" in yard.told(), timeout=30, what="the message after")
    assert service.running


# --- acknowledgement and loss (findings 1.1) ------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["raise", "timeout", "exit"])
def test_a_handler_that_fails_loses_nothing_and_stops_nobody(yard, service, title):
    """Stock: acked and gone, or the consumer silently stopped, or the process dead. Here: later, later, parked."""
    events = [filed(title), filed("ok 1"), filed(title), filed("ok 2")]
    yard.publish(*events)
    parked = yard.wait_parked(2)

    assert {events[0].id, events[2].id} == {row.message_id for row in parked}
    assert {("attempts", 3)} == {(row.reason, row.attempts) for row in parked}
    assert ["ok 1", "ok 2"] == yard.told()
    good_after(yard, service)
    assert 6 == sum(line.startswith(f"took {title}") for line in service.said)
    assert 0 == yard.depth()


def test_there_is_no_hot_loop(yard):
    """Stock with requeue: thousands of runs a second. Here a failing message waits its pause before each new try."""
    service = yard.start(retry_seconds="1.5,60").ready()
    yard.publish(filed("raise"))
    service.hear("took raise")
    begun = time.monotonic()
    service.hear("took raise", times=2)
    assert time.monotonic() - begun > 1.2
    row = wait_for(
        lambda: [row for row in yard.rows("outbox") if row.attempts == 2], what="the second try's row"
    )[0]
    assert ("later", None) == (row.kind, row.published_at)
    good_after(yard, service)
    assert 2 == sum(line.startswith("took raise") for line in service.said)


UNREADABLE: dict[str, tuple[bytes, dict[str, Any]]] = {
    "broken JSON": (b"{broken", {}),
    "pickle": (b"\x80\x04N.", {"content_type": "application/x-python-serialize"}),
    "no content type": (b"hello", {"content_type": None}),
    "another content type": (b"<x/>", {"content_type": "text/xml", "content_encoding": "latin-1"}),
    "bogus encoding": (b"x1", {"content_encoding": "rot-26"}),
    "escapes": (b"\\ud800\\x00", {"content_encoding": "unicode_escape"}),
    "bogus compression": (b"x2", {"headers": {"compression": "application/x-bogus"}}),
    "broken compression": (b"x3", {"headers": {"compression": "application/x-gzip"}}),
    "NUL": (b"\0\0", {}),
    "empty": (b"", {}),
}


def test_bodies_that_nobody_can_read_are_parked_and_their_neighbours_handled(yard, service):
    """Stock: acked away, or handed on as text, or the consumer dead. Here: parked as poison, in one go."""
    for body, options in UNREADABLE.values():
        yard.publish(filed("ok"), body, filed("ok"), **{"message_id": None, **options})
    yard.wait_told(2 * len(UNREADABLE))
    parked = yard.wait_parked(len(UNREADABLE))

    assert {"poison"} == {row.reason for row in parked}
    assert len(UNREADABLE) == len(parked)
    good_after(yard, service)


def test_readable_messages_with_odd_properties_are_handled(yard, service):
    """The body is what counts: no content type, a wrong encoding or a claim of compression do not lose a good message."""
    options: list[dict[str, Any]] = [
        {"content_type": None},
        {"content_type": "application/x-python-serialize"},
        {"content_encoding": "rot-26"},
        {"headers": {"compression": "application/x-gzip"}},
        {"expiration": "600000", "priority": 9, "reply_to": "nobody", "type": "5", "app_id": "x" * 255},
    ]
    for more in options:
        yard.publish(filed("ok"), **more)
    yard.wait_told(len(options))
    assert [] == yard.rows("dead_letters")


HEADERS = {
    "nameko.call_id_stack": 5,
    "nameko.auth": "secret",
    "x-death": [{"count": 9, "queue": "q", "reason": "rejected"}],
    "nothing": None,
    "deep": {"a": {"b": [1, {"c": b"\xff"}]}},
    "x-attempts": 99,
    "x-user": "mawei.mayor",
    "traceparent": 7,
}


def test_headers_kill_nobody_and_travel_nowhere(yard, service):
    """Stock: a wrong call id stack ends every replica, and every header turns up in what the handler publishes."""
    with yard.channel() as channel:
        channel.queue_declare("spy")
        channel.queue_bind("spy", topology.EVENTS, "case.resolved.*")
    event = filed("emit")
    yard.publish(event, headers=HEADERS)
    _, properties, body = yard.take("spy")

    assert {"cloudEvents_type": "whistle.case.resolved.v1"} == properties.headers
    assert event.id == decode(body, KNOWN).cause
    assert ("parcels", 2, event.case_no) == (
        properties.app_id,
        properties.delivery_mode,
        properties.correlation_id,
    )
    yard.publish(filed("raise"), headers=HEADERS)
    yard.wait_parked()
    assert 3 == sum(line.startswith("took raise") for line in service.said)


ODD = {
    "a date beyond all": {"headers": {"when": f"no such date {2**62}"}},
    "an id that is no text": {"message_id": b"\xff\xfe"},
}


@pytest.mark.parametrize("options", ODD.values(), ids=ODD)
def test_what_the_client_library_cannot_read_costs_only_its_own_message(yard, service, monkeypatch, options):
    """
    A header that the client library cannot take off the wire: the message ends in the broker's last line, alone.

    Stock: the process dies of it at every start. Its neighbours in the same prefetch must not follow it.
    """
    encode_value = pika.data.encode_value

    def encoded(pieces, value):
        if not isinstance(value, str) or not value.startswith("no such date"):
            return encode_value(pieces, value)
        pieces.append(struct.pack(">cQ", b"T", int(value.split()[-1])))
        return 9

    monkeypatch.setattr(pika.data, "encode_value", encoded)
    yard.publish(filed("ok 1"), filed("ok 2"))
    yard.publish(filed("ok broken"), **options)
    yard.publish(*[filed(f"ok {number}") for number in range(3, 30)])

    told = yard.wait_told(29, timeout=60)
    assert {f"ok {number}" for number in range(1, 30)} == set(told)
    assert 29 == len(told)
    wait_for(lambda: yard.depth(f"{QUEUE}.dead") == 1, timeout=30, what="the last line")
    good_after(yard, service)


# --- nothing lost on the way ----------------------------------------------------------------------------------------------


def test_a_message_that_nobody_reads_is_kept(yard, service):
    """Stock: an event without a queue vanishes. Here it lands where somebody will look."""
    with yard.channel() as channel:
        channel.queue_unbind(QUEUE, topology.EVENTS, "case.resolved.*")
    yard.publish(filed("emit"))
    _, _, body = yard.take(topology.UNROUTABLE)
    assert "whistle.case.resolved.v1" == decode(body, KNOWN).type
    wait_for(lambda: all(row.published_at for row in yard.rows("outbox")), what="publication")


def test_every_message_of_the_contracts_goes_through_the_broker_unchanged(yard, service):
    """Each class's example, sent as an event or as an action, arrives equal."""
    for message in MESSAGES:
        data: Any = message.from_wire(message.example)
        if isinstance(data, Action):
            event = new_event(data, source="party/p", district="mawei", time=filed().time)
            key = topology.action_key(data, district="mawei", party="p")
            yard.publish(event, exchange=topology.ACTIONS, key=key)
        elif message is not CaseFiled:
            event = new_event(data, source="x", district="mawei", time=filed().time)
            yard.publish(event, key=topology.event_key(data, "mawei"))
    told = yard.wait_told(len(MESSAGES) - 1)

    expected = {
        repr(one.from_wire(one.example)) for one in MESSAGES if one not in ACTIONS and one is not CaseFiled
    }
    assert expected == set(told) - {"None"}
    assert len(ACTIONS) == told.count("None")
    assert [] == yard.rows("dead_letters")


def test_a_thousand_messages_with_duplicates_and_failures_have_their_effect_once_and_in_order(yard, service):
    """Each is sent twice, every fiftieth fails: exactly the good ones, once, in the order in which they were sent."""
    events = [filed("rejected" if number % 50 == 7 else f"ok {number}") for number in range(500)]
    yard.publish(*[event for event in events for _ in range(2)])
    good = [event.data.title for event in events if event.data.title != "rejected"]
    yard.wait_told(len(good))

    assert good == yard.told()
    wait_for(lambda: len(yard.rows("inbox")) == 500, what="the inbox")
    assert 10 == sum(row.outcome == "rejected" for row in yard.rows("inbox"))


# --- identity ---------------------------------------------------------------------------------------------------------------


def test_a_party_is_who_the_broker_says_and_can_neither_claim_nor_send_as_another(yard, service, rabbit):
    """The account's own user_id counts; a claim in a header does not; another's id, key or the queue itself are refused."""
    from whistle.topology.accounts import add_party_account, remove_party_account

    account = add_party_account("mawei", "p1", bus_url=yard.bus, admin=rabbit.admin, rotate=True)
    event = new_event(Sign(dispatch="d", by="张工"), source="party/p1", district="mawei", time=filed().time)
    refused = []
    try:
        attempts: list[tuple[str, str, dict[str, Any]]] = [
            (
                topology.ACTIONS,
                "mawei.p1.sign",
                {"user_id": "mawei.p1", "headers": {"x-user": "mawei.mayor"}},
            ),
            (topology.ACTIONS, "mawei.p1.sign", {"headers": {"x-user": "mawei.mayor", "x-attempts": 50}}),
            (topology.ACTIONS, "mawei.p1.sign", {"user_id": "mawei.mayor"}),
            (topology.ACTIONS, "mawei.mayor.sign", {"user_id": "mawei.p1"}),
            (topology.EVENTS, "case.filed.mawei", {"user_id": "mawei.p1"}),
            ("", topology.ACTIONS_QUEUE, {"headers": {"x-user": "mawei.mayor"}}),
            ("", QUEUE, {}),
        ]
        for number, (exchange, key, options) in enumerate(attempts):
            try:
                with pika.BlockingConnection(pika.URLParameters(account.url)) as connection:
                    channel = connection.channel()
                    channel.confirm_delivery()
                    mine = replace(event, id=f"action-{number}")
                    channel.basic_publish(exchange, key, encode(mine), pika.BasicProperties(**options))
            except (pika.exceptions.ChannelClosedByBroker, pika.exceptions.ConnectionClosedByBroker) as error:
                refused.append((number, error.reply_code))
    finally:
        remove_party_account("mawei", "p1", bus_url=yard.bus, admin=rabbit.admin)

    assert [(2, 406), (3, 403), (4, 403), (5, 403), (6, 403)] == refused
    assert ["mawei.p1", "None"] == sorted(yard.wait_told(2), reverse=True)


def test_a_method_under_another_name_reads_the_same_queue(yard, service):
    """Stock: a renamed method is a new queue, and what lay in the old one is never read. Here it goes on."""
    yard.publish(filed("ok"))
    yard.wait_told(1)
    assert 0 == service.terminate()
    yard.publish(filed("left"))
    yard.start("Renamed").ready()
    assert ["ok", "renamed left"] == yard.wait_told(2)
