"""
The tables of the points ledger. Transfers and postings are only ever inserted.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

transfers = sa.Table(
    "transfers",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("ref", sa.String(300), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("rule", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("case_no", sa.String(100), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("cause", sa.String(100), nullable=False),
    identifier("reverses", unique=True),
    sa.Column("effective_at", Instant, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("scheme", "seq", name="transfers_chain"),
    sa.UniqueConstraint("scheme", "ref", name="transfers_once"),
    sa.Index("transfers_case", "case_no"),
)

postings = sa.Table(
    "postings",
    metadata,
    identifier("transfer", primary_key=True),
    sa.Column("line", sa.SmallInteger, primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column(
        "seq", sa.BigInteger, nullable=False
    ),  # the transfer's, so that an account is read in order by one index
    sa.Column("account", sa.String(120), nullable=False),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    identifier("lot"),
    sa.Index("postings_account", "scheme", "account", "seq"),
)

balances = sa.Table(
    "balances",  # a cache: the postings are the truth, `verify` compares
    metadata,
    sa.Column("scheme", sa.String(80), primary_key=True),
    sa.Column("account", sa.String(120), primary_key=True),
    sa.Column("tenths", sa.BigInteger, nullable=False),
)
_negative = balances.c.tenths < sa.literal_column("0")
sa.Index("balances_negative", balances.c.scheme, postgresql_where=_negative, sqlite_where=_negative)

chain_heads = sa.Table(
    "chain_heads",
    metadata,
    sa.Column("scheme", sa.String(80), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("prev_version", sa.BigInteger, nullable=False),
)

case_rounds = sa.Table(
    "case_rounds",
    metadata,
    sa.Column("case_no", sa.String(100), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
)

lots = sa.Table(
    "lots",  # a cache too, and the one place that says when points expire
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    sa.Column("left", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("expired", sa.BigInteger, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("final", sa.Boolean, nullable=False),
    sa.Column("graced", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.CheckConstraint('"left" >= 0 AND held >= 0 AND expired >= 0', name="lots_not_negative"),
    sa.CheckConstraint('"left" + held + expired <= tenths', name="lots_not_more"),
)
_open = lots.c.left > sa.literal_column("0")
sa.Index("lots_open", lots.c.scheme, lots.c.member, postgresql_where=_open, sqlite_where=_open)
sa.Index("lots_expiring", lots.c.expires_at, lots.c.id, postgresql_where=_open, sqlite_where=_open)

holds = sa.Table(
    "holds",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("purpose", sa.String(80), nullable=False),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("held_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    identifier("ended_by", unique=True),
    sa.Column("spent", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.CheckConstraint("(state = 'held') = (ended_by IS NULL)", name="holds_end_once"),
    sa.Index("holds_member", "scheme", "member", "id"),
)
_held = holds.c.state == sa.literal_column("'held'")
sa.Index("holds_due", holds.c.due_at, holds.c.id, postgresql_where=_held, sqlite_where=_held)
