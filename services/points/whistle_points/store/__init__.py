"""
Points in SQL: tables, unit of work, and how the books are checked.
"""

from __future__ import annotations

from whistle_points.store.balance import Balance, read_balance
from whistle_points.store.book import Book
from whistle_points.store.files import MemberFile, read_file
from whistle_points.store.gathering import signup_rows, who_can
from whistle_points.store.listing import (
    Rank,
    log_after,
    page_of,
    page_of_members,
    ranking,
)
from whistle_points.store.publishing import finish_list, over, published, take_onto_list, totals_of
from whistle_points.store.reading import Entry, Page, due_holds, expiring_lots, read_member
from whistle_points.store.reporting import (
    corrected_by,
    latest_edition,
    page_of_reports,
    read_report,
    report_row,
    scores,
    served,
    standings,
    stored_head,
)
from whistle_points.store.shelves import next_number, order_by_code, ordered_before, pickup_list
from whistle_points.store.stating import Year, funds_of, members_after, read_year
from whistle_points.store.tables import (
    activities,
    appeals,
    awards,
    balances,
    case_rounds,
    chain_heads,
    claims,
    holds,
    lots,
    members,
    metadata,
    orders,
    postings,
    publications,
    records,
    reports,
    rewards,
    scheme_versions,
    stock_moves,
    tallies,
    transfers,
)
from whistle_points.store.trees import keep_tree, stored_trees
from whistle_points.store.unit import PointsUnit
from whistle_points.store.verifying import verify

__all__ = [
    "Balance",
    "Book",
    "Entry",
    "MemberFile",
    "Page",
    "PointsUnit",
    "Rank",
    "Year",
    "activities",
    "appeals",
    "awards",
    "balances",
    "case_rounds",
    "chain_heads",
    "claims",
    "corrected_by",
    "due_holds",
    "expiring_lots",
    "finish_list",
    "funds_of",
    "holds",
    "keep_tree",
    "latest_edition",
    "log_after",
    "lots",
    "members",
    "members_after",
    "metadata",
    "next_number",
    "order_by_code",
    "ordered_before",
    "orders",
    "over",
    "page_of",
    "page_of_members",
    "page_of_reports",
    "pickup_list",
    "postings",
    "publications",
    "published",
    "ranking",
    "read_balance",
    "read_file",
    "read_member",
    "read_report",
    "read_year",
    "records",
    "report_row",
    "reports",
    "rewards",
    "scheme_versions",
    "scores",
    "served",
    "signup_rows",
    "standings",
    "stock_moves",
    "stored_head",
    "stored_trees",
    "take_onto_list",
    "tallies",
    "totals_of",
    "transfers",
    "verify",
    "who_can",
]
