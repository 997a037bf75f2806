"""
The floor: the same durable steps as the platform, bare: eventlet.wsgi, psycopg2 and py-amqp, dicts and
JSON, no checks, no retries.

Like the platform it batches commits and confirms, writes an outbox row for every message in the transaction
that made it true, marks it after the broker's confirm, and knows every message it has dealt with. (py-amqp
instead of pika: pika's blocking channel waits for each confirm, which would make the floor lower than it
is.)

``python -m spine_parts.floor ROLE PORT AMQP_URL DATABASE_URL`` with ROLE http, follow, route or notify.
"""

from __future__ import annotations

import json
import sys
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
    "follow": ("dispatch.sent", "clock.started"),
    "route": ("case.filed",),
    "notify": ("case.filed", "case.assigned"),
    "party": ("party",),
}
TABLES = """
CREATE TABLE cases (no text primary key, state text, title text, body text, district text, head text,
    version int, filed_at timestamptz, more jsonb);
CREATE TABLE timeline (case_no text, seq int, kind text, data jsonb, prev_hash text, hash text, at timestamptz,
    primary key (case_no, seq));
CREATE TABLE jobs (no text primary key, state text, title text, body text, version int, at timestamptz);
CREATE TABLE decisions (id text primary key, case_no text, decision jsonb, at timestamptz);
CREATE TABLE dispatches (id text primary key, case_no text, party text, state text, due_at timestamptz, version int);
CREATE TABLE clocks (id text primary key, case_no text, due_at timestamptz, next_at timestamptz, version int);
CREATE TABLE notices (id text primary key, case_no text, purpose text, state text, at timestamptz);
CREATE TABLE inbox (consumer text, message_id text, at timestamptz, primary key (consumer, message_id));
CREATE TABLE outbox (id text primary key, key text, body text, created_at timestamptz, published_at timestamptz);
CREATE INDEX outbox_due ON outbox (id) WHERE published_at IS NULL;
"""


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


def route(cursor: Any, events: list[dict[str, Any]]) -> list[Any]:
    """A decision, a dispatch and a clock for each case."""
    from psycopg2.extras import execute_values

    cases = [event["data"] for event in events]
    ids = [str(uuid.uuid4()) for _ in cases]
    execute_values(
        cursor,
        "INSERT INTO jobs VALUES %s",
        [(c["no"], "pending", c["title"], c["text"], 1) for c in cases],
        template="(%s,%s,%s,%s,%s,now())",
        page_size=1000,
    )
    execute_values(
        cursor,
        "INSERT INTO decisions VALUES %s",
        [(str(uuid.uuid4()), c["no"], "{}") for c in cases],
        template="(%s,%s,%s,now())",
        page_size=1000,
    )
    execute_values(
        cursor,
        "INSERT INTO dispatches VALUES %s",
        [(i, c["no"], "party", "sent", 1) for i, c in zip(ids, cases, strict=True)],
        template="(%s,%s,%s,%s,now(),%s)",
        page_size=1000,
    )
    execute_values(
        cursor,
        "INSERT INTO clocks VALUES %s",
        [(i, c["no"], 1) for i, c in zip(ids, cases, strict=True)],
        template="(%s,%s,now(),now(),%s)",
        page_size=1000,
    )
    cursor.execute(
        "UPDATE jobs SET state = 'routed', version = 2 WHERE no = ANY(%s)", ([c["no"] for c in cases],)
    )
    messages = []
    for ident, case in zip(ids, cases, strict=True):
        told = {**case, "dispatch": ident, "party": "party"}
        messages += [
            ("dispatch.sent", told),
            ("party", told),
            ("clock.started", {"no": case["no"], "dispatch": ident}),
        ]
    return Outbox.rows(messages)


def follow(cursor: Any, events: list[dict[str, Any]]) -> list[Any]:
    """The case moves on; one timeline entry each."""
    from psycopg2.extras import execute_values

    rows = [
        (event["data"]["no"], str(uuid.uuid4()), event["type"], json.dumps(event["data"], ensure_ascii=False))
        for event in events
    ]
    execute_values(
        cursor,
        "INSERT INTO timeline SELECT v.no, 2 + ('x' || substr(md5(v.id), 1, 7))::bit(28)::int, v.kind, v.data::jsonb, '', "
        "md5(v.data), now() FROM (VALUES %s) AS v(no, id, kind, data)",
        rows,
        page_size=1000,
    )
    cursor.execute(
        "UPDATE cases SET state = 'assigned', version = version + 1 WHERE no = ANY(%s)",
        (sorted({row[0] for row in rows}),),
    )
    return Outbox.rows(
        [("case.assigned", {"no": e["data"]["no"]}) for e in events if e["type"] == "dispatch.sent"]
    )


def notify(cursor: Any, events: list[dict[str, Any]]) -> list[Any]:
    """One notice for each event."""
    from psycopg2.extras import execute_values

    rows = [(str(uuid.uuid4()), event["data"]["no"], event["type"], "queued") for event in events]
    execute_values(
        cursor, "INSERT INTO notices VALUES %s", rows, template="(%s,%s,%s,%s,now())", page_size=1000
    )
    return []


def serve(port: int, url: str, connect: Callable[[], Any]) -> None:
    """POST a case: group-committed like the platform's writes."""
    import eventlet
    import eventlet.event
    import eventlet.wsgi
    from psycopg2.extras import execute_values

    outbox, database = Outbox(url, connect), connect()
    waiting: deque[tuple[dict[str, Any], Any]] = deque()
    woken = threading.Event()

    def commit() -> None:
        number = 0
        while True:
            woken.wait()
            woken.clear()
            while waiting:
                batch = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
                for body, _ in batch:
                    number += 1
                    body["no"] = f"26-{number:05d}-0"
                rows = Outbox.rows([("case.filed", body) for body, _ in batch])
                with database.cursor() as cursor:
                    cases = [
                        (b["no"], "filed", b["title"], b["text"], b["district"], "", 1, "{}")
                        for b, _ in batch
                    ]
                    execute_values(
                        cursor,
                        "INSERT INTO cases VALUES %s",
                        cases,
                        template="(%s,%s,%s,%s,%s,%s,%s,now(),%s)",
                        page_size=1000,
                    )
                    lines = [(b["no"], 1, "case.filed", "{}", "", "") for b, _ in batch]
                    execute_values(
                        cursor,
                        "INSERT INTO timeline VALUES %s",
                        lines,
                        template="(%s,%s,%s,%s,%s,%s,now())",
                        page_size=1000,
                    )
                    Outbox.write(cursor, rows)
                database.commit()
                outbox.publish(rows)
                for body, answered in batch:
                    answered.send(body["no"])

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        answered = eventlet.event.Event()
        waiting.append((json.loads(environ["wsgi.input"].read()), answered))
        woken.set()
        raw = json.dumps({"no": answered.wait()}).encode()
        start("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))])
        return [raw]

    threading.Thread(target=commit, daemon=True).start()
    eventlet.wsgi.server(eventlet.listen(("127.0.0.1", port)), app, log_output=False)


def main() -> None:
    role, port, url, database_url = sys.argv[1:]
    if role == "http":
        import eventlet

        eventlet.monkey_patch()
    import psycopg2

    def connect() -> Any:
        return psycopg2.connect(database_url)

    if role == "http":
        serve(int(port), url, connect)
    consume(role, url, connect, {"route": route, "follow": follow, "notify": notify}[role])


if __name__ == "__main__":
    main()
