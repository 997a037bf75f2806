"""
Publishing in SQL: one statement takes all entries of a period onto a list, one makes them final.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.store.tables import awards, lots, members, publications


def take_onto_list(unit: UnitOfWork, *, scheme: str, publication: str, until: dt.date) -> int:
    """Put every entry up to a day that is on no list yet onto this one; returns how many."""
    published = sa.case((awards.c.state == "booked", "published"), else_=awards.c.state)
    statement = (
        sa.update(awards)
        .where(awards.c.scheme == scheme, awards.c.publication.is_(None), awards.c.day <= until)
        .values(
            publication=publication,
            state=published,
            version=awards.c.version + 1,
            prev_version=awards.c.version,
        )
    )
    return unit.execute(statement).rowcount


def totals_of(unit: UnitOfWork, *, publication: str) -> list[tuple[str, str, int, int]]:
    """Member, name, tenths and number of entries on a list; most first, then by number."""
    total = sa.func.sum(sa.case((awards.c.state == "reversed", 0), else_=awards.c.tenths))
    same = (members.c.scheme == awards.c.scheme) & (members.c.member == awards.c.member)
    query = (
        sa.select(awards.c.member, sa.func.coalesce(members.c.name, ""), total, sa.func.count())
        .select_from(awards.outerjoin(members, same))
        .where(awards.c.publication == publication)
        .group_by(awards.c.member, members.c.name)
        .order_by(total.desc(), awards.c.member)
    )
    return [(row[0], row[1], int(row[2]), row[3]) for row in unit.connection.execute(query)]


def finish_list(unit: UnitOfWork, *, publication: str) -> int:
    """The time for appeals is over: entries that nobody disputes are final, and so are their points; returns how many."""
    undisputed = sa.and_(awards.c.publication == publication, awards.c.state == "published")
    ids = sa.select(awards.c.id).where(awards.c.publication == publication, awards.c.state == "final")
    done = unit.execute(
        sa.update(awards)
        .where(undisputed)
        .values(state="final", version=awards.c.version + 1, prev_version=awards.c.version)
    ).rowcount
    unit.execute(
        sa.update(lots)
        .where(lots.c.id.in_(ids), lots.c.final.is_(False))
        .values(final=True, version=lots.c.version + 1, prev_version=lots.c.version)
    )
    return done


def over(unit: UnitOfWork, *, now: dt.datetime, limit: int) -> list[str]:
    """Open lists whose time for appeals is over."""
    query = (
        sa.select(publications.c.id)
        .where(publications.c.state == sa.literal_column("'open'"), publications.c.appeal_until <= now)
        .order_by(publications.c.appeal_until, publications.c.id)
        .limit(limit)
    )
    return list(unit.connection.scalars(query))


def published(unit: UnitOfWork, *, scheme: str, period: str) -> str | None:
    """The list of a period, if it was made."""
    query = sa.select(publications.c.id).where(
        publications.c.scheme == scheme, publications.c.period == period
    )
    return unit.connection.scalar(query)
