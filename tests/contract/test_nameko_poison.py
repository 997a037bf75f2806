"""
How one message takes a stock nameko service down, and its replicas after it: the message stays, and they read it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.contract.lab import Bus, Program

Serve = Callable[..., Program]

TAKES = """
class Service:
    name = "takes"
    @consume(work)
    def handle(self, body):
        say("handled", body)
"""


@pytest.mark.parametrize("value", [5, [1]], ids=["number", "list of numbers"])
def test_a_wrong_call_id_stack_kills_the_process_and_stays(serve: Serve, bus: Bus, value: object) -> None:
    """A header that any sender may set ends the service; the message is still there for its next start."""
    service = serve(TAKES, AMQP_URI=bus.url)
    bus.publish(b"1", headers={"nameko.call_id_stack": value})

    assert 1 == service.exit_code()
    assert 1 == bus.left()
    again = serve(TAKES, wait=False, AMQP_URI=bus.url)
    assert 1 == again.exit_code()
    assert 1 == bus.left()


def test_a_handler_that_raises_system_exit_ends_the_process(serve: Serve, bus: Bus) -> None:
    """A library that calls sys.exit somewhere ends the service, and the message is not acknowledged."""
    service = serve(TAKES.replace("say(", "sys.exit(3), say("), AMQP_URI=bus.url)
    bus.publish(b"1")

    assert 3 == service.exit_code()
    assert 1 == bus.left()


@pytest.mark.parametrize("hook", ["get_dependency", "worker_setup", "worker_result", "worker_teardown"])
def test_a_dependency_that_raises_ends_the_process(serve: Serve, bus: Bus, hook: str) -> None:
    """A database that is down while a dependency is made must not be an exception there."""
    source = f"""
from nameko.extensions import DependencyProvider
class Broken(DependencyProvider):
    def {hook}(self, *arguments, **options):
        raise OSError("database is down")
class Service:
    name = "broken"
    broken = Broken()
    @consume(work)
    def handle(self, body):
        say("handled", body)
"""
    service = serve(source, AMQP_URI=bus.url)
    bus.publish(b"1")

    assert 1 == service.exit_code()


def test_headers_of_a_message_travel_on_with_everything_its_handler_publishes(serve: Serve, bus: Bus) -> None:
    """Attempt counters, death records and secrets of one message turn up in all that follow."""
    source = """
out = Exchange("out", type="topic", durable=True)
class Service:
    name = "copies"
    publish = Publisher(exchange=out)
    @consume(work)
    def handle(self, body):
        self.publish({}, routing_key="out")
        say("published")
"""
    bus.declare("out")
    service = serve(source, AMQP_URI=bus.url)
    bus.publish(b"1", headers={"nameko.secret": "of the sender"})
    service.hear("published")

    assert "of the sender" == bus.get("out")[1].headers["nameko.secret"]


@pytest.mark.parametrize(
    "body",
    [b"[1]", b"[" * 10_000 + b"]" * 10_000, json.dumps({"n": 10**4000}).encode()],
    ids=["list", "deep", "large int"],
)
def test_odd_bodies_do_not_kill(serve: Serve, bus: Bus, body: bytes) -> None:
    """A body alone does no harm to the process, whatever becomes of the message."""
    service = serve(TAKES.replace("say(", "say("), AMQP_URI=bus.url)
    bus.publish(body)
    bus.publish(b'"after"')
    service.hear("handled", "after")

    assert service.running
