"""
A department that is away for three days while work is sent to it: routing's database, a real relay, a real broker.

The days pass on a clock of the test's own, on which the letters are written; relay, broker and client are real.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pika

from tests.integration.routing.conftest import opened
from tests.integration.routing.town import DISTRICT, Town
from whistle import topology
from whistle.clock import SetClock, SystemClock
from whistle.contracts import CONTENT_TYPE, Event
from whistle.department import Department, Timing
from whistle.department.inbox import PartyInbox
from whistle.testing import wait_for
from whistle.testing.platform import DeployedPlatform, Part
from whistle.testing.servers import LocalRabbit
from whistle.topology.accounts import add_party_account
from whistle_routing.handlers import mail

PARTY = "light"
QUEUE = topology.party_queue_name(DISTRICT, PARTY)
AWAY = dt.timedelta(days=3)
IN_HAND = 50
"""Letters that the client takes at a time."""
QUICK = Timing(
    heartbeat=10,
    connect=5,
    blocked=5,
    reconnect=(0.05, 0.5),
    retry=(0.1, 0.2),
    give_up=30,
    grace=5,
    tick=0.02,
)


class Absence:
    """
    Routing alone of a deployed platform, with one party that has an account.

    Args:
        letters: how many are written during the three days.
    """

    def __init__(self, folder: Path, *, rabbit: LocalRabbit, database_url: str, letters: int) -> None:
        self.rabbit, self.folder, self.count = rabbit, folder, letters
        self.bus_url = rabbit.url()
        self.platform = DeployedPlatform(
            folder, bus_url=self.bus_url, database_url=database_url, WHISTLE_DISTRICTS=DISTRICT
        )
        self.platform.require("db", "upgrade")
        self.platform.require("bus", "declare")
        self.account = add_party_account(DISTRICT, PARTY, bus_url=self.bus_url, admin=rabbit.admin)
        self.clock = SetClock(SystemClock().now() - AWAY - dt.timedelta(hours=1))
        self.database = opened(database_url, self.clock)
        self.town = Town(self.database)
        self.filed = 0

    def begin(self) -> None:
        """Let a process of routing run, whose relay publishes; without its own work, so that the test decides."""
        part = Part(
            "relay", ["run", "routing", "--roles", "http"], folder=self.folder, env=self.platform.environment
        )
        self.platform.parts = {"relay": part.start()}

    def file(self, count: int) -> None:
        """So many cases for the party, evenly over their part of the three days."""
        for begun in range(0, count, 50):
            size = min(50, count - begun)
            for number in range(self.filed + 1, self.filed + size + 1):
                self.town.file(f"26-{number:05}-0")
            self.filed += size
            self.clock.advance(AWAY * size / self.count)
            self.town.decide()

    def waiting(self) -> int:
        """Messages in the party's queue."""
        with pika.BlockingConnection(pika.URLParameters(self.bus_url)) as connection:
            return int(connection.channel().queue_declare(QUEUE, passive=True).method.message_count)

    def wait_for(self, count: int, *, timeout: float = 60.0) -> None:
        """Until exactly so many messages wait."""
        wait_for(
            lambda: self.waiting() == count, timeout=timeout, what=f"{count} messages in {QUEUE}", every=0.2
        )

    def smuggle(self, change: Callable[[dict[str, Any]], Any], *, number: int = 1) -> None:
        """Send the party a changed copy of one of its letters, past routing."""
        with self.database.read() as unit:
            (letter,) = unit.mail.after(DISTRICT, PARTY, sequence=number - 1, limit=1)
        event = json.loads(letter.body)
        body = change(event)
        with pika.BlockingConnection(pika.URLParameters(self.bus_url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(
                topology.DISPATCH,
                letter.routing_key,
                body if isinstance(body, bytes) else json.dumps(event, ensure_ascii=False).encode(),
                pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2),
            )

    def replay(self, start: int) -> mail.Replayed:
        """Send everything again from a number on."""
        self.clock.advance(SystemClock().now() - self.clock.now())
        return mail.replay_all(self.database, DISTRICT, PARTY, way="amqp", start=start)

    def listen(
        self, heard: list[Event[Any]], *, until: int, fail_at: int = 0, timeout: float = 120.0
    ) -> None:
        """
        The department's client until ``until`` events were handled; its handler fails once at letter number ``fail_at``.
        """
        stop, failed = threading.Event(), threading.Event()

        def handle(event: Event[Any]) -> None:
            if event.sequence == fail_at and not failed.is_set():
                failed.set()
                raise RuntimeError("the department's own system is down for a moment")
            heard.append(event)
            if len(heard) >= until:
                stop.set()

        with Department(
            self.account.url, DISTRICT, PARTY, inbox=self.folder / "inbox.db", timing=QUICK, prefetch=IN_HAND
        ) as department:
            timer = threading.Timer(timeout, stop.set)
            timer.start()
            department.listen(handle, stop=stop)
            timer.cancel()

    def set_aside(self) -> Sequence[str]:
        """Why the department put messages aside."""
        with PartyInbox(self.folder / "inbox.db") as inbox:
            return [one.reason for one in inbox.poison()]

    def close(self) -> None:
        self.database.close()
        self.platform.close()


def as_version_2(event: dict[str, Any]) -> None:
    """A new type beside the old, as the next version of the platform would send it."""
    event.update(id=event["id"][:-4] + "0002", type="whistle.dispatch.sent.v2")
    event["data"] = {"work": {"what": "all different"}}


def with_more(event: dict[str, Any]) -> None:
    """The same type with fields that nobody knew of."""
    event.update(id=event["id"][:-4] + "0003", newattribute="x")
    event["data"] |= {"urgency": {"scale": 5}, "photos": [{"sha256": "…"}]}


__all__ = ["AWAY", "IN_HAND", "PARTY", "Absence", "as_version_2", "with_more"]
