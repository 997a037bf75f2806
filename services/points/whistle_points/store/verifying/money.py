"""
Members' money: nothing below zero, lots and holds equal what is booked on them, every hold ends once, nothing expired is spent.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import ENDED_BY, EXPIRED
from whistle_points.store.tables import balances, holds, lots, postings, transfers
from whistle_points.store.verifying.limits import DEBT, EARNED, HELD, MOST

_ZERO: sa.ColumnElement[int] = sa.literal_column("0")


def below_zero(unit: UnitOfWork) -> Iterator[str]:
    """Earned and held points are never below zero, a debt never above (invariant 3)."""
    account, tenths = balances.c.account, balances.c.tenths
    wrong = sa.or_(
        sa.and_(account.like(EARNED), tenths < _ZERO),
        sa.and_(account.like(HELD), tenths < _ZERO),
        sa.and_(account.like(DEBT), tenths > _ZERO),
    )
    for scheme, name, found in unit.connection.execute(
        sa.select(balances.c.scheme, account, tenths).where(wrong).limit(MOST)
    ):
        yield f"balance {scheme} {name}: {found} is on the wrong side of 0"


def lots_booked(unit: UnitOfWork) -> Iterator[str]:
    """What a lot says of itself is what is booked on it (invariant 4)."""

    def part(match: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((match, postings.c.tenths), else_=_ZERO)), _ZERO)

    booked = (
        sa.select(
            postings.c.lot,
            part(postings.c.account.like(EARNED)).label("left"),
            part(postings.c.account.like(HELD)).label("held"),
            part(postings.c.account == EXPIRED).label("expired"),
        )
        .where(postings.c.lot.is_not(None))
        .group_by(postings.c.lot)
        .subquery()
    )
    names = ("left", "held", "expired")
    differs = sa.or_(booked.c.lot.is_(None), *(lots.c[name] != booked.c[name] for name in names))
    query = (
        sa.select(lots.c.id, *(column for name in names for column in (lots.c[name], booked.c[name])))
        .outerjoin(booked, booked.c.lot == lots.c.id)
        .where(differs)
    )
    for lot, *found in unit.connection.execute(query.limit(MOST)):
        told = ", ".join(
            f"{name} {found[2 * place]} (booked {found[2 * place + 1]})" for place, name in enumerate(names)
        )
        yield f"lot {lot}: {told}"
    lost = sa.select(booked.c.lot).outerjoin(lots, lots.c.id == booked.c.lot).where(lots.c.id.is_(None))
    for (lot,) in unit.connection.execute(lost.limit(MOST)):
        yield f"lot {lot}: points are booked on it but it is not there"
    member_account = sa.or_(postings.c.account.like(EARNED), postings.c.account.like(HELD))
    loose = sa.select(postings.c.transfer, postings.c.line).where(member_account, postings.c.lot.is_(None))
    for transfer, line in unit.connection.execute(loose.limit(MOST)):
        yield f"posting {transfer}/{line}: names no lot"


def holds_end_once(unit: UnitOfWork) -> Iterator[str]:
    """Open holds are what is held; each hold began once and ended at most once, as it says (invariant 5)."""
    account = sa.literal("member:") + holds.c.member + sa.literal(":hold")
    said = (
        sa.select(holds.c.scheme, account.label("account"), sa.func.sum(holds.c.tenths).label("tenths"))
        .where(holds.c.state == "held")
        .group_by(holds.c.scheme, account)
        .subquery()
    )
    same = (said.c.scheme == balances.c.scheme) & (said.c.account == balances.c.account)
    query = (
        sa.select(balances.c.scheme, balances.c.account, balances.c.tenths, said.c.tenths)
        .outerjoin(said, same)
        .where(balances.c.account.like(HELD), balances.c.tenths != sa.func.coalesce(said.c.tenths, _ZERO))
    )
    for scheme, name, booked, open_holds in unit.connection.execute(query.limit(MOST)):
        yield f"balance {scheme} {name}: {booked} is held, open holds are {open_holds or 0}"
    began, ended = transfers.alias("began"), transfers.alias("ended")
    kind = sa.case(*((holds.c.state == state, kind) for kind, state in ENDED_BY.items()), else_="")
    query = (
        sa.select(holds.c.id, holds.c.state, began.c.id, ended.c.id)
        .outerjoin(began, (began.c.scheme == holds.c.scheme) & (began.c.ref == "hold/" + holds.c.id))
        .outerjoin(ended, (ended.c.scheme == holds.c.scheme) & (ended.c.ref == "end/" + holds.c.id))
        .where(
            sa.or_(
                began.c.id.is_(None),
                (holds.c.state == "held") != ended.c.id.is_(None),
                ended.c.id != holds.c.ended_by,
                ended.c.kind != kind,
            )
        )
    )
    for hold, state, first, last in unit.connection.execute(query.limit(MOST)):
        yield f"hold {hold}: is {state}, booked as {first} and ended as {last}"
    orphan = (
        sa.select(transfers.c.id, transfers.c.kind)
        .outerjoin(
            holds, sa.or_(transfers.c.ref == "hold/" + holds.c.id, transfers.c.ref == "end/" + holds.c.id)
        )
        .where(transfers.c.kind.in_(("hold", *ENDED_BY)), holds.c.id.is_(None))
    )
    for transfer, name in unit.connection.execute(orphan.limit(MOST)):
        yield f"transfer {transfer}: is a {name} of no hold"


def nothing_expired_spent(unit: UnitOfWork) -> Iterator[str]:
    """Nothing is set aside from a lot whose time is over, and nothing expires before its time (invariant 10)."""
    over = transfers.c.recorded_at >= lots.c.expires_at
    for kind, wrong, told in (
        ("hold", over, "takes from"),
        ("expire", sa.or_(lots.c.expires_at.is_(None), transfers.c.recorded_at < lots.c.expires_at), "ends"),
    ):
        if kind == "expire":
            wrong = sa.and_(wrong, lots.c.graced.is_(False))
        query = (
            sa.select(transfers.c.id, lots.c.id, lots.c.expires_at)
            .join(postings, postings.c.transfer == transfers.c.id)
            .join(lots, lots.c.id == postings.c.lot)
            .where(transfers.c.kind == kind, postings.c.account.like(EARNED), wrong)
        )
        for transfer, lot, expires_at in unit.connection.execute(query.limit(MOST)):
            yield f"transfer {transfer}: {told} lot {lot}, whose time is over at {expires_at}"
