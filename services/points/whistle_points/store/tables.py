"""
The tables of the points ledger. Transfers and postings are only ever inserted.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier, kit_tables

metadata = sa.MetaData()
kit = kit_tables(metadata)

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
