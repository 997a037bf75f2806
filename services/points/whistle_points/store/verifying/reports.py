"""
What was frozen is as it was frozen, and is what the ledger said at that moment.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import GENESIS, Report, period_days, report_digest, sha256_of
from whistle_points.store.reporting import all_reports, scores
from whistle_points.store.tables import publications, transfers

_FETCH = 100


def reports_unchanged(unit: UnitOfWork) -> Iterator[str]:
    """A report gives its hash, its head is in the chain, its lines are what the chain gives up to there (invariant 14)."""
    for report in all_reports(unit):
        name = f"report {report.id} ({report.kind} {report.period} no. {report.edition})"
        if report_digest(report) != report.hash:
            yield f"{name}: its content does not give its hash"
        if report.head_hash != _hash_at(unit, report):
            yield f"{name}: the chain has another hash at {report.head_seq}"
        first, last = period_days(report.period)
        real = scores(unit, scheme=report.scheme, first=first, last=last, until=report.head_seq)
        said = {row.member: row for row in report.rows}
        for row in report.rows:
            if real.get(row.member) != row.tenths:
                yield f"{name}: row {row.place} {row.member} says {row.tenths}, the chain gives {real.get(row.member, 0)}"
        for member in sorted(real.keys() - said.keys() if report.kind == "ranking" else ()):
            yield f"{name}: has no row for {member}, who has {real[member]}"


def _hash_at(unit: UnitOfWork, report: Report) -> str:
    query = sa.select(transfers.c.hash).where(
        transfers.c.scheme == report.scheme, transfers.c.seq == report.head_seq
    )
    return unit.connection.scalar(query) or GENESIS


def lists_unchanged(unit: UnitOfWork) -> Iterator[str]:
    """The rows of a publication give their hash."""
    last = ""
    while True:
        columns = (publications.c.id, publications.c.period, publications.c.rows, publications.c.rows_hash)
        query = sa.select(*columns).where(publications.c.id > last).order_by(publications.c.id).limit(_FETCH)
        found = unit.connection.execute(query).all()
        for row in found:
            if sha256_of(row.rows) != row.rows_hash:
                yield f"publication {row.id} ({row.period}): its rows do not give their hash"
        if len(found) < _FETCH:
            return
        last = found[-1].id
