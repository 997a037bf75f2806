"""
The chain and the sums: transfers balance, nothing was changed, dropped or added by hand, caches equal what they cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points import domain
from whistle_points.domain import AWARD, GENESIS, Transfer
from whistle_points.store.rows import gather
from whistle_points.store.tables import balances, case_rounds, chain_heads, postings, transfers
from whistle_points.store.verifying.limits import MOST

_FETCH = 1000
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")
_SCHEMES = sa.select(transfers.c.scheme).distinct()
_HEADS = sa.select(chain_heads)


def unbalanced(unit: UnitOfWork) -> Iterator[str]:
    """Each transfer adds up to zero."""
    for transfer, tenths in unit.connection.execute(_unbalanced()):
        yield f"transfer {transfer}: its postings add up to {tenths}, not 0"


@cache
def _unbalanced() -> sa.Select[Any]:
    total = sa.func.sum(postings.c.tenths)
    return (
        sa.select(postings.c.transfer, total).group_by(postings.c.transfer).having(total != _ZERO).limit(MOST)
    )


def sums(unit: UnitOfWork) -> Iterator[str]:
    """Each scheme adds up to zero (invariant 1)."""
    for table in (postings, balances):
        for scheme, tenths in unit.connection.execute(_sums(table)):
            yield f"scheme {scheme}: all {table.name} add up to {tenths}, not 0"


@cache
def _sums(table: sa.Table) -> sa.Select[Any]:
    total = sa.func.sum(table.c.tenths)
    return sa.select(table.c.scheme, total).group_by(table.c.scheme).having(total != _ZERO)


def cached(unit: UnitOfWork) -> Iterator[str]:
    """Every cached balance is the sum of its postings (invariant 2)."""
    for query in _cached_statements():
        for scheme, account, cached, tenths in unit.connection.execute(query):
            yield f"balance {scheme} {account}: cached {cached or 0}, recomputed {tenths or 0}"


@cache
def _cached_statements() -> tuple[sa.Select[Any], ...]:
    """Balances with other sums, sums without a balance."""
    keys = (postings.c.scheme, postings.c.account)
    real = sa.select(*keys, sa.func.sum(postings.c.tenths).label("tenths")).group_by(*keys).subquery()
    same = (real.c.scheme == balances.c.scheme) & (real.c.account == balances.c.account)
    columns = (balances.c.tenths.label("cached"), real.c.tenths.label("real"))
    differs = sa.func.coalesce(real.c.tenths, 0) != sa.func.coalesce(balances.c.tenths, 0)
    queries = (
        sa.select(balances.c.scheme, balances.c.account, *columns).outerjoin(real, same).where(differs),
        sa.select(real.c.scheme, real.c.account, *columns)
        .select_from(real.outerjoin(balances, same))
        .where(balances.c.account.is_(None)),
    )
    return tuple(query.limit(MOST) for query in queries)


def chains(unit: UnitOfWork) -> Iterator[str]:
    """Each chain recomputes from its first transfer to its head (invariant 13)."""
    heads = _heads(unit)
    for scheme in sorted({*heads, *unit.connection.scalars(_SCHEMES)}):
        said, at_head, end = heads.get(scheme), None, (0, GENESIS)
        for transfer in _in_order(unit, scheme):
            seq, last = end
            if transfer.seq != seq + 1:
                yield f"transfer {transfer.id}: follows {seq} in {scheme} but is numbered {transfer.seq}"
            if transfer.prev_hash != last:
                yield f"transfer {transfer.id}: does not name its predecessor's hash"
            if transfer.hash != domain.digest(transfer):
                yield f"transfer {transfer.id}: its content does not give its hash"
            end = (transfer.seq, transfer.hash)
            at_head = end if said is not None and said[0] == transfer.seq else at_head
        if at_head != said or (end != said and end != _heads(unit).get(scheme)):
            yield f"scheme {scheme}: the chain ends at {end}, its head says {said}"


def _heads(unit: UnitOfWork) -> dict[str, tuple[int, str]]:
    return {row.scheme: (row.seq, row.hash) for row in unit.connection.execute(_HEADS)}


def _in_order(unit: UnitOfWork, scheme: str) -> Iterator[Transfer]:
    """All transfers of a scheme, a page at a time: it may go on growing meanwhile."""
    last = 0
    while True:
        rows = unit.connection.execute(_page(), {"scheme": scheme, "last": last}).mappings()
        found = list(gather(rows))
        yield from found
        if len(found) < _FETCH:
            return
        last = found[-1].seq


@cache
def _page() -> sa.Select[Any]:
    """The next transfers of a scheme, one row per posting."""
    page = (
        sa.select(transfers)
        .where(transfers.c.scheme == sa.bindparam("scheme"), transfers.c.seq > sa.bindparam("last"))
        .order_by(transfers.c.seq)
        .limit(_FETCH)
        .subquery()
    )
    lines = (postings.c[name].label(f"p_{name}") for name in ("account", "tenths", "lot"))
    return (
        sa.select(page, *lines)
        .outerjoin(postings, postings.c.transfer == page.c.id)
        .order_by(page.c.seq, postings.c.line)
    )


def strays(unit: UnitOfWork) -> Iterator[str]:
    """Every posting belongs to its transfer."""
    for transfer, line in unit.connection.execute(_strays()):
        yield f"posting {transfer}/{line}: belongs to no such transfer"


@cache
def _strays() -> sa.Select[Any]:
    same = transfers.c.id == postings.c.transfer
    misplaced = (transfers.c.scheme != postings.c.scheme) | (transfers.c.seq != postings.c.seq)
    query = sa.select(postings.c.transfer, postings.c.line).outerjoin(transfers, same)
    return query.where(transfers.c.id.is_(None) | misplaced).limit(MOST)


def reversals(unit: UnitOfWork) -> Iterator[str]:
    """A reversal names a transfer of its scheme that is none itself (invariant 11)."""
    for transfer, named, *_ in unit.connection.execute(_reversals()):
        yield f"transfer {transfer}: reverses {named}, which is no transfer of its scheme that can be reversed"


@cache
def _reversals() -> sa.Select[Any]:
    origin = transfers.alias("origin")
    return (
        sa.select(transfers.c.id, transfers.c.reverses, origin.c.id, origin.c.reverses)
        .outerjoin(origin, origin.c.id == transfers.c.reverses)
        .where(transfers.c.reverses.is_not(None))
        .where(
            origin.c.id.is_(None) | origin.c.reverses.is_not(None) | (origin.c.scheme != transfers.c.scheme)
        )
        .limit(MOST)
    )


def standing(unit: UnitOfWork) -> Iterator[str]:
    """No award of an earlier round stands."""
    for transfer, case_no, case_round in unit.connection.execute(_standing()):
        yield f"transfer {transfer}: still stands although case {case_no} is in round {case_round}"


@cache
def _standing() -> sa.Select[Any]:
    mirror = transfers.alias("mirror")
    return (
        sa.select(transfers.c.id, case_rounds.c.case_no, case_rounds.c.round)
        .join(case_rounds, case_rounds.c.case_no == transfers.c.case_no)
        .outerjoin(mirror, mirror.c.reverses == transfers.c.id)
        .where(transfers.c.kind == AWARD, transfers.c.round < case_rounds.c.round, mirror.c.id.is_(None))
        .limit(MOST)
    )
