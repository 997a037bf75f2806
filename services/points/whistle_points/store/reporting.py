"""
Frozen reports in SQL: what the ledger says of a period as of a place in the chain, and the reports themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import GENESIS, Report, ReportRow, Standing, midnight
from whistle_points.store.tables import (
    activities,
    awards,
    chain_heads,
    members,
    reports,
    signups,
    transfers,
)

_BRIEF = tuple(column for column in reports.c if column.name not in ("rows", "text"))
_FETCH = 20


def stored_head(unit: UnitOfWork, scheme: str) -> tuple[int, str]:
    """Number and hash of the last transfer that is stored."""
    query = sa.select(chain_heads.c.seq, chain_heads.c.hash).where(chain_heads.c.scheme == scheme)
    found = unit.connection.execute(query).one_or_none()
    return (found.seq, found.hash) if found else (0, GENESIS)


def scores(
    unit: UnitOfWork,
    *,
    scheme: str,
    first: dt.date,
    last: dt.date,
    until: int,
    who: Collection[str] | None = None,
) -> dict[str, int]:
    """Tenths of each member (or of these): awards less deductions of the period, by the chain up to ``until`` (invariant 14)."""
    mirror = transfers.alias("mirror")
    undone = (mirror.c.reverses == awards.c.id) & (mirror.c.seq <= until)
    query = (
        sa.select(awards.c.member, sa.func.sum(awards.c.tenths))
        .join(transfers, transfers.c.id == awards.c.id)
        .outerjoin(mirror, undone)
        .where(
            awards.c.scheme == scheme,
            awards.c.day.between(first, last),
            transfers.c.seq <= until,
            mirror.c.id.is_(None),
        )
        .group_by(awards.c.member)
    )
    if who is not None:
        query = query.where(awards.c.member.in_(list(who)))
    return {row[0]: int(row[1]) for row in unit.connection.execute(query)}


def standings(unit: UnitOfWork, *, scheme: str, first: dt.date, last: dt.date, until: int) -> list[Standing]:
    """Everybody with an entry in the period, with name, branch, state and confirmed minutes."""
    found = scores(unit, scheme=scheme, first=first, last=last, until=until)
    known = {
        row.member: row
        for row in unit.connection.execute(sa.select(members).where(members.c.scheme == scheme))
    }
    minutes = served(unit, scheme=scheme, first=first, last=last)
    return [
        Standing(
            member=member,
            name=known[member].name,
            branch=known[member].branch,
            state=known[member].state,
            exempt_until=known[member].exempt_until,
            tenths=tenths,
            minutes=minutes.get(member, 0),
        )
        for member, tenths in found.items()
    ]


def served(
    unit: UnitOfWork, *, scheme: str, first: dt.date, last: dt.date, who: Collection[str] | None = None
) -> dict[str, int]:
    """Confirmed minutes of each member (or of these) in activities that began in a period."""
    begin, end = midnight(first), midnight(last + dt.timedelta(days=1))
    query = (
        sa.select(signups.c.member, sa.func.sum(signups.c.minutes))
        .join(activities, activities.c.id == signups.c.activity)
        .where(
            signups.c.scheme == scheme,
            signups.c.minutes.is_not(None),
            activities.c.starts_at >= begin,
            activities.c.starts_at < end,
        )
        .group_by(signups.c.member)
    )
    if who is not None:
        query = query.where(signups.c.member.in_(list(who)))
    return {row[0]: int(row[1]) for row in unit.connection.execute(query)}


# --- reports ----------------------------------------------------------------------------------------------------------------


def report_row(report: Report) -> dict[str, Any]:
    """A report as a row; its lines as lists in the order of :class:`ReportRow`."""
    return {**vars(report), "rows": [list(vars(line).values()) for line in report.rows]}


def read_report(unit: UnitOfWork, report_id: str) -> Report | None:
    """A report."""
    query = sa.select(reports).where(reports.c.id == report_id)
    found = unit.connection.execute(query).mappings().one_or_none()
    return _report(found) if found else None


def all_reports(unit: UnitOfWork) -> Iterator[Report]:
    """Every report, oldest first, a page at a time."""
    last = ""
    while True:
        query = sa.select(reports).where(reports.c.id > last).order_by(reports.c.id).limit(_FETCH)
        found = [_report(row) for row in unit.connection.execute(query).mappings()]
        yield from found
        if len(found) < _FETCH:
            return
        last = found[-1].id


def latest_edition(unit: UnitOfWork, *, scheme: str, kind: str, period: str) -> tuple[str, int] | None:
    """Id and number of a period's newest edition."""
    query = (
        sa.select(reports.c.id, reports.c.edition)
        .where(reports.c.scheme == scheme, reports.c.kind == kind, reports.c.period == period)
        .order_by(reports.c.edition.desc())
        .limit(1)
    )
    found = unit.connection.execute(query).one_or_none()
    return (found.id, found.edition) if found else None


def corrected_by(unit: UnitOfWork, report_id: str) -> str | None:
    """The edition that took a report's place."""
    return unit.connection.scalar(sa.select(reports.c.id).where(reports.c.corrects == report_id))


def page_of_reports(
    unit: UnitOfWork, *, scheme: str | None, kind: str | None, after: str | None, limit: int
) -> tuple[list[Mapping[str, Any]], str | None]:
    """Reports without their lines and texts, newest first, and the key of the next page."""
    query = sa.select(*_BRIEF)
    for column, value in ((reports.c.scheme, scheme), (reports.c.kind, kind)):
        query = query if value is None else query.where(column == value)
    if after is not None:
        query = query.where(reports.c.id < after)
    rows = unit.connection.execute(query.order_by(reports.c.id.desc()).limit(limit + 1)).mappings().all()
    found: list[Mapping[str, Any]] = [dict(row) for row in rows[:limit]]
    return found, found[-1]["id"] if len(rows) > limit else None


def _report(row: sa.RowMapping) -> Report:
    names = tuple(ReportRow.__dataclass_fields__)
    lines = tuple(ReportRow(**dict(zip(names, line, strict=True))) for line in row["rows"])
    return Report(**{**row, "rows": lines})
