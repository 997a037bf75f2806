"""
Members' money: nothing below zero, lots and holds equal what is booked on them, every hold ends once, nothing expired is spent.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import ENDED_BY, EXPIRED
from whistle_points.store.tables import balances, holds, lots, postings, transfers
from whistle_points.store.verifying.limits import DEBT, EARNED, HELD, MOST

_PARTS = ("left", "held", "expired")
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")


def below_zero(unit: UnitOfWork) -> Iterator[str]:
    """Earned and held points are never below zero, a debt never above (invariant 3)."""
    for scheme, name, found in unit.connection.execute(_wrong_side()):
        yield f"balance {scheme} {name}: {found} is on the wrong side of 0"


@cache
def _wrong_side() -> sa.Select[Any]:
    account, tenths = balances.c.account, balances.c.tenths
    wrong = sa.or_(
        sa.and_(account.like(EARNED), tenths < _ZERO),
        sa.and_(account.like(HELD), tenths < _ZERO),
        sa.and_(account.like(DEBT), tenths > _ZERO),
    )
    return sa.select(balances.c.scheme, account, tenths).where(wrong).limit(MOST)


def lots_booked(unit: UnitOfWork) -> Iterator[str]:
    """What a lot says of itself is what is booked on it (invariant 4)."""
    wrong, lost, loose = _lot_statements()
    for lot, *found in unit.connection.execute(wrong):
        told = ", ".join(
            f"{name} {found[2 * place]} (booked {found[2 * place + 1]})" for place, name in enumerate(_PARTS)
        )
        yield f"lot {lot}: {told}"
    for (lot,) in unit.connection.execute(lost):
        yield f"lot {lot}: points are booked on it but it is not there"
    for transfer, line in unit.connection.execute(loose):
        yield f"posting {transfer}/{line}: names no lot"


@cache
def _lot_statements() -> tuple[sa.Select[Any], ...]:
    """Lots that say something else, lots that are not there, postings that name none."""

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
    differs = sa.or_(booked.c.lot.is_(None), *(lots.c[name] != booked.c[name] for name in _PARTS))
    wrong = (
        sa.select(lots.c.id, *(column for name in _PARTS for column in (lots.c[name], booked.c[name])))
        .outerjoin(booked, booked.c.lot == lots.c.id)
        .where(differs)
    )
    lost = sa.select(booked.c.lot).outerjoin(lots, lots.c.id == booked.c.lot).where(lots.c.id.is_(None))
    member_account = sa.or_(postings.c.account.like(EARNED), postings.c.account.like(HELD))
    loose = sa.select(postings.c.transfer, postings.c.line).where(member_account, postings.c.lot.is_(None))
    return wrong.limit(MOST), lost.limit(MOST), loose.limit(MOST)


def holds_end_once(unit: UnitOfWork) -> Iterator[str]:
    """Open holds are what is held; each hold began once and ended at most once, as it says (invariant 5)."""
    amounts, ends, orphans = _hold_statements()
    for scheme, name, booked, open_holds in unit.connection.execute(amounts):
        yield f"balance {scheme} {name}: {booked} is held, open holds are {open_holds or 0}"
    for hold, state, first, last in unit.connection.execute(ends):
        yield f"hold {hold}: is {state}, booked as {first} and ended as {last}"
    for transfer, name in unit.connection.execute(orphans):
        yield f"transfer {transfer}: is a {name} of no hold"


@cache
def _hold_statements() -> tuple[sa.Select[Any], ...]:
    """Accounts with another amount than their open holds, holds that end otherwise than they say, transfers of no hold."""
    account = sa.literal("member:") + holds.c.member + sa.literal(":hold")
    said = (
        sa.select(holds.c.scheme, account.label("account"), sa.func.sum(holds.c.tenths).label("tenths"))
        .where(holds.c.state == "held")
        .group_by(holds.c.scheme, account)
        .subquery()
    )
    same = (said.c.scheme == balances.c.scheme) & (said.c.account == balances.c.account)
    amounts = (
        sa.select(balances.c.scheme, balances.c.account, balances.c.tenths, said.c.tenths)
        .outerjoin(said, same)
        .where(balances.c.account.like(HELD), balances.c.tenths != sa.func.coalesce(said.c.tenths, _ZERO))
    )
    began, ended = transfers.alias("began"), transfers.alias("ended")
    kind = sa.case(*((holds.c.state == state, kind) for kind, state in ENDED_BY.items()), else_="")
    ends = (
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
    orphan = (
        sa.select(transfers.c.id, transfers.c.kind)
        .outerjoin(
            holds, sa.or_(transfers.c.ref == "hold/" + holds.c.id, transfers.c.ref == "end/" + holds.c.id)
        )
        .where(transfers.c.kind.in_(("hold", *ENDED_BY)), holds.c.id.is_(None))
    )
    return amounts.limit(MOST), ends.limit(MOST), orphan.limit(MOST)


def nothing_expired_spent(unit: UnitOfWork) -> Iterator[str]:
    """Nothing is set aside from a lot whose time is over, and nothing expires before its time (invariant 10)."""
    for told, query in _time_statements():
        for transfer, lot, expires_at in unit.connection.execute(query):
            yield f"transfer {transfer}: {told} lot {lot}, whose time is over at {expires_at}"


@cache
def _time_statements() -> tuple[tuple[str, sa.Select[Any]], ...]:
    """What to say, and the transfers of which it is to be said."""
    found = []
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
        found.append((told, query.limit(MOST)))
    return tuple(found)
