"""
Rewards, every movement of their stock, and orders.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_points.store.tables.base import metadata

rewards = sa.Table(
    "rewards",
    metadata,
    sa.Column("id", sa.String(170), primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False),
    sa.Column("point", sa.String(120), nullable=False),
    sa.Column("sponsor", sa.String(200), nullable=False),
    sa.Column("unit", sa.String(20), nullable=False),
    sa.Column("per_member", sa.Integer),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("on_hand", sa.Integer, nullable=False),
    sa.Column("reserved", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.CheckConstraint("reserved >= 0 AND on_hand >= reserved", name="rewards_in_stock"),
    sa.Index("rewards_scheme", "scheme", "code"),
)

stock_moves = sa.Table(
    "stock_moves",  # receipts, write-offs and counts are rows with a reason; what is handed out stands in the orders
    metadata,
    identifier("id", primary_key=True),
    sa.Column("reward", sa.String(170), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.Column("note", sa.String(300), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("stock_moves_reward", "reward", "id"),
)

orders = sa.Table(
    "orders",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("scheme", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("member", sa.String(80), nullable=False),
    sa.Column("reward", sa.String(170), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("tenths", sa.BigInteger, nullable=False),
    sa.Column("point", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("ordered_at", Instant, nullable=False),
    sa.Column("ordered_by", sa.String(120), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("proxy", sa.String(80), nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("clerk", sa.String(120)),
    sa.Column("taker", sa.String(80)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("scheme", "number", name="orders_number"),
    sa.UniqueConstraint("code_hash", name="orders_code"),
    sa.Index("orders_member", "scheme", "member", "id"),
    sa.Index("orders_point", "scheme", "point", "state", "id"),
    sa.Index("orders_reward", "reward", "state"),
)
