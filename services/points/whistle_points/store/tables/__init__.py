"""
The tables of the points service.
"""

from __future__ import annotations

from whistle_points.store.tables.activities import activities, attendances, signups, skills
from whistle_points.store.tables.base import kit, metadata
from whistle_points.store.tables.claims import appeals, claims, publications
from whistle_points.store.tables.deeds import deeds
from whistle_points.store.tables.flags import flags
from whistle_points.store.tables.grids import grid_evaluations, grid_scores
from whistle_points.store.tables.ledger import (
    balances,
    case_rounds,
    chain_heads,
    holds,
    lots,
    postings,
    transfers,
)
from whistle_points.store.tables.people import awards, members, records, scheme_versions, tallies
from whistle_points.store.tables.places import places
from whistle_points.store.tables.reports import reports
from whistle_points.store.tables.rewards import orders, rewards, stock_moves

__all__ = [
    "activities",
    "appeals",
    "attendances",
    "awards",
    "balances",
    "case_rounds",
    "chain_heads",
    "claims",
    "deeds",
    "flags",
    "grid_evaluations",
    "grid_scores",
    "holds",
    "kit",
    "lots",
    "members",
    "metadata",
    "orders",
    "places",
    "postings",
    "publications",
    "records",
    "reports",
    "rewards",
    "scheme_versions",
    "signups",
    "skills",
    "stock_moves",
    "tallies",
    "transfers",
]
