"""
The points ledger in SQL: its tables, its unit of work, and how it is checked.
"""

from __future__ import annotations

from whistle_points.store.ledger import Book, PointsUnit
from whistle_points.store.reading import Entry, Page, read_member
from whistle_points.store.tables import balances, case_rounds, chain_heads, metadata, postings, transfers
from whistle_points.store.verifying import verify

__all__ = [
    "Book",
    "Entry",
    "Page",
    "PointsUnit",
    "balances",
    "case_rounds",
    "chain_heads",
    "metadata",
    "postings",
    "read_member",
    "transfers",
    "verify",
]
