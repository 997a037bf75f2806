"""
The departments: take every dispatch from the parties' queues, and (with ``act``) sign and report it. A
process of its own, on py-amqp.

``python -m spine_parts.departments AMQP_URL EXPECTED ACT OUT`` consumes every queue ``party.*`` of the
vhost that is bound for the bench, writes one line per dispatch (case number, second of arrival) and ends
after EXPECTED dispatches, or (ACT 1) after as many case.resolved.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

from whistle import topology
from whistle.contracts import Report, Sign, encode, new_event
from whistle.ids import new_id  # noqa: F401 — imported here so that its cost is not in the first message

ACK_EVERY = 50


class Departments:
    """All parties at once, on one connection."""

    def __init__(self, url: str, queues: list[str], *, act: bool) -> None:
        parts = urlsplit(url)
        self._connection = amqp.Connection(
            f"{parts.hostname}:{parts.port}",
            userid=parts.username,
            password=parts.password,
            virtual_host=unquote(parts.path.removeprefix("/")) or "/",
        )
        self._connection.connect()
        self._channel = self._connection.channel()
        self._out = self._connection.channel()
        self._channel.basic_qos(0, 400, False)
        self._act = act
        self._unacked = 0
        self._seen: set[str] = set()
        self.arrived: list[tuple[str, float]] = []
        # publishing may read from the connection: what comes then waits for its turn, or later tags were acked before earlier ones
        self._received: deque[Any] = deque()
        for queue in queues:
            self._channel.basic_consume(queue, callback=self._received.append)

    def _take(self, message: Any) -> None:
        now = time.monotonic()
        no = message.properties.get("correlation_id") or json.loads(message.body)["data"]["no"]
        if no not in self._seen:
            self._seen.add(no)
            self.arrived.append((no, now))
        if self._act:
            self._answer(json.loads(message.body))
        self._unacked += 1
        if self._unacked >= ACK_EVERY:
            self._channel.basic_ack(message.delivery_tag, multiple=True)
            self._unacked = 0

    def _answer(self, body: dict[str, Any]) -> None:
        import datetime as dt

        data, district = body["data"], body["district"]
        now = dt.datetime.now(dt.UTC)
        for action in (
            Sign(dispatch=data["dispatch"], by="张工"),
            Report(dispatch=data["dispatch"], by="张工", text="已处理", members=("m-0001",)),
        ):
            case_no = body["subject"].removeprefix("case/")
            event = new_event(
                action, source="party", district=district, time=now, case_no=case_no, party=data["party"]
            )
            message = amqp.Message(
                encode(event),
                content_type="application/cloudevents+json; charset=utf-8",
                message_id=event.id,
                delivery_mode=2,
                user_id=topology.party_user(district, data["party"]),
            )
            key = topology.action_key(action, district=district, party=data["party"])
            self._out.basic_publish(message, exchange=topology.ACTIONS, routing_key=key)

    def run(self, expected: int, timeout: float) -> None:
        """Until ``expected`` dispatches came."""
        deadline = time.monotonic() + timeout
        while len(self.arrived) < expected and time.monotonic() < deadline:
            try:
                self._connection.drain_events(timeout=1)
            except TimeoutError:
                continue
            while self._received:
                self._take(self._received.popleft())
        if self._unacked:
            self._channel.basic_ack(0, multiple=True)
        self._connection.close()


def main() -> None:
    url, queues, expected, act, out = sys.argv[1:]
    departments = Departments(url, queues.split(","), act=act == "1")
    print("ready", flush=True)
    departments.run(int(expected), timeout=300)
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(f"{no} {at:.6f}\n" for no, at in departments.arrived)


if __name__ == "__main__":
    main()
