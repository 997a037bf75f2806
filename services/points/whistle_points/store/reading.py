"""
Reading the ledger for people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.storage import Instant, UnitOfWork
from whistle_points.domain import debt_account, earned_account
from whistle_points.store.tables import balances, holds, lots, postings, transfers


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


def read_member(unit: UnitOfWork, *, scheme: str, member: str, before: int | None, limit: int) -> Page:
    """A member's balance less what is owed (so it may be below 0), and entries; a member without entries has 0."""
    accounts = (earned_account(member), debt_account(member))
    cached = sa.select(sa.func.sum(balances.c.tenths)).where(
        balances.c.scheme == scheme, balances.c.account.in_(accounts)
    )
    names = ("kind", "case_no", "round", "rule", "reason", "reverses", "effective_at", "recorded_at")
    moved = (
        sa.select(postings.c.seq, postings.c.transfer, sa.func.sum(postings.c.tenths).label("tenths"))
        .where(postings.c.scheme == scheme, postings.c.account.in_(accounts))
        .group_by(postings.c.seq, postings.c.transfer)
        .order_by(postings.c.seq.desc())
        .limit(limit + 1)
    )
    if before is not None:
        moved = moved.where(postings.c.seq < before)
    lines = moved.subquery()
    query = (
        sa.select(lines, *(transfers.c[name] for name in names))
        .join(transfers, transfers.c.id == lines.c.transfer)
        .order_by(lines.c.seq.desc())
    )
    found = [
        Entry(**{**row, "tenths": int(row["tenths"])}) for row in unit.connection.execute(query).mappings()
    ]
    shown = found[:limit]
    return Page(
        tenths=int(unit.connection.scalar(cached) or 0),
        entries=tuple(shown),
        next=shown[-1].seq if len(found) > limit else None,
    )


# --- what time ends -----------------------------------------------------------------------------------------------------


def expiring_lots(unit: UnitOfWork, *, now: dt.datetime, limit: int) -> dict[str, list[str]]:
    """Lots whose time is over with something left in them, by scheme; the longest over first."""
    return _by_scheme(unit, _EXPIRING, now=now, most=limit)


def due_holds(unit: UnitOfWork, *, now: dt.datetime, limit: int) -> dict[str, list[str]]:
    """Holds that nobody ended in time, by scheme."""
    return _by_scheme(unit, _DUE, now=now, most=limit)


def _by_scheme(unit: UnitOfWork, query: sa.Select[Any], **given: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in unit.connection.execute(query, given):
        found.setdefault(row.scheme, []).append(row.id)
    return found


_NOW: sa.BindParameter[dt.datetime] = sa.bindparam("now", type_=Instant)
_MOST: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer)
_EXPIRING = (
    sa.select(lots.c.scheme, lots.c.id)
    .where(lots.c.left > sa.literal_column("0"), lots.c.expires_at <= _NOW)
    .order_by(lots.c.expires_at, lots.c.id)
    .limit(_MOST)
)
_DUE = (
    sa.select(holds.c.scheme, holds.c.id)
    .where(holds.c.state == sa.literal_column("'held'"), holds.c.due_at <= _NOW)
    .order_by(holds.c.due_at, holds.c.id)
    .limit(_MOST)
)
