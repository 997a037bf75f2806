"""
Reading the ledger for people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from whistle_points.domain import earned_account
from whistle_points.store.ledger import PointsUnit
from whistle_points.store.tables import balances, postings, transfers


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a member's account; ``seq`` is the key to page by."""

    seq: int
    transfer: str
    kind: str
    tenths: int
    case_no: str
    round: int
    rule: str
    reason: str
    reverses: str | None
    effective_at: dt.datetime
    recorded_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Page:
    """Entries, newest first; ``next`` asks for those before them, None at the end."""

    tenths: int
    entries: tuple[Entry, ...]
    next: int | None


def read_member(unit: PointsUnit, *, scheme: str, member: str, before: int | None, limit: int) -> Page:
    """A member's balance and entries; a member without entries has 0."""
    account = earned_account(member)
    cached = sa.select(balances.c.tenths).where(balances.c.scheme == scheme, balances.c.account == account)
    names = ("kind", "case_no", "round", "rule", "reason", "reverses", "effective_at", "recorded_at")
    query = (
        sa.select(
            postings.c.seq, postings.c.transfer, postings.c.tenths, *(transfers.c[name] for name in names)
        )
        .join(transfers, transfers.c.id == postings.c.transfer)
        .where(postings.c.scheme == scheme, postings.c.account == account)
        .order_by(postings.c.seq.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(postings.c.seq < before)
    found = [Entry(**row) for row in unit.connection.execute(query).mappings()]
    shown = found[:limit]
    return Page(
        tenths=unit.connection.scalar(cached) or 0,
        entries=tuple(shown),
        next=shown[-1].seq if len(found) > limit else None,
    )
