"""
The spine: the kit's tables and the points ledger.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant
from whistle.storage.migrations import create_kit_tables_v1

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_kit_tables_v1(op)
    op.create_table(
        "transfers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("case_no", sa.String(length=100), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=100), nullable=False),
        sa.Column("reverses", sa.String(length=64), nullable=True),
        sa.Column("effective_at", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reverses"),
        sa.UniqueConstraint("scheme", "seq", name="transfers_chain"),
        sa.UniqueConstraint("scheme", "ref", name="transfers_once"),
    )
    op.create_index("transfers_case", "transfers", ["case_no"])
    op.create_table(
        "postings",
        sa.Column("transfer", sa.String(length=64), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("transfer", "line"),
    )
    op.create_index("postings_account", "postings", ["scheme", "account", "seq"])
    op.create_table(
        "balances",
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "account"),
    )
    op.create_table(
        "chain_heads",
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("prev_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme"),
    )
    op.create_table(
        "case_rounds",
        sa.Column("case_no", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_no"),
    )
