"""
The floor's bus: an outbox that is published in confirmed batches, and batches that are committed and acknowledged once.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

BATCH = 100
EXCHANGE = "floor"
QUEUES = {
    "follow": ("dispatch.sent",),
    "route": ("case.filed",),
    "notify": ("case.filed", "dispatch.sent"),
    "party": ("party",),
}


def amqp_connection(url: str) -> Any:
    """A py-amqp connection."""
    import amqp

    parts = urlsplit(url)
    connection = amqp.Connection(
        f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        virtual_host=unquote(parts.path.removeprefix("/")) or "/",
    )
    connection.connect()
    return connection


def declare(url: str) -> None:
    """Exchange and quorum queues."""
    connection = amqp_connection(url)
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    for name, keys in QUEUES.items():
        channel.queue_declare(
            f"floor.{name}", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        for key in keys:
            channel.queue_bind(f"floor.{name}", EXCHANGE, key)
    connection.close()


class Outbox:
    """
    Writes rows with the cursor of the business transaction, publishes them in batches, marks what was
    confirmed.
    """

    def __init__(self, url: str, connect: Callable[[], Any]) -> None:
        self._connection = amqp_connection(url)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._sent = 0
        self._open: set[int] = set()
        self._database = connect()
        self._waiting: deque[tuple[str, str, str]] = deque()
        self._wake = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    @staticmethod
    def rows(messages: Sequence[tuple[str, dict[str, Any]]]) -> list[tuple[str, str, str]]:
        """(id, key, body) of each message."""
        made = []
        for key, data in messages:
            ident = str(uuid.uuid4())
            made.append(
                (ident, key, json.dumps({"id": ident, "type": key, "data": data}, ensure_ascii=False))
            )
        return made

    @staticmethod
    def write(cursor: Any, rows: Sequence[tuple[str, str, str]]) -> None:
        """Into the table, in the caller's transaction."""
        from psycopg2.extras import execute_values

        execute_values(
            cursor,
            "INSERT INTO outbox (id, key, body, created_at) VALUES %s",
            rows,
            template="(%s, %s, %s, now())",
            page_size=1000,
        )

    def publish(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """After the commit."""
        self._waiting.extend(rows)
        self._wake.set()

    def _acked(self, tag: int, multiple: bool) -> None:
        self._open -= {one for one in self._open if one <= tag} if multiple else {tag}

    def _run(self) -> None:
        import amqp

        while True:
            self._wake.wait()
            self._wake.clear()
            while self._waiting:
                rows = [self._waiting.popleft() for _ in range(min(500, len(self._waiting)))]
                for ident, key, body in rows:
                    self._sent += 1
                    self._open.add(self._sent)
                    message = amqp.Message(body.encode(), message_id=ident, delivery_mode=2)
                    self._channel.basic_publish(message, exchange=EXCHANGE, routing_key=key, mandatory=True)
                while self._open:
                    self._connection.drain_events(timeout=30)
                with self._database.cursor() as cursor:
                    cursor.execute("SET LOCAL synchronous_commit = off")
                    cursor.execute(
                        "UPDATE outbox SET published_at = now() WHERE id = ANY(%s)",
                        ([row[0] for row in rows],),
                    )
                self._database.commit()


def consume(
    role: str, url: str, connect: Callable[[], Any], handle: Callable[[Any, list[dict[str, Any]]], list[Any]]
) -> None:
    """Batches from the role's queue: inbox and effect in one transaction, then one acknowledgement."""
    from psycopg2.extras import execute_values

    connection, database, outbox = amqp_connection(url), connect(), Outbox(url, connect)
    channel = connection.channel()
    channel.basic_qos(0, 3 * BATCH, False)
    arrived: list[Any] = []
    channel.basic_consume(f"floor.{role}", callback=arrived.append)
    while True:
        connection.drain_events()
        deadline = time.monotonic() + 0.002
        while len(arrived) < BATCH and (rest := deadline - time.monotonic()) > 0:
            try:
                connection.drain_events(timeout=rest)
            except TimeoutError:
                break
        batch, arrived[:] = arrived[:BATCH], arrived[BATCH:]
        if not batch:
            continue
        events = [json.loads(message.body) for message in batch]
        with database.cursor() as cursor:
            ids = [(role, event["id"]) for event in events]
            statement = "INSERT INTO inbox (consumer, message_id, at) VALUES %s ON CONFLICT DO NOTHING RETURNING message_id"
            fresh = {
                row[0]
                for row in execute_values(
                    cursor, statement, ids, template="(%s, %s, now())", page_size=1000, fetch=True
                )
            }
            rows = handle(cursor, [event for event in events if event["id"] in fresh])
            if rows:
                Outbox.write(cursor, rows)
        database.commit()
        channel.basic_ack(batch[-1].delivery_tag, multiple=True)
        outbox.publish(rows)
