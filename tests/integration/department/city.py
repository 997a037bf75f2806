"""
The city's side of the bus, played by the tests: sends to a party, and reads what parties do.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import kombu
import pika

from whistle import topology
from whistle.contracts import (
    ACTIONS,
    CONTENT_TYPE,
    REGISTRY,
    DispatchSent,
    Event,
    Message,
    decode,
    encode,
    new_event,
)
from whistle.department import Department, Timing
from whistle.topology.accounts import PartyAccount, add_party_account
from whistle.topology.declare import declare

DISTRICT, PARTY = "mawei", "power-bureau"
QUICK = Timing(
    heartbeat=2, connect=5, blocked=2, reconnect=(0.05, 0.2), retry=(0.1, 0.2), give_up=10, grace=5, tick=0.05
)


@dataclass
class City:
    """One vhost with the topology declared, and one party with an account."""

    url: str
    management_url: str
    account: PartyAccount = field(init=False)

    def __post_init__(self) -> None:
        with kombu.Connection(self.url) as connection:
            declare(connection, [topology.actions_queue()])
        self.account = self.add_party()

    def add_party(self, party: str = PARTY, **options: Any) -> PartyAccount:
        """A party of mawei with its account."""
        return add_party_account(
            DISTRICT, party, bus_url=self.url, api_url=self.management_url, **{"rotate": True, **options}
        )

    def send(
        self,
        message: Message | None = None,
        *,
        body: bytes | None = None,
        copies: int = 1,
        case_no: str = "26-00421-7",
        sequence: int | None = None,
    ) -> Event[Any]:
        """Send a message (or this very body) to the party, confirmed."""
        data = message or DispatchSent.from_wire(DispatchSent.example)
        now = dt.datetime.now(dt.UTC)
        event = new_event(data, source="routing", district=DISTRICT, time=now, case_no=case_no, party=PARTY)
        event = dataclasses.replace(event, sequence=sequence)
        key = topology.dispatch_key(data, district=DISTRICT, party=PARTY)
        with kombu.Connection(self.url, transport_options={"confirm_publish": True}) as connection:
            for _ in range(copies):
                connection.Producer().publish(
                    body or encode(event),
                    exchange=topology.DISPATCH,
                    routing_key=key,
                    content_type=CONTENT_TYPE,
                    content_encoding="binary",
                    message_id=event.id,
                    delivery_mode=2,
                    mandatory=True,
                    confirm_timeout=5,
                )
        return event

    def actions(self) -> list[tuple[Event[Any], Any, str]]:
        """What parties did since it was last asked: (event, AMQP properties, routing key)."""
        found = []
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            channel = connection.channel()
            while (got := channel.basic_get(topology.ACTIONS_QUEUE, auto_ack=True))[0] is not None:
                method, properties, body = got
                assert method is not None
                assert body is not None
                found.append((decode(body, REGISTRY), properties, method.routing_key))
        return found

    def depth(self, queue_name: str | None = None) -> int:
        """Messages that are ready in a queue (the party's own)."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            declared = connection.channel().queue_declare(queue_name or self.account.queue, passive=True)
            return int(declared.method.message_count)

    def consumers(self) -> int:
        """Who listens to the party's queue."""
        with pika.BlockingConnection(pika.URLParameters(self.url)) as connection:
            return int(
                connection.channel().queue_declare(self.account.queue, passive=True).method.consumer_count
            )


class Listening:
    """A department that listens in a thread of the test until the ``with`` block ends."""

    def __init__(self, department: Department, handler: Callable[[Event[Any]], None] | None = None) -> None:
        self.department = department
        self.events: queue.SimpleQueue[Event[Any]] = queue.SimpleQueue()
        self.stop = threading.Event()
        self.error: BaseException | None = None
        self._handler = handler or (lambda event: None)
        self._thread = threading.Thread(target=self._run, name="test-department")

    def next(self, *, timeout: float = 15) -> Event[Any]:
        """The next event that was handled; fails if none comes."""
        return self.events.get(timeout=timeout)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(20)
        self.department.close()
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            self.department.listen(self._handle, stop=self.stop)
        except BaseException as error:  # noqa: BLE001 — raised again in the test's own thread
            self.error = error

    def _handle(self, event: Event[Any]) -> None:
        self._handler(event)
        self.events.put(event)


def department(
    city: City, folder: Path, *, url: str = "", timing: Timing = QUICK, **options: Any
) -> Department:
    """The party's client, impatient."""
    return Department(
        url or city.account.url, DISTRICT, PARTY, inbox=folder / "inbox.db", timing=timing, **options
    )


ACTION_TYPES = tuple(action.type() for action in ACTIONS)
