"""
What the watch looks at, in pages by key; and what it found, on record once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from whistle.ids import new_id
from whistle.sql import bulk
from whistle.storage import UnitOfWork
from whistle_points.domain.flags import CutFact, SaidFact, Suspicion, TimeFact
from whistle_points.domain.scheme import CHINA, Scheme, day_of
from whistle_points.store.tables import activities, awards, claims, flags, members, signups

PAGE = 500
Look = Callable[[sa.Select[Any]], list[sa.RowMapping]]
"""Asks one page, in a look of its own."""


def watched_schemes(unit: UnitOfWork) -> list[str]:
    """The schemes that have members."""
    return list(unit.connection.scalars(sa.select(members.c.scheme).distinct().order_by(members.c.scheme)))


def claim_pages(look: Look, scheme: Scheme, *, since: dt.datetime, days: Days) -> Iterator[list[SaidFact]]:
    """Claims entered since then; ``days`` says in which period a day lies and how many days were left of it."""
    query = sa.select(claims).where(claims.c.scheme == scheme.district, claims.c.submitted_at >= since)
    for rows in _pages(look, query, claims.c.id):
        yield [_said(row, *days(scheme, day_of(row["submitted_at"]))) for row in rows]


Days = Callable[[Scheme, dt.date], tuple[str, int]]


def _said(row: sa.RowMapping, period: str, days_left: int) -> SaidFact:
    return SaidFact(
        id=row["id"],
        member=row["member"],
        reviewer=row["reviewed_by"],
        approved=row["state"] == "approved",
        evidence=tuple(one["sha256"] for one in row["evidence"]),
        period=period,
        days_left=days_left,
    )


def time_pages(look: Look, scheme: str, *, since: dt.datetime) -> Iterator[list[TimeFact]]:
    """Check-ins and confirmed times at activities that began since then."""
    query = (
        sa.select(signups, activities.c.starts_at, activities.c.ends_at)
        .join(activities, activities.c.id == signups.c.activity)
        .where(signups.c.scheme == scheme, activities.c.starts_at >= since)
    )
    for rows in _pages(look, query, signups.c.key):
        yield [
            TimeFact(
                activity=row["activity"],
                member=row["member"],
                begins=max(row["starts_at"], row["came_at"] or row["starts_at"]),
                ends=min(row["ends_at"], row["went_at"] or row["ends_at"]),
                minutes=row["minutes"] or 0,
                day=row["starts_at"].astimezone(CHINA).date(),
                device=row["device"],
            )
            for row in rows
        ]


def cut_pages(look: Look, scheme: str, *, since: dt.date) -> Iterator[list[CutFact]]:
    """Awards since that day that a cap cut."""
    columns = (awards.c.id, awards.c.member, awards.c.item, awards.c.day)
    query = sa.select(*columns).where(
        awards.c.scheme == scheme, awards.c.day >= since, awards.c.asked > awards.c.tenths
    )
    for rows in _pages(look, query, awards.c.id):
        yield [CutFact(member=row["member"], item=row["item"], month=f"{row['day']:%Y-%m}") for row in rows]


def _pages(look: Look, query: sa.Select[Any], key: sa.Column[Any]) -> Iterator[list[sa.RowMapping]]:
    ordered, after = query.order_by(key).limit(PAGE), None
    while True:
        rows = look(ordered if after is None else ordered.where(key > after))
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1][key.name]


def put_flags(unit: UnitOfWork, scheme: str, suspicions: Iterable[Suspicion]) -> int:
    """Put on record what is not yet, by whomever it was found; returns how many."""
    rows = [
        {
            "id": new_id(),
            "scheme": scheme,
            "kind": one.kind,
            "subject": one.subject[:200],
            "members": list(one.members),
            "facts": dict(one.facts),
            "found_at": unit.now,
            "state": "open",
            "reason": "",
            "judged_by": None,
            "judged_at": None,
            "version": 1,
            "prev_version": 0,
        }
        for one in suspicions
    ]
    unique = ("scheme", "kind", "subject")
    return bulk.insert_new(unit.connection, flags, rows, unless=unique) if rows else 0
