"""
Lists for people and machines, paged by key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.store.tables import members, postings, tallies, transfers


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
