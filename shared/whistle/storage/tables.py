"""
The tables that every service has: outbox, inbox, parked messages, stored answers, counters.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from whistle.inbox import dead_letter_table, inbox_table
from whistle.outbox import outbox_table
from whistle.sql.types import Instant


@dataclass(frozen=True)
class KitTables:
    """The kit's tables inside one service's metadata."""

    outbox: sa.Table
    inbox: sa.Table
    dead_letters: sa.Table
    answers: sa.Table
    counters: sa.Table


def kit_tables(metadata: sa.MetaData) -> KitTables:
    """Add the kit's tables to a service's metadata."""
    answers = sa.Table(
        "answers",
        metadata,
        sa.Column("key", sa.String(300), primary_key=True),  # Idempotency-Key, scoped by who sent it
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False, index=True),
    )
    counters = sa.Table(
        "counters",
        metadata,
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    return KitTables(
        outbox=outbox_table(metadata),
        inbox=inbox_table(metadata),
        dead_letters=dead_letter_table(metadata),
        answers=answers,
        counters=counters,
    )
