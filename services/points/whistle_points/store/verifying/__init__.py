"""
``verify``: what must hold in the books at any moment, each difference naming the row.
"""

from __future__ import annotations

from whistle.storage import UnitOfWork
from whistle_points.store.verifying import chain, grids, money, people, reports, shelves

CHECKS = (
    chain.unbalanced,
    chain.sums,
    chain.cached,
    chain.chains,
    chain.strays,
    chain.reversals,
    chain.standing,
    money.below_zero,
    money.lots_booked,
    money.holds_end_once,
    money.nothing_expired_spent,
    people.reviewed,
    people.awards_booked,
    people.tallied,
    people.capped,
    people.told_once,
    shelves.in_stock,
    shelves.fetched_once,
    grids.evaluations_unchanged,
    reports.reports_unchanged,
    reports.lists_unchanged,
)


def verify(unit: UnitOfWork) -> list[str]:
    """Every difference, one line each; empty if the books are right. Reads everything a few times, in bounded memory."""
    return [difference for check in CHECKS for difference in check(unit)]
