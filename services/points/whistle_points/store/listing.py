"""
Lists for people and machines, paged by key, and figures of one member.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import debt_account, earned_account, hold_account
from whistle_points.store.tables import awards, balances, lots, members, postings, tallies, transfers


def page_of(
    unit: UnitOfWork, table: sa.Table, *, exact: Mapping[str, Any], after: str | None, limit: int
) -> tuple[list[Mapping[str, Any]], str | None]:
    """Rows of a table with an ``id``, newest first, and the key that asks for those before them (None at the end)."""
    query = sa.select(table).where(
        *(table.c[name] == value for name, value in exact.items() if value is not None)
    )
    if after is not None:
        query = query.where(table.c.id < after)
    rows = unit.connection.execute(query.order_by(table.c.id.desc()).limit(limit + 1)).mappings().all()
    found: list[Mapping[str, Any]] = [dict(row) for row in rows[:limit]]
    return found, found[-1]["id"] if len(rows) > limit else None


def page_of_members(
    unit: UnitOfWork, *, scheme: str, after: str | None, limit: int
) -> tuple[list[Mapping[str, Any]], str | None]:
    """Members by number, and the key of the next page."""
    query = sa.select(members).where(members.c.scheme == scheme)
    if after is not None:
        query = query.where(members.c.member > after)
    rows = unit.connection.execute(query.order_by(members.c.member).limit(limit + 1)).mappings().all()
    found: list[Mapping[str, Any]] = [dict(row) for row in rows[:limit]]
    return found, found[-1]["member"] if len(rows) > limit else None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What a member has, in tenths: to spend, ordered, owed (0 or above); and what expires in which month (of the open lots)."""

    free: int
    held: int
    debt: int
    rank: int
    expiring: tuple[tuple[str, int], ...] = ()


def read_balance(
    unit: UnitOfWork,
    *,
    scheme: str,
    member: str,
    year: int,
    at: dt.datetime | None,
    known_at: dt.datetime | None,
) -> Balance:
    """
    A member's balance now, or as it was.

    Args:
        year: of the rank score. at: by what had happened then. known_at: by what had been booked then.
    """
    accounts = (earned_account(member), hold_account(member), debt_account(member))
    if at is None and known_at is None:
        sums = _cached(unit, scheme, accounts)
        rank, expiring = _rank(unit, scheme, member, year), _expiring(unit, scheme, member)
    else:
        sums = _as_of(unit, scheme, accounts, at=at, known_at=known_at)
        rank, expiring = _rank_as_of(unit, scheme, member, year, at=at, known_at=known_at), ()
    free, held, debt = (sums.get(account, 0) for account in accounts)
    return Balance(free=free, held=held, debt=-debt, rank=rank, expiring=expiring)


def _cached(unit: UnitOfWork, scheme: str, accounts: tuple[str, ...]) -> dict[str, int]:
    query = sa.select(balances.c.account, balances.c.tenths).where(
        balances.c.scheme == scheme, balances.c.account.in_(accounts)
    )
    return {row.account: row.tenths for row in unit.connection.execute(query)}


def _as_of(
    unit: UnitOfWork,
    scheme: str,
    accounts: tuple[str, ...],
    *,
    at: dt.datetime | None,
    known_at: dt.datetime | None,
) -> dict[str, int]:
    query = (
        sa.select(postings.c.account, sa.func.sum(postings.c.tenths).label("tenths"))
        .join(transfers, transfers.c.id == postings.c.transfer)
        .where(postings.c.scheme == scheme, postings.c.account.in_(accounts), *_until(at, known_at))
        .group_by(postings.c.account)
    )
    return {row.account: int(row.tenths) for row in unit.connection.execute(query)}


def _until(at: dt.datetime | None, known_at: dt.datetime | None) -> list[sa.ColumnElement[bool]]:
    effective = [] if at is None else [transfers.c.effective_at <= at]
    return effective if known_at is None else [*effective, transfers.c.recorded_at <= known_at]


def _rank(unit: UnitOfWork, scheme: str, member: str, year: int) -> int:
    query = sa.select(sa.func.sum(tallies.c.tenths)).where(
        tallies.c.scheme == scheme,
        tallies.c.member == member,
        tallies.c.day.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
    )
    return int(unit.connection.scalar(query) or 0)


def _rank_as_of(
    unit: UnitOfWork,
    scheme: str,
    member: str,
    year: int,
    *,
    at: dt.datetime | None,
    known_at: dt.datetime | None,
) -> int:
    """Awards and deductions of the year that were booked by then, less those that were reversed by then."""
    of_year = awards.c.day.between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    mine = (awards.c.scheme == scheme, awards.c.member == member, of_year, *_until(at, known_at))
    total = sa.func.coalesce(sa.func.sum(awards.c.tenths), 0)
    given = sa.select(total).join(transfers, transfers.c.id == awards.c.id).where(*mine)
    gone = sa.select(total).join(transfers, transfers.c.reverses == awards.c.id).where(*mine)
    return int(unit.connection.scalar(given) or 0) - int(unit.connection.scalar(gone) or 0)


def _expiring(unit: UnitOfWork, scheme: str, member: str) -> tuple[tuple[str, int], ...]:
    query = sa.select(lots.c.expires_at, lots.c.left).where(
        lots.c.scheme == scheme,
        lots.c.member == member,
        lots.c.left > sa.literal_column("0"),
        lots.c.expires_at.is_not(None),
    )
    months: dict[str, int] = {}
    for row in unit.connection.execute(query):
        last = row.expires_at - dt.timedelta(microseconds=1) + dt.timedelta(hours=8)
        months[f"{last:%Y-%m}"] = months.get(f"{last:%Y-%m}", 0) + row.left
    return tuple(sorted(months.items()))


@dataclass(frozen=True, kw_only=True)
class Rank:
    """One line of a ranking: equal scores share a place (1, 2, 2, 4) and stand by number."""

    place: int
    member: str
    name: str
    branch: str
    tenths: int


def ranking(
    unit: UnitOfWork, *, scheme: str, first: dt.date, last: dt.date, limit: int, branch: str | None = None
) -> list[Rank]:
    """Members by what they were awarded less what was taken off in a period; spending does not count."""
    total = sa.func.sum(tallies.c.tenths)
    same = (members.c.scheme == tallies.c.scheme) & (members.c.member == tallies.c.member)
    query = (
        sa.select(
            sa.func.rank().over(order_by=total.desc()).label("place"),
            tallies.c.member,
            sa.func.coalesce(members.c.name, "").label("name"),
            sa.func.coalesce(members.c.branch, "").label("branch"),
            total.label("tenths"),
        )
        .select_from(tallies.outerjoin(members, same))
        .where(tallies.c.scheme == scheme, tallies.c.day.between(first, last))
        .group_by(tallies.c.member, members.c.name, members.c.branch)
        .order_by(total.desc(), tallies.c.member)
        .limit(limit)
    )
    if branch is not None:
        query = query.where(members.c.branch == branch)
    return [
        Rank(**{**row, "tenths": int(row["tenths"])}) for row in unit.connection.execute(query).mappings()
    ]


def log_after(unit: UnitOfWork, *, scheme: str, after: int, limit: int) -> list[Mapping[str, Any]]:
    """Transfers in the order of the chain, behind number ``after``, each with its postings."""
    chosen = (
        sa.select(transfers)
        .where(transfers.c.scheme == scheme, transfers.c.seq > after)
        .order_by(transfers.c.seq)
        .limit(limit)
    )
    found = {row["id"]: {**row, "postings": []} for row in unit.connection.execute(chosen).mappings()}
    lines = (
        sa.select(postings)
        .where(postings.c.transfer.in_(list(found)))
        .order_by(postings.c.seq, postings.c.line)
    )
    for row in unit.connection.execute(lines).mappings():
        found[row["transfer"]]["postings"].append(
            {"account": row["account"], "tenths": row["tenths"], "lot": row["lot"]}
        )
    return list(found.values())
