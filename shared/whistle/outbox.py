"""
The outbox: what a service has to say, written in the transaction that made it true (design §5.3).

A row is published when a broker confirmed it, and is kept some days after that: embedded mode redelivers from it. A *later* row
(``kind``) is a message that could not be handled yet, addressed to the service's own queue with ``not_before`` and an attempt
count (design §5.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from whistle.sqltypes import Instant, identifier


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """
    One row: an encoded message and where it goes.

    ``id`` names the row, ``message_id`` the message; they differ for later rows. ``attempts`` counts the handlings that failed.
    """

    id: str
    message_id: str
    type: str
    exchange: str
    routing_key: str
    body: str
    case_no: str | None
    created_at: dt.datetime
    not_before: dt.datetime
    kind: str = "event"
    attempts: int = 0
    headers: Mapping[str, Any] = field(default_factory=dict)


def outbox_table(metadata: sa.MetaData) -> sa.Table:
    """The table, as part of a service's own metadata."""
    table = sa.Table(
        "outbox",
        metadata,
        identifier("id", primary_key=True),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("exchange", sa.String(120), nullable=False),
        sa.Column("routing_key", sa.String(255), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("case_no", sa.String(20)),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("published_at", Instant),
    )
    pending = table.c.published_at.is_(None)
    sa.Index("outbox_due", table.c.not_before, table.c.id, postgresql_where=pending, sqlite_where=pending)
    sa.Index("outbox_published", table.c.published_at)
    return table


def row_of(message: Outgoing) -> dict[str, Any]:
    """The row as a mapping, unpublished."""
    return {**asdict(message), "published_at": None}


def claim_due(
    connection: sa.Connection, table: sa.Table, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> Sequence[Outgoing]:
    """
    Take unpublished rows that are due, oldest first, and keep others off them for ``lease``.

    The lease is a later ``not_before``: no transaction is held while the broker is waited for, and what a crashed process had
    taken is due again by itself. Competing relays skip each other's rows.
    """
    due = (
        sa.select(table.c.id)
        .where(table.c.published_at.is_(None), table.c.not_before <= now)
        .order_by(table.c.not_before, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    columns = [column for column in table.c if column.name != "published_at"]
    claim = (
        sa.update(table)
        .where(table.c.id.in_(due.scalar_subquery()))
        .values(not_before=now + lease)
        .returning(*columns)
    )
    rows = [Outgoing(**row._mapping) for row in connection.execute(claim)]
    return sorted(rows, key=lambda row: row.id)


def mark_published(connection: sa.Connection, table: sa.Table, *, ids: Iterable[str], now: dt.datetime) -> None:
    """
    Remember what the broker confirmed. Losing this mark costs a second publication, which every consumer ignores, so it need not
    wait for the disk.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
    connection.execute(sa.update(table).where(table.c.id.in_(list(ids))).values(published_at=now))


def prune(connection: sa.Connection, table: sa.Table, *, before: dt.datetime, limit: int = 5000) -> int:
    """Drop rows that were published before ``before``; returns how many."""
    old = sa.select(table.c.id).where(table.c.published_at < before).limit(limit)
    return connection.execute(sa.delete(table).where(table.c.id.in_(old.scalar_subquery()))).rowcount
