"""
kombu's ``memory://``, on which embedded mode runs: what it does not do, so that nothing may be built upon it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import kombu
import pytest

_NAMES = itertools.count(1)


@pytest.fixture
def channel() -> Iterator[Any]:
    """A channel of the transport's one broker; names are fresh for each test, since the broker is a global."""
    with kombu.Connection("memory://", transport_options={"polling_interval": 0.01}) as connection:
        yield connection.default_channel


@pytest.fixture
def name() -> str:
    return f"q{next(_NAMES)}"


def publisher(channel: Any, exchange: str) -> Callable[..., None]:
    return kombu.Producer(channel, exchange=kombu.Exchange(exchange, type="topic")).publish


def declare(channel: Any, name: str, *, key: str, **arguments: Any) -> kombu.Queue:
    exchange = kombu.Exchange(name, type="topic")
    queue = kombu.Queue(name, exchange, routing_key=key, queue_arguments=arguments)(channel)
    queue.declare()
    return queue


def test_polls_once_a_second_unless_told_otherwise() -> None:
    """An event takes up to a second by default; ``polling_interval`` is the setting."""
    assert 1.0 == kombu.Connection("memory://").transport.polling_interval
    quick = kombu.Connection("memory://", transport_options={"polling_interval": 0.01})
    assert 0.01 == quick.transport.polling_interval


def test_a_consumer_that_found_nothing_sleeps_the_whole_interval(name: str) -> None:
    """A message that arrives just afterwards waits for the next look, a second later by default."""
    with kombu.Connection("memory://") as connection:
        declare(connection.default_channel, name, key="a")
        publish = publisher(connection.channel(), name)
        with connection.Consumer([kombu.Queue(name)], callbacks=[lambda *_: None]):
            later = threading.Timer(0.1, publish, ["late"], {"routing_key": "a"})
            began = time.monotonic()
            later.start()
            connection.drain_events(timeout=5)
            waited = time.monotonic() - began
        later.join()

    assert 0.9 < waited < 3


def test_hash_matches_one_or_more_words_but_not_none(channel: Any, name: str) -> None:
    """AMQP's ``case.#`` also matches ``case``; here it does not."""
    queue = declare(channel, name, key="case.#")
    publish = publisher(channel, name)
    publish("some", routing_key="case.filed.mawei")
    publish("none", routing_key="case")

    assert "some" == queue.get().payload
    assert queue.get() is None


def test_star_matches_one_word(channel: Any, name: str) -> None:
    """Bindings with ``*`` mean the same on both buses."""
    queue = declare(channel, name, key="case.*.mawei")
    publish = publisher(channel, name)
    publish("yes", routing_key="case.filed.mawei")
    publish("no", routing_key="case.filed.deep.mawei")
    publish("no", routing_key="case.mawei")

    assert "yes" == queue.get().payload
    assert queue.get() is None


def test_queue_arguments_are_ignored(channel: Any, name: str) -> None:
    """No length, no time to live, no dead letters, no delivery limit."""
    queue = declare(
        channel, name, key="a", **{"x-max-length": 1, "x-message-ttl": 1, "x-queue-type": "quorum"}
    )
    publish = publisher(channel, name)
    publish("first", routing_key="a")
    publish("second", routing_key="a")

    assert ["first", "second"] == [queue.get().payload, queue.get().payload]


def test_a_rejected_message_is_dropped(channel: Any, name: str) -> None:
    """There is no dead-letter exchange, even where one was asked for."""
    dead = declare(channel, f"{name}.dead", key="#")
    queue = declare(channel, name, key="a", **{"x-dead-letter-exchange": f"{name}.dead"})
    publisher(channel, name)("gone", routing_key="a")
    queue.get().reject(requeue=False)

    assert queue.get() is None
    assert dead.get() is None


def test_mandatory_is_ignored(channel: Any, name: str) -> None:
    """What no queue takes is dropped without an error."""
    declare(channel, name, key="a")

    assert publisher(channel, name)("gone", routing_key="nobody.listens", mandatory=True) is None


def test_an_alternate_exchange_is_ignored(channel: Any, name: str) -> None:
    """What is unroutable does not turn up elsewhere."""
    other = declare(channel, f"{name}.unroutable", key="a")
    exchange = kombu.Exchange(name, type="topic", arguments={"alternate-exchange": f"{name}.unroutable"})
    kombu.Producer(channel, exchange=exchange).publish("gone", routing_key="a")

    assert other.get() is None


def test_an_ack_of_several_acknowledges_one(channel: Any, name: str) -> None:
    """``multiple=True`` is taken and ignored: earlier messages stay unacknowledged and come again."""
    queue = declare(channel, name, key="a")
    publish = publisher(channel, name)
    for text in ("first", "second"):
        publish(text, routing_key="a")
    _, second = queue.get(), queue.get()
    second.ack(multiple=True)
    channel.basic_recover(requeue=True)

    assert "first" == queue.get().payload
    assert queue.get() is None


def test_headers_and_properties_arrive(channel: Any, name: str) -> None:
    """What a subscriber filters by is the same on both buses."""
    queue = declare(channel, name, key="a")
    publisher(channel, name)(
        "text", routing_key="a", headers={"traceparent": "00-1"}, message_id="m1", correlation_id="26-00421-7"
    )
    message = queue.get()

    assert "00-1" == message.headers["traceparent"]
    assert ("m1", "26-00421-7") == (message.properties["message_id"], message.properties["correlation_id"])
