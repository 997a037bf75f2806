"""
The outbox: what a service has to say, written in the transaction that made it true (design §5.3).

A row is published when a broker confirmed it, and is kept some days after that: embedded mode redelivers
from it. A *later* row (``kind``) is a message that could not be handled yet, addressed to the service's own
queue with ``not_before`` and an attempt count (design §5.4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from whistle.sql.statements import among, keys_parameter
from whistle.sql.types import Instant, identifier


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """
    One row: an encoded message and where it goes.

    ``id`` names the row, ``message_id`` the message; they differ for later rows. ``attempts`` counts the
    handlings that failed.
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
    return {**vars(message), "published_at": None}


def claim_due(
    connection: sa.Connection, table: sa.Table, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> Sequence[Outgoing]:
    """
    Take unpublished rows that are due, oldest first, and keep others off them for ``lease``.

    The lease is a later ``not_before``: no transaction is held while the broker is waited for, and what a
    crashed process had taken is due again by itself. Competing relays skip each other's rows.
    """
    given = {"now": now, "lease": now + lease, "most": limit}
    rows = [Outgoing(**row._mapping) for row in connection.execute(_claim_due(table), given)]
    return sorted(rows, key=lambda row: row.id)


@cache
def _claim_due(table: sa.Table) -> Any:
    due = (
        sa.select(table.c.id)
        .where(table.c.published_at.is_(None), table.c.not_before <= sa.bindparam("now"))
        .order_by(table.c.not_before, table.c.id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    columns = [column for column in table.c if column.name != "published_at"]
    claim = sa.update(table).where(table.c.id.in_(due.scalar_subquery()))
    return claim.values(not_before=sa.bindparam("lease")).returning(*columns)


def mark_published(
    connection: sa.Connection, table: sa.Table, *, ids: Iterable[str], now: dt.datetime
) -> None:
    """
    Remember what the broker confirmed. Losing this mark costs a second publication, which every consumer
    ignores, so it need not wait for the disk.
    """
    dialect = connection.dialect.name
    connection.execute(_mark(table, dialect), {**keys_parameter(ids, dialect), "now": now})


@cache
def _mark(table: sa.Table, dialect: str) -> sa.Update:
    mark = sa.update(table).where(among(table.c.id, dialect)).values(published_at=sa.bindparam("now"))
    if dialect == "postgresql":  # for this transaction only, and without a round trip of its own
        lazily = sa.select(sa.func.set_config("synchronous_commit", "off", True)).scalar_subquery()
        mark = mark.where(lazily.is_not(None))
    return mark


def prune(connection: sa.Connection, table: sa.Table, *, before: dt.datetime, limit: int = 5000) -> int:
    """Drop rows that were published before ``before``; returns how many."""
    old = sa.select(table.c.id).where(table.c.published_at < before).limit(limit)
    return connection.execute(sa.delete(table).where(table.c.id.in_(old.scalar_subquery()))).rowcount


# --- looking at it --------------------------------------------------------------------------------------------------


def published_page(
    connection: sa.Connection,
    table: sa.Table,
    *,
    after: str,
    since: dt.datetime | None,
    before: dt.datetime | None,
    limit: int,
) -> Sequence[Any]:
    """
    Published rows behind row ``after``, without their bodies, published since ``since`` and created
    before ``before``.
    """
    names = ("id", "message_id", "type", "exchange", "routing_key", "case_no", "headers")
    query = sa.select(*[table.c[name] for name in names]).where(
        table.c.id > after, table.c.published_at.is_not(None)
    )
    if since is not None:
        query = query.where(table.c.published_at >= since)
    if before is not None:
        query = query.where(table.c.created_at < before)
    return connection.execute(query.order_by(table.c.id).limit(limit)).all()


def waiting_for(
    connection: sa.Connection, table: sa.Table, *, queue: str, message_ids: Collection[str]
) -> set[str]:
    """Which of these messages wait in the outbox for their next try at ``queue``."""
    if not message_ids:
        return set()
    query = sa.select(table.c.message_id).where(
        table.c.message_id.in_(message_ids), table.c.routing_key == queue, table.c.published_at.is_(None)
    )
    return set(connection.scalars(query))


def unpublished_cases(connection: sa.Connection, table: sa.Table, case_nos: Collection[str]) -> set[str]:
    """Which of these cases have events that are not published yet."""
    if not case_nos:
        return set()
    query = sa.select(table.c.case_no).where(table.c.case_no.in_(case_nos), table.c.published_at.is_(None))
    return set(connection.scalars(query))


def publish_again(
    connection: sa.Connection, table: sa.Table, *, ids: Collection[str], now: dt.datetime
) -> None:
    """Let these published rows be published once more."""
    connection.execute(sa.update(table).where(table.c.id.in_(ids)).values(published_at=None, not_before=now))


def end_leases(connection: sa.Connection, table: sa.Table, *, now: dt.datetime) -> None:
    """Make every unpublished event due at once; only for whoever is alone with the database."""
    leased = sa.update(table).where(
        table.c.published_at.is_(None), table.c.kind == "event", table.c.not_before > now
    )
    connection.execute(leased.values(not_before=now))


@dataclass(frozen=True)
class Backlog:
    """What waits: rows, rows due before the given time, and seconds since the oldest was due."""

    waiting: int
    late: int
    lag: float


def backlog(
    connection: sa.Connection, table: sa.Table, *, now: dt.datetime, late_before: dt.datetime
) -> Backlog:
    """Measure what is not published yet."""
    open_ = table.c.published_at.is_(None)
    late = sa.func.count().filter(table.c.not_before < late_before)
    query = sa.select(sa.func.count(), late, sa.func.min(table.c.not_before)).where(open_)
    waiting, overdue, oldest = connection.execute(query).one()
    return Backlog(waiting, overdue, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
