"""Consumers of stock nameko that stop, or never start, while their process looks healthy."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from contextlib import closing

import amqp.transport
import pika
import pytest

from tests.contract.lab import Bus, Program
from whistle.testing import wait_for
from whistle.testing.servers import free_port

Serve = Callable[..., Program]


def test_eventlet_timeouts_silence_a_consumer(serve: Serve, bus: Bus) -> None:
    """
    ``eventlet.Timeout`` is no Exception: its message is neither acked nor requeued and its worker's place is lost.

    After ``max_workers`` of them nothing is delivered any more, and the process lives on.
    """
    source = """
class Service:
    name = "silent"
    @consume(work)
    def handle(self, body):
        say("handling", body)
        if body != "good":
            raise eventlet.Timeout(None)
"""
    service = serve(source, AMQP_URI=bus.url, max_workers=2)
    bus.publish(b'"good"')
    service.hear("handling", "good")
    for number in (b"1", b"2"):
        bus.publish(number)
    service.hear("handling", 2)
    bus.publish(b'"good"')
    wait_for(lambda: bus.consumers() == 1, what="the consumer, as the broker sees it")

    with pytest.raises(AssertionError):
        service.hear("handling", "good", times=2, timeout=2)
    assert service.running
    service.kill()
    assert 3 == bus.left()


def test_a_queue_with_other_arguments_is_tried_for_ever_while_http_answers(serve: Serve, bus: Bus) -> None:
    """406 PRECONDITION_FAILED at start: no consumer of the service ever starts, the web server says 200."""
    bus.declare("work", **{"x-max-length": 7})
    source = """
from nameko.web.handlers import http
fine = Queue("fine", Exchange("fine", type="topic", durable=True), routing_key="fine", durable=True)
class Service:
    name = "mismatch"
    @consume(work)
    def handle(self, body):
        say("handled", body)
    @consume(fine)
    def other(self, body):
        say("handled", body)
    @http("GET", "/ping")
    def ping(self, request):
        return "pong"
"""
    port = free_port()
    service = serve(source, wait=False, AMQP_URI=bus.url, WEB_SERVER_ADDRESS=f"127.0.0.1:{port}")

    def ping() -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2) as answer:
            return answer.read()

    assert b"pong" == wait_for(ping)
    wait_for(lambda: service.errors.read_text().count("PRECONDITION_FAILED") >= 2, what="a second try")
    assert 0 == bus.consumers()
    assert b"pong" == ping()
    assert [] == service.said
    assert service.running


def test_a_deleted_queue_is_declared_again_and_its_messages_are_gone(serve: Serve, bus: Bus) -> None:
    """The consumer recovers by itself; nobody says that something was lost."""
    source = """
class Service:
    name = "recovers"
    @consume(work)
    def handle(self, body):
        say("handled", body)
"""
    service = serve(source, AMQP_URI=bus.url)
    bus.delete("work")

    def consumers() -> int:
        with closing(Bus(bus.url)) as fresh:  # asking for a queue that is not there costs the channel
            return fresh.consumers()

    wait_for(lambda: consumers() == 1, what="the queue, declared again")
    bus.publish(b'"after"')

    service.hear("handled", "after")


def test_a_service_that_publishes_does_not_start_without_a_broker(serve: Serve) -> None:
    """A consumer waits for its broker; a Publisher among the dependencies ends the process within seconds."""
    consumes = """
class Service:
    name = "consumes"
    @consume(work)
    def handle(self, body):
        pass
"""
    publishes = consumes.replace(
        'name = "consumes"', 'name = "publishes"\n    publish = Publisher(exchange=work.exchange)'
    )
    nobody = "amqp://127.0.0.1:1/"
    waiting = serve(consumes, wait=False, AMQP_URI=nobody)
    ending = serve(publishes, wait=False, AMQP_URI=nobody)

    assert 1 == ending.exit_code()
    assert waiting.running


def test_py_amqp_notices_a_dead_peer_by_itself_and_pika_does_not() -> None:
    """py-amqp sets TCP_USER_TIMEOUT to a second; departments on pika need ``tcp_options`` and a heartbeat."""
    assert 1000 == amqp.transport.DEFAULT_SOCKET_SETTINGS["TCP_USER_TIMEOUT"]
    assert pika.ConnectionParameters().tcp_options is None


def test_timeouts_of_eventlet_are_no_exceptions(run: Serve) -> None:
    """``except Exception`` around a handler does not hold them."""
    program = run("say(issubclass(eventlet.Timeout, Exception), issubclass(eventlet.Timeout, BaseException))")

    program.hear(False, True)
