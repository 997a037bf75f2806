"""
What the floor does with a batch of messages: the rows that the platform writes too, and the messages that follow.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from spine_parts.floor.bus import Outbox


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
        messages += [("dispatch.sent", told), ("party", told)]
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
    return []


def notify(cursor: Any, events: list[dict[str, Any]]) -> list[Any]:
    """One notice for each event."""
    from psycopg2.extras import execute_values

    rows = [(str(uuid.uuid4()), event["data"]["no"], event["type"], "queued") for event in events]
    execute_values(
        cursor, "INSERT INTO notices VALUES %s", rows, template="(%s,%s,%s,%s,now())", page_size=1000
    )
    return []
