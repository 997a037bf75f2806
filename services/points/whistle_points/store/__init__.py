"""
Points in SQL: tables, unit of work, and how the books are checked.
"""

from __future__ import annotations

from whistle_points.store.book import Book
from whistle_points.store.reading import Entry, Page, due_holds, expiring_lots, read_member
from whistle_points.store.tables import (
    awards,
    balances,
    case_rounds,
    chain_heads,
    holds,
    lots,
    members,
    metadata,
    postings,
    scheme_versions,
    tallies,
    transfers,
)
from whistle_points.store.unit import PointsUnit
from whistle_points.store.verifying import verify

__all__ = [
    "Book",
    "Entry",
    "Page",
    "PointsUnit",
    "awards",
    "balances",
    "case_rounds",
    "chain_heads",
    "due_holds",
    "expiring_lots",
    "holds",
    "lots",
    "members",
    "metadata",
    "postings",
    "read_member",
    "scheme_versions",
    "tallies",
    "transfers",
    "verify",
]
