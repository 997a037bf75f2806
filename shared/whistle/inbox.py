"""
The inbox: which messages a consumer has dealt with, written in the transaction of their effect (design
§5.2); and the parked messages (design §5.5), which no retry can help.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from whistle.sql import bulk
from whistle.sql.statements import KEYS, among, keys_parameter
from whistle.sql.types import Instant, identifier

DONE = "done"
REJECTED = "rejected"
PARKED = "parked"


def inbox_table(metadata: sa.MetaData) -> sa.Table:
    """One row per consumer and message."""
    return sa.Table(
        "inbox",
        metadata,
        sa.Column("consumer", sa.String(120), primary_key=True),
        sa.Column("message_id", sa.String(200), primary_key=True),
        sa.Column("received_at", Instant, nullable=False, index=True),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(500)),
    )


def dead_letter_table(metadata: sa.MetaData) -> sa.Table:
    """Parked messages; ``state`` is parked, replayed or dropped."""
    return sa.Table(
        "dead_letters",
        metadata,
        identifier("id", primary_key=True),
        sa.Column("consumer", sa.String(120), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("type", sa.String(120)),
        sa.Column("case_no", sa.String(20)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parked_at", Instant, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("state_at", Instant),
        sa.Column("state_by", sa.String(120)),
    )


def claim(
    connection: sa.Connection, table: sa.Table, *, consumer: str, message_ids: Sequence[str], now: dt.datetime
) -> set[str]:
    """
    Enter the messages in one statement; returns the ids that were not there before.

    Two processes that claim the same id wait for each other's commit, so exactly one sees it as new.
    """
    if not message_ids:
        return set()
    ordered = sorted(set(message_ids))
    if connection.dialect.name == "postgresql":
        given = {KEYS: ordered, "consumer": consumer, "now": now}
        return set(connection.scalars(_claim(table), given))
    known = seen(
        connection, table, consumer=consumer, message_ids=ordered
    )  # one writer: nobody comes in between
    rows = [
        {"consumer": consumer, "message_id": message_id, "received_at": now, "outcome": DONE, "reason": None}
        for message_id in ordered
        if message_id not in known
    ]
    if rows:
        bulk.insert(connection, table, rows)
    return set(ordered) - known


@cache
def _claim(table: sa.Table) -> Any:
    ids: Any = sa.func.unnest(sa.bindparam(KEYS, type_=postgresql.ARRAY(sa.Text)))
    now: Any = sa.bindparam("now", type_=Instant)
    rows = sa.select(sa.bindparam("consumer"), ids, now, sa.literal(DONE))
    insert = postgresql.insert(table).from_select(["consumer", "message_id", "received_at", "outcome"], rows)
    return insert.on_conflict_do_nothing(index_elements=["consumer", "message_id"]).returning(
        table.c.message_id
    )


def release(connection: sa.Connection, table: sa.Table, *, consumer: str, message_ids: Iterable[str]) -> None:
    """Take claims back: these messages come again later."""
    connection.execute(
        sa.delete(table).where(table.c.consumer == consumer, table.c.message_id.in_(list(message_ids)))
    )


def settle(
    connection: sa.Connection, table: sa.Table, *, consumer: str, message_id: str, outcome: str, reason: str
) -> None:
    """Record that a claimed message had another outcome than done."""
    connection.execute(
        sa.update(table)
        .where(table.c.consumer == consumer, table.c.message_id == message_id)
        .values(outcome=outcome, reason=reason[:500])
    )


def seen(
    connection: sa.Connection, table: sa.Table, *, consumer: str, message_ids: Sequence[str]
) -> set[str]:
    """Which of ``message_ids`` the consumer has dealt with."""
    dialect = connection.dialect.name
    given = {**keys_parameter(message_ids, dialect), "consumer": consumer}
    return set(connection.scalars(_seen(table, dialect), given))


@cache
def _seen(table: sa.Table, dialect: str) -> sa.Select[Any]:
    mine = table.c.consumer == sa.bindparam("consumer")
    return sa.select(table.c.message_id).where(mine, among(table.c.message_id, dialect))


def park_row(**values: Any) -> dict[str, Any]:
    """A dead letter, freshly parked."""
    return {"state": "parked", "state_at": None, "state_by": None, **values}


def count_parked(connection: sa.Connection, table: sa.Table) -> int:
    """How many messages are parked and wait for a person."""
    return connection.scalar(sa.select(sa.func.count()).where(table.c.state == "parked")) or 0


def prune(connection: sa.Connection, table: sa.Table, *, before: dt.datetime) -> None:
    """Forget what was received before ``before``: longer ago than any redelivery can reach."""
    connection.execute(sa.delete(table).where(table.c.received_at < before))
