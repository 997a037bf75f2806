"""
Awards: checked by somebody else, booked as they are recorded, within the caps, and told to the services once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import AWARD, DEDUCTION, ISSUE, PENALTY, STANDING
from whistle_points.store.tables import awards, kit, postings, scheme_versions, tallies, transfers
from whistle_points.store.verifying.limits import MOST

RECENT = dt.timedelta(hours=20)
"""The outbox keeps what was told for a day at least."""
_KINDS = (AWARD, DEDUCTION)
_FETCH = 1000
_TALLIES = sa.select(tallies)
_CAPS = sa.select(scheme_versions.c.scheme, scheme_versions.c.caps)
_TOLD = sa.select(kit.outbox.c.id, kit.outbox.c.body).where(kit.outbox.c.type.like("whistle.points.%"))
_NEWEST = sa.select(sa.func.max(transfers.c.recorded_at))


def reviewed(unit: UnitOfWork) -> Iterator[str]:
    """Nobody's points were checked by themselves (invariant 8)."""
    for award, reviewer in unit.connection.execute(_own()):
        yield f"award {award}: was checked by {reviewer or 'nobody'}"


@cache
def _own() -> sa.Select[Any]:
    own = sa.or_(awards.c.reviewer == awards.c.member, awards.c.reviewer == "user:" + awards.c.member)
    query = sa.select(awards.c.id, awards.c.reviewer).where(sa.or_(own, awards.c.reviewer == ""))
    return query.limit(MOST)


def awards_booked(unit: UnitOfWork) -> Iterator[str]:
    """Each award is one transfer of that amount, and the other way round; what was cut to nothing is none."""
    wrong, bare, reversed_ = _award_statements()
    for award, said, found in unit.connection.execute(wrong):
        yield f"award {award}: says {said}, booked is {found or 0}"
    for (transfer,) in unit.connection.execute(bare):
        yield f"transfer {transfer}: an award that is not on record"
    for award, state in unit.connection.execute(reversed_):
        yield f"award {award}: is {state}, and its reversal says otherwise"


@cache
def _award_statements() -> tuple[sa.Select[Any], ...]:
    """Awards with other transfers, transfers without an award, awards whose reversal says otherwise."""
    amount = sa.func.sum(sa.case((postings.c.account.in_((ISSUE, PENALTY)), -postings.c.tenths), else_=0))
    booked = (
        sa.select(transfers.c.id, transfers.c.member, amount.label("tenths"))
        .join(postings, postings.c.transfer == transfers.c.id)
        .where(transfers.c.kind.in_(_KINDS))
        .group_by(transfers.c.id, transfers.c.member)
        .subquery()
    )
    wrong = (
        sa.select(awards.c.id, awards.c.tenths, booked.c.tenths)
        .outerjoin(booked, booked.c.id == awards.c.id)
        .where(
            sa.or_(
                awards.c.tenths != sa.func.coalesce(booked.c.tenths, 0), awards.c.member != booked.c.member
            )
        )
    )
    bare = sa.select(booked.c.id).outerjoin(awards, awards.c.id == booked.c.id).where(awards.c.id.is_(None))
    mirror = transfers.alias("mirror")
    reversed_ = (
        sa.select(awards.c.id, awards.c.state)
        .outerjoin(mirror, mirror.c.reverses == awards.c.id)
        .where((awards.c.state == "reversed") != mirror.c.id.is_not(None))
    )
    return wrong.limit(MOST), bare.limit(MOST), reversed_.limit(MOST)


def tallied(unit: UnitOfWork) -> Iterator[str]:
    """What ranks are made of is the sum of the standing awards and deductions (invariant 14)."""
    for query in _tally_statements():
        for row in unit.connection.execute(query):
            named = " ".join(str(part) for part in row[:4])
            yield f"tally {named}: cached {row[4] or 0}, recomputed {row[5] or 0}"


@cache
def _tally_statements() -> tuple[sa.Select[Any], ...]:
    """Tallies with other sums, sums without a tally."""
    names = ("scheme", "member", "day", "item")
    keys = [awards.c[name] for name in names]
    real = (
        sa.select(*keys, sa.func.sum(awards.c.tenths).label("tenths"))
        .where(awards.c.state.in_(STANDING))
        .group_by(*keys)
        .subquery()
    )
    same = sa.and_(*(real.c[name] == tallies.c[name] for name in names))
    columns = [tallies.c[name] for name in names]
    real_keys = [real.c[name] for name in names]
    queries = (
        sa.select(*columns, tallies.c.tenths, real.c.tenths)
        .outerjoin(real, same)
        .where(tallies.c.tenths != sa.func.coalesce(real.c.tenths, 0)),
        sa.select(*real_keys, tallies.c.tenths, real.c.tenths)
        .select_from(real.outerjoin(tallies, same))
        .where(tallies.c.member.is_(None), real.c.tenths != 0),
    )
    return tuple(query.limit(MOST) for query in queries)


def capped(unit: UnitOfWork) -> Iterator[str]:
    """No item earned a member more than its caps in a day, a month or a year (invariant 9)."""
    caps = _caps(unit)
    keys = (tallies.c.scheme, tallies.c.member, tallies.c.item, tallies.c.day)
    sums: dict[str, tuple[object, int]] = {}
    key: tuple[str, str, str] | None = None
    for row in _in_pages(unit, _TALLIES, keys):
        if key != (row.scheme, row.member, row.item):
            key, sums = (row.scheme, row.member, row.item), {}
        for name, period in (
            ("day", row.day),
            ("month", (row.day.year, row.day.month)),
            ("year", row.day.year),
        ):
            before = sums.get(name)
            total = row.tenths + (before[1] if before and before[0] == period else 0)
            sums[name] = (period, total)
            cap = caps.get((row.scheme, row.item), {}).get(name)
            if cap is not None and total > cap:
                yield f"tally {row.scheme} {row.member} {row.day} {row.item}: {total} in a {name}, the cap is {cap}"


def _caps(unit: UnitOfWork) -> Mapping[tuple[str, str], Mapping[str, int | None]]:
    """The widest caps of any version that was used; a version without one has none."""
    found: dict[tuple[str, str], dict[str, int | None]] = {}
    for scheme, items in unit.connection.execute(_CAPS):
        for item, caps in items.items():
            known = found.setdefault((scheme, item), dict(caps))
            for name, cap in caps.items():
                before = known[name]
                known[name] = None if cap is None or before is None else max(cap, before)
    return found


def told_once(unit: UnitOfWork) -> Iterator[str]:
    """Each recent transfer was told to the services, once (invariant 15)."""
    since, until = unit.now - RECENT, _newest(unit)
    told: dict[str, str] = {}
    for row in _in_pages(unit, _TOLD, (kit.outbox.c.id,)):
        data: dict[str, Any] = json.loads(row.body)["data"]
        transfer = data.get("transfer")
        if transfer is None:
            continue
        if transfer in told:
            yield f"outbox {row.id}: tells of transfer {transfer}, as {told[transfer]} does"
        told[transfer] = row.id
    recent = sa.select(transfers.c.id).where(transfers.c.recorded_at.between(since, until))
    for row in _in_pages(unit, recent, (transfers.c.id,)):
        if row.id not in told:
            yield f"transfer {row.id}: was told to nobody"


def _newest(unit: UnitOfWork) -> dt.datetime:
    """When the newest transfer was booked, before the outbox is read: what comes later is for the next time."""
    return unit.connection.scalar(_NEWEST) or unit.now


def _in_pages(
    unit: UnitOfWork, query: sa.Select[Any], keys: Sequence[sa.ColumnElement[Any]]
) -> Iterator[sa.Row[Any]]:
    """All rows in the order of the keys, which are columns of the query, a page at a time."""
    ordered, after = query.order_by(*keys).limit(_FETCH), None
    names = [key.key for key in keys]
    while True:
        page = ordered if after is None else ordered.where(sa.tuple_(*keys) > sa.tuple_(*after))
        found = unit.connection.execute(page).all()
        yield from found
        if len(found) < _FETCH:
            return
        last = found[-1]._mapping
        after = [sa.literal(last[str(name)], key.type) for name, key in zip(names, keys, strict=True)]
