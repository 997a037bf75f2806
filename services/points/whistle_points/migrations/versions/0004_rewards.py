"""
Rewards, their stock, and orders.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rewards",
        sa.Column("id", sa.String(length=170), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("point", sa.String(length=120), nullable=False),
        sa.Column("sponsor", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("per_member", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved >= 0 AND on_hand >= reserved", name="rewards_in_stock"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rewards_scheme", "rewards", ["scheme", "code"])
    op.create_table(
        "stock_moves",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reward", sa.String(length=170), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stock_moves_reward", "stock_moves", ["reward", "id"])
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("reward", sa.String(length=170), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.Column("point", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("ordered_at", Instant, nullable=False),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("proxy", sa.String(length=80), nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("clerk", sa.String(length=120), nullable=True),
        sa.Column("taker", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scheme", "number", name="orders_number"),
        sa.UniqueConstraint("code_hash", name="orders_code"),
    )
    op.create_index("orders_member", "orders", ["scheme", "member", "id"])
    op.create_index("orders_point", "orders", ["scheme", "point", "state", "id"])
    op.create_index("orders_reward", "orders", ["reward", "state"])
