"""
A year of members' accounts in SQL: balances at both ends, and what moved between, for many members at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import (
    AWARD,
    DEDUCTION,
    SETTLE,
    Funds,
    Line,
    debt_account,
    earned_account,
    hold_account,
    spent_account,
)
from whistle_points.store.tables import awards, members, postings, rewards, transfers

_SPENT = spent_account("")


@dataclass(kw_only=True)
class Year:
    """What is read of one member."""

    opening: dict[str, int] = field(default_factory=dict)
    closing: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    earned: list[Line] = field(default_factory=list)
    spent: list[Line] = field(default_factory=list)


def funds_of(balances: Mapping[str, int]) -> Funds:
    """Balances by kind of account."""
    return Funds(free=balances.get("free", 0), held=balances.get("held", 0), debt=-balances.get("debt", 0))


def read_year(
    unit: UnitOfWork, *, scheme: str, who: Collection[str], begin: dt.datetime, end: dt.datetime
) -> dict[str, Year]:
    """What happened (by when it took effect) to these members' accounts from ``begin`` until before ``end``."""
    accounts = {
        account: (member, kind)
        for member in who
        for account, kind in (
            (earned_account(member), "free"),
            (hold_account(member), "held"),
            (debt_account(member), "debt"),
        )
    }
    found = {member: Year() for member in who}
    within = (transfers.c.effective_at >= begin, transfers.c.effective_at < end)
    for account, opening, closing in unit.connection.execute(_balances(scheme, accounts, begin, end)):
        member, kind = accounts[account]
        found[member].opening[kind], found[member].closing[kind] = int(opening), int(closing)
    for account, kind, tenths in unit.connection.execute(_kinds(scheme, accounts, within)):
        year = found[accounts[account][0]]
        year.kinds[kind] = year.kinds.get(kind, 0) + int(tenths)
    for member, item, tenths, count in unit.connection.execute(_earned(scheme, who, within)):
        found[member].earned.append(Line(code=item, name=item, tenths=int(tenths), count=count))
    for member, code, name, tenths in unit.connection.execute(_spent(scheme, who, within)):
        found[member].spent.append(Line(code=code, name=name or code, tenths=-int(tenths)))
    return found


def members_after(unit: UnitOfWork, *, scheme: str, after: str, limit: int) -> list[str]:
    """Numbers of members behind ``after``, in order."""
    query = (
        sa.select(members.c.member)
        .where(members.c.scheme == scheme, members.c.member > after)
        .order_by(members.c.member)
        .limit(limit)
    )
    return list(unit.connection.scalars(query))


def _moved(scheme: str, accounts: Iterable[str], *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(postings.c.account, *columns)
        .join(transfers, transfers.c.id == postings.c.transfer)
        .where(postings.c.scheme == scheme, postings.c.account.in_(list(accounts)))
    )


def _balances(scheme: str, accounts: Iterable[str], begin: dt.datetime, end: dt.datetime) -> sa.Select[Any]:
    before = sa.func.sum(sa.case((transfers.c.effective_at < begin, postings.c.tenths), else_=0))
    query = _moved(scheme, accounts, before, sa.func.sum(postings.c.tenths))
    return query.where(transfers.c.effective_at < end).group_by(postings.c.account)


def _kinds(scheme: str, accounts: Iterable[str], within: Iterable[Any]) -> sa.Select[Any]:
    query = _moved(scheme, accounts, transfers.c.kind, sa.func.sum(postings.c.tenths))
    return query.where(*within).group_by(postings.c.account, transfers.c.kind)


def _earned(scheme: str, who: Collection[str], within: Iterable[Any]) -> sa.Select[Any]:
    total = sa.func.sum(awards.c.tenths)
    return (
        sa.select(awards.c.member, awards.c.item, total, sa.func.count())
        .join(transfers, transfers.c.id == awards.c.id)
        .where(
            awards.c.scheme == scheme,
            awards.c.member.in_(list(who)),
            transfers.c.kind.in_((AWARD, DEDUCTION)),
            *within,
        )
        .group_by(awards.c.member, awards.c.item)
        .order_by(awards.c.member, awards.c.item)
    )


def _spent(scheme: str, who: Collection[str], within: Iterable[Any]) -> sa.Select[Any]:
    code = sa.func.substr(postings.c.account, len(_SPENT) + 1)
    same = (rewards.c.scheme == transfers.c.scheme) & (rewards.c.code == code)
    return (
        sa.select(transfers.c.member, code, sa.func.max(rewards.c.name), sa.func.sum(postings.c.tenths))
        .select_from(transfers)
        .join(postings, postings.c.transfer == transfers.c.id)
        .outerjoin(rewards, same)
        .where(
            transfers.c.scheme == scheme,
            transfers.c.member.in_(list(who)),
            transfers.c.kind == SETTLE,
            postings.c.account.startswith(_SPENT, autoescape=True),
            *within,
        )
        .group_by(transfers.c.member, code)
        .order_by(transfers.c.member, code)
    )
