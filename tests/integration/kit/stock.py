"""What the kit's tests make again and again: events, deliveries, rows, and a count of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from whistle.contracts import CaseFiled, Event, encode, new_event
from whistle.ids import new_id
from whistle.messaging.consumer import Delivery
from whistle.outbox import Outgoing
from whistle.topology import EVENTS

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
CASE = "26-00421-7"
raising = pytest.raises
"""For blocks that are a whole unit of work; what each statement of it does is asserted after the block."""


def filed(title: str = "ok", **attributes: Any) -> Event[CaseFiled]:
    """A case whose title says what is to be done with it."""
    data = CaseFiled(title=title, text="text", door="hotline", filed_at=NOON)
    return new_event(data, source="intake", time=NOON, **{"district": "mawei", "case_no": CASE, **attributes})


def delivery(event: Event[Any] | bytes, *, exchange: str = EVENTS, **more: Any) -> Delivery:
    """An event (or whatever body) as it arrives."""
    body = event if isinstance(event, bytes) else encode(event)
    properties = more.pop("properties", {} if isinstance(event, bytes) else {"message_id": event.id})
    return Delivery(
        body=body,
        properties=properties,
        headers=more.pop("headers", {}),
        tag=1,
        generation=0,
        exchange=exchange,
    )


def outgoing(**changes: Any) -> Outgoing:
    """An outbox row."""
    values: dict[str, Any] = {
        "id": new_id(),
        "message_id": new_id(),
        "type": "whistle.case.filed.v1",
        "exchange": EVENTS,
        "routing_key": "case.filed.mawei",
        "body": "{}",
        "case_no": CASE,
        "created_at": NOON,
        "not_before": NOON,
    }
    return Outgoing(**{**values, **changes})


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """The SQL that runs inside, without transaction control."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
