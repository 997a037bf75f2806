"""
What was said and not yet heard: compares every outbox with the inboxes of those who should have dealt with
it.

Embedded mode redelivers what it finds after a crash, since its bus forgets; ``verify`` names it (design
§5.9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from whistle import inbox, outbox, topology
from whistle.messaging.subscribe import queues_of
from whistle.storage import Database
from whistle.topology import Queue

PAGE = 1000


@dataclass(frozen=True)
class Missing:
    """A published message that a consumer has not dealt with. ``row`` is the outbox row at ``source``."""

    source: str
    row: str
    message_id: str
    type: str
    case_no: str | None
    queue: str


@dataclass(frozen=True)
class Member:
    """A service and its database, as reconciliation sees them."""

    service: Any
    database: Database[Any]


def undelivered(
    members: Sequence[Member], *, since: dt.datetime | None = None, before: dt.datetime | None = None
) -> Iterator[list[Missing]]:
    """
    Pages of what is missing among rows published after ``since`` and created before ``before``.
    """
    consumers = [(queue, member) for member in members for queue in queues_of(member.service)]
    for member in members:
        after = ""
        while True:
            with member.database.read() as unit:
                rows = outbox.published_page(
                    unit.connection, unit.kit.outbox, after=after, since=since, before=before, limit=PAGE
                )
            if not rows:
                break
            after = rows[-1].id
            for queue, consumer in consumers:
                if missing := _missing_at(rows, queue, source=member.service.name, consumer=consumer):
                    yield missing


def _missing_at(rows: Sequence[Any], queue: Queue, *, source: str, consumer: Member) -> list[Missing]:
    keys = {_inbox_key(row, queue): row for row in rows if _leads_to(row, queue)}
    if not keys:
        return []
    with consumer.database.read() as unit:
        dealt_with = inbox.seen(unit.connection, unit.kit.inbox, consumer=queue.name, message_ids=list(keys))
        open_keys = keys.keys() - dealt_with
        open_ids = {keys[key].message_id for key in open_keys}
        waiting = outbox.waiting_for(unit.connection, unit.kit.outbox, queue=queue.name, message_ids=open_ids)
    return [
        Missing(source, keys[key].id, keys[key].message_id, keys[key].type, keys[key].case_no, queue.name)
        for key in sorted(open_keys)
        if keys[key].message_id not in waiting
    ]


def _leads_to(row: Any, queue: Queue) -> bool:
    """By a binding, or because a service addressed its own queue: what it tries again later, or replays."""
    if row.exchange == "":
        return bool(row.routing_key == queue.name)
    return any(
        topology.matches(binding, exchange=row.exchange, key=row.routing_key) for binding in queue.bindings
    )


def _inbox_key(row: Any, queue: Queue) -> str:
    if row.exchange == topology.ACTIONS:
        return f"{row.headers.get('user_id', '-')}/{row.message_id}"
    if queue.name == topology.ACTIONS_QUEUE:
        return f"{row.headers.get('x-user', '-')}/{row.message_id}"
    return str(row.message_id)


def redeliver(members: Sequence[Member], missing: Sequence[Missing], *, now: dt.datetime) -> None:
    """
    Let the relays publish these rows again, and anything unpublished at once instead of when its lease
    ends.
    """
    for member in members:
        rows = sorted({one.row for one in missing if one.source == member.service.name})
        with member.database.write() as unit:
            for start in range(0, len(rows), PAGE):
                outbox.publish_again(
                    unit.connection, unit.kit.outbox, ids=rows[start : start + PAGE], now=now
                )
            outbox.end_leases(unit.connection, unit.kit.outbox, now=now)
