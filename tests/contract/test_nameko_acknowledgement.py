"""
What stock nameko 2.14.1 and kombu 5.7.0 do with a message that was not handled: they acknowledge it, so it is lost.

These tests show faults of the pinned libraries. One that fails after an upgrade means that a fault has changed: look at
what the kit does about it in whistle.messaging before adapting the test.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from tests.contract.lab import Bus, Program
from whistle.testing import wait_for
from whistle.testing.fault_proxy import FaultProxy
from whistle.testing.servers import LocalRabbit

Serve = Callable[..., Program]

RAISES = """
class Service:
    name = "raises"
    @consume(work)
    def handle(self, body):
        say("handling", body)
        raise ValueError("no")
"""

TAKES = """
class Service:
    name = "takes"
    @consume(work)
    def handle(self, body):
        say("handled", type(body).__name__, body)
"""


def test_a_handler_that_raises_has_its_message_acknowledged(serve: Serve, bus: Bus) -> None:
    """The failed message is gone: nothing is left in the queue, nothing is redelivered."""
    service = serve(RAISES, AMQP_URI=bus.url)
    bus.publish(b"1")
    bus.publish(b"2")
    service.hear("handling", 2)
    service.kill()

    assert 0 == bus.left()
    assert [["handling", 1], ["handling", 2]] == service.heard("handling")


def test_requeue_on_error_is_a_hot_loop(serve: Serve, bus: Bus) -> None:
    """One message that always fails is handled without pause, hundreds of times a second."""
    service = serve(
        RAISES.replace("@consume(work)", "@consume(work, requeue_on_error=True)"), AMQP_URI=bus.url
    )
    bus.publish(b"1")

    service.hear("handling", times=200, timeout=5)


def test_what_cannot_be_decoded_is_acknowledged(serve: Serve, bus: Bus) -> None:
    """Broken JSON, and a content type that is not allowed, vanish without the handler seeing them."""
    service = serve(TAKES, AMQP_URI=bus.url)
    bus.publish(b"{broken")
    bus.publish(b"\x80\x04N.", content_type="application/x-python-serialize", content_encoding="binary")
    bus.publish(b'"after"')
    service.hear("handled", "str", "after")
    service.kill()

    assert 0 == bus.left()
    assert 1 == len(service.heard("handled"))


def test_without_content_type_the_handler_gets_text(serve: Serve, bus: Bus) -> None:
    """The same body is a dict or a str, depending on a property that the sender chooses."""
    service = serve(TAKES, AMQP_URI=bus.url)
    bus.publish(b"{}")
    bus.publish(b"{}", content_type=None)
    service.hear("handled", "dict", {})

    assert ["handled", "str", "{}"] == service.hear("handled", "str")


def test_the_ack_comes_after_the_handler(serve: Serve, bus: Bus) -> None:
    """At least once: what was in a handler when the process was killed is delivered again, marked as such."""
    service = serve(
        TAKES.replace('say("handled"', 'say("in hand"); eventlet.sleep(60); say("handled"'), AMQP_URI=bus.url
    )
    bus.publish(b'"once"')
    service.hear("in hand")
    service.kill()

    assert 1 == bus.left()
    delivery, _, body = bus.get()
    assert (True, b'"once"') == (delivery.redelivered, body)


def test_an_ack_on_a_dead_socket_kills_the_process(serve: Serve, bus: Bus) -> None:
    """
    A handler that computes while its connection is reset takes the whole service down when it returns.

    Only amqp's ConnectionError is caught around the ack, the operating system's is not; the message comes again, so a
    message that takes long enough kills every replica.
    """
    computes = """
class Service:
    name = "computes"
    @consume(work)
    def handle(self, body):
        say("in hand")
        while not os.path.exists("go on"):  # no yield to the hub: nobody notices the reset
            pass
        from eventlet.patcher import original
        original("time").sleep(0.5)  # blocks too: the reset has arrived for certain when the ack is sent
"""
    with closing(FaultProxy(int(bus.url.rpartition(":")[2].split("/")[0]))) as proxy:
        service = serve(computes, AMQP_URI=proxy.url(bus.url))
        bus.publish(b"1")
        service.hear("in hand")
        proxy.reset()
        (service.errors.parent / "go on").touch()

        assert 1 == service.exit_code()
    assert 1 == bus.left()
    assert "ack_message" in service.errors.read_text()


PUBLISHES = """
from nameko.amqp.publish import Publisher as Sender, UndeliverableMessage
shop = Exchange("shop", type="topic", durable=True)
sender = Sender(config["AMQP_URI"], exchange=shop, routing_key="nobody.listens", declare=[shop])
sender.publish({"n": 1})
say("published")
try:
    sender.publish({"n": 1}, mandatory=True)
except UndeliverableMessage:
    say("undeliverable")
"""


def test_an_unroutable_message_vanishes_unless_mandatory(run: Serve, bus: Bus) -> None:
    """nameko's publisher confirms but does not set ``mandatory``: no queue, no error, no message."""
    program = run(PUBLISHES, AMQP_URI=bus.url)

    assert 0 == program.exit_code()
    wait_for(lambda: len(program.said) == 2, what="both answers")
    assert [["published"], ["undeliverable"]] == program.said


def test_the_event_dispatcher_does_not_set_mandatory(run: Serve, bus: Bus) -> None:
    """An event that no service listens to, yet, is gone, and the dispatcher says nothing."""
    program = run(
        """
from nameko.standalone.events import event_dispatcher
from nameko.standalone.events import get_event_exchange
event_dispatcher(config, declare=[get_event_exchange("shop", config)])("shop", "sold", {"n": 1})
say("dispatched")
""",
        AMQP_URI=bus.url,
    )

    assert 0 == program.exit_code()
    assert [["dispatched"]] == program.said


def test_expiration_is_in_seconds(run: Serve, bus: Bus) -> None:
    """nameko's documentation says milliseconds; kombu multiplies by a thousand."""
    bus.declare()
    program = run(
        """
from nameko.amqp.publish import Publisher as Sender
Sender(config["AMQP_URI"], exchange=work.exchange, routing_key="work", expiration=5).publish({})
""",
        AMQP_URI=bus.url,
    )
    assert 0 == program.exit_code()

    assert "5000" == bus.get()[1].expiration


def test_publishing_to_a_broker_that_is_down_gives_up_after_three_seconds(run: Serve) -> None:
    """Whoever publishes directly has to keep the message himself: it is lost with the exception."""
    program = run(
        """
from nameko.amqp.publish import Publisher as Sender
began = time.monotonic()
try:
    Sender(config["AMQP_URI"], exchange=work.exchange).publish({})
except Exception as error:
    say(type(error).__name__, time.monotonic() - began)
""",
        AMQP_URI="amqp://127.0.0.1:1/",
    )

    _, seconds = program.hear("OperationalError")
    assert 1 < seconds < 8


@pytest.mark.slow
def test_publishing_under_an_alarm_waits_for_ever(run: Serve, own_rabbit: LocalRabbit) -> None:
    """Confirms have no timeout by default: a full disk at the broker hangs every publisher until it has room again."""
    own_rabbit.set_disk_alarm(True)
    program = run(
        """
from nameko.amqp.publish import Publisher as Sender
def publish():
    Sender(config["AMQP_URI"], exchange=work.exchange, routing_key="work", declare=[work]).publish({})
    say("published")
waits = eventlet.spawn(publish)
eventlet.sleep(4)
say("still waiting", not waits.dead)
waits.wait()
""",
        AMQP_URI=own_rabbit.url(),
    )

    assert ["still waiting", True] == program.hear("still waiting")
    own_rabbit.set_disk_alarm(False)
    program.hear("published")
