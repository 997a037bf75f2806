"""
What a member has: now, from what is cached, in one statement; or as it was, from the postings.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from whistle.storage import Instant, UnitOfWork
from whistle_points.domain import debt_account, earned_account, hold_account
from whistle_points.domain.scheme import CHINA
from whistle_points.store.tables import awards, balances, lots, postings, tallies, transfers


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
    expiring: tuple[tuple[str, int], ...] = ()
    if at is None and known_at is None:
        given = dict(zip(("earned", "hold", "debt"), accounts, strict=True))
        days = {"first": dt.date(year, 1, 1), "last": dt.date(year, 12, 31)}
        rows = unit.connection.execute(_NOW, {"scheme": scheme, "member": member, **given, **days}).all()
        sums = {account: tenths for account, expires_at, tenths in rows if expires_at is None}
        rank = sums[_RANK]
        expiring = _by_month((expires_at, tenths) for _, expires_at, tenths in rows if expires_at)
    else:
        sums = _as_of(unit, scheme, accounts, at=at, known_at=known_at)
        rank = _rank_as_of(unit, scheme, member, year, at=at, known_at=known_at)
    free, held, debt = (sums.get(account, 0) for account in accounts)
    return Balance(free=free, held=held, debt=-debt, rank=rank, expiring=expiring)


def _by_month(ends: Iterable[tuple[dt.datetime, int]]) -> tuple[tuple[str, int], ...]:
    months: dict[str, int] = {}
    for expires_at, tenths in ends:
        last = (expires_at - dt.timedelta(microseconds=1)).astimezone(CHINA)
        months[f"{last:%Y-%m}"] = months.get(f"{last:%Y-%m}", 0) + tenths
    return tuple(sorted(months.items()))


_RANK = "rank"
_SCHEME: sa.BindParameter[str] = sa.bindparam("scheme")
_MEMBER: sa.BindParameter[str] = sa.bindparam("member")
_NEVER = sa.cast(sa.null(), Instant)
_ACCOUNTS = sa.or_(*(balances.c.account == sa.bindparam(name) for name in ("earned", "hold", "debt")))
_DAYS = tallies.c.day.between(sa.bindparam("first", type_=sa.Date), sa.bindparam("last", type_=sa.Date))
_SCORE = sa.cast(sa.func.coalesce(sa.func.sum(tallies.c.tenths), sa.literal_column("0")), sa.BigInteger)
_NOW = sa.union_all(
    sa.select(balances.c.account, _NEVER.label("expires_at"), balances.c.tenths).where(
        balances.c.scheme == _SCHEME, _ACCOUNTS
    ),
    sa.select(sa.literal_column(f"'{_RANK}'"), _NEVER, _SCORE).where(
        tallies.c.scheme == _SCHEME, tallies.c.member == _MEMBER, _DAYS
    ),
    sa.select(lots.c.member, lots.c.expires_at, sa.cast(sa.func.sum(lots.c.left), sa.BigInteger))
    .where(
        lots.c.scheme == _SCHEME,
        lots.c.member == _MEMBER,
        lots.c.left > sa.literal_column("0"),
        lots.c.expires_at.is_not(None),
    )
    .group_by(lots.c.member, lots.c.expires_at),
)
"""One row for each account, one for the rank score, one for each moment at which something expires."""


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
