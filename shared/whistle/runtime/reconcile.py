"""
What was said and not yet heard: compares every outbox with the inboxes of those who should have dealt with it.

Embedded mode redelivers what it finds after a crash, since its bus forgets; ``verify`` names it (design §5.9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle import inbox, topology
from whistle.messaging.subscribe import queues_of
from whistle.storage import Database, UnitOfWork
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
                rows = _page(unit, after=after, since=since, before=before)
            if not rows:
                break
            after = rows[-1].id
            for queue, consumer in consumers:
                if missing := _missing_at(rows, queue, source=member.service.name, consumer=consumer):
                    yield missing


def _page(unit: UnitOfWork, *, after: str, since: dt.datetime | None, before: dt.datetime | None) -> Sequence[Any]:
    table = unit.kit.outbox
    query = sa.select(
        table.c.id, table.c.message_id, table.c.type, table.c.exchange, table.c.routing_key, table.c.case_no, table.c.headers
    ).where(table.c.id > after, table.c.published_at.is_not(None), table.c.kind == "event")
    if since is not None:
        query = query.where(table.c.published_at >= since)
    if before is not None:
        query = query.where(table.c.created_at < before)
    return unit.connection.execute(query.order_by(table.c.id).limit(PAGE)).all()


def _missing_at(rows: Sequence[Any], queue: Queue, *, source: str, consumer: Member) -> list[Missing]:
    keys = {
        _inbox_key(row): row
        for row in rows
        if any(topology.matches(binding, exchange=row.exchange, key=row.routing_key) for binding in queue.bindings)
    }
    if not keys:
        return []
    with consumer.database.read() as unit:
        dealt_with = inbox.seen(unit.connection, unit.kit.inbox, consumer=queue.name, message_ids=list(keys))
        open_keys = keys.keys() - dealt_with
        waiting = _waiting_later(unit, queue.name, {keys[key].message_id for key in open_keys})
    return [
        Missing(source, keys[key].id, keys[key].message_id, keys[key].type, keys[key].case_no, queue.name)
        for key in sorted(open_keys)
        if keys[key].message_id not in waiting
    ]


def _inbox_key(row: Any) -> str:
    if row.exchange == topology.ACTIONS:
        return f"{row.headers.get('user_id', '-')}/{row.message_id}"
    return str(row.message_id)


def _waiting_later(unit: UnitOfWork, queue: str, message_ids: Collection[str]) -> set[str]:
    """Which of them wait as later rows for their next try."""
    if not message_ids:
        return set()
    table = unit.kit.outbox
    query = sa.select(table.c.message_id).where(
        table.c.message_id.in_(message_ids), table.c.routing_key == queue, table.c.published_at.is_(None)
    )
    return set(unit.connection.scalars(query))


def redeliver(members: Sequence[Member], missing: Sequence[Missing], *, now: dt.datetime) -> None:
    """Let the relays publish these rows again, and anything unpublished at once instead of when its lease ends."""
    for member in members:
        rows = {one.row for one in missing if one.source == member.service.name}
        with member.database.write() as unit:
            table = unit.kit.outbox
            for start in range(0, len(rows), PAGE):
                part = sorted(rows)[start : start + PAGE]
                unit.connection.execute(
                    sa.update(table).where(table.c.id.in_(part)).values(published_at=None, not_before=now)
                )
            leased = sa.update(table).where(table.c.published_at.is_(None), table.c.kind == "event", table.c.not_before > now)
            unit.connection.execute(leased.values(not_before=now))
