"""
How far parties are, counted over the dispatch log; and the pledges they signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_routing.store.mail_tables import hooks, letters, parked, pledges
from whistle_routing.store.tables import books, dispatches

PACK = "pack"
"""Who recorded a pledge that a pack declares."""
Marks = dict[tuple[str, str], dict[str, Any]]


def marks(unit: UnitOfWork, districts: Collection[str]) -> Marks:
    """
    By district and party: sequence, sent_at, acked, acted, acted_at, unsigned, parked, pledged_on, and of a webhook delivered,
    attempts and error; what there is none of is missing. Six queries, whatever the number of parties.
    """
    found: Marks = {}
    for query in _queries(districts):
        for row in unit.connection.execute(query).mappings():
            values = {name: value for name, value in row.items() if value is not None}
            found.setdefault((row["district"], row["party"]), {}).update(values)
    return found


def _queries(districts: Collection[str]) -> list[sa.Select[Any]]:
    def of(table: sa.Table, *columns: Any, where: Any = None) -> sa.Select[Any]:
        query = sa.select(table.c.district, table.c.party, *columns)
        query = query.where(table.c.district.in_(list(districts)))
        query = query if where is None else query.where(where)
        return query.group_by(table.c.district, table.c.party)

    most, count = sa.func.max, sa.func.count
    acted = dispatches.c.state != "sent"
    same = sa.and_(
        letters.c.district == dispatches.c.district,
        letters.c.party == dispatches.c.party,
        letters.c.case_no == dispatches.c.case_no,
        letters.c.sent_at <= dispatches.c.changed_at,
    )
    return [
        of(letters, most(letters.c.sequence).label("sequence"), most(letters.c.sent_at).label("sent_at")),
        of(letters, most(letters.c.sequence).label("acked"), where=letters.c.acked_at.is_not(None)),
        of(dispatches, most(letters.c.sequence).label("acted"), where=acted).join(letters, same),
        of(dispatches, most(dispatches.c.changed_at).label("acted_at"), where=acted),
        of(dispatches, count().label("unsigned"), where=~acted),
        of(parked, count().label("parked")),
        of(pledges, most(pledges.c.signed_on).label("pledged_on")),
        sa.select(hooks.c.district, hooks.c.party, hooks.c.delivered, hooks.c.attempts, hooks.c.error).where(
            hooks.c.district.in_(list(districts))
        ),
    ]


def gaps(connection: sa.Connection) -> list[str]:
    """Parties whose letters do not have all numbers up to the last that was given, one line each (zh / en)."""
    first, last = sa.func.min(letters.c.sequence), sa.func.max(letters.c.sequence)
    key = letters.c.district + "/" + letters.c.party
    given = sa.select(books.c.sequence).where(books.c.key == key + "/feed").scalar_subquery()
    query = sa.select(key.label("party"), sa.func.count(), first, last, sa.func.max(given))
    query = query.group_by(letters.c.district, letters.c.party)
    return [
        f"{party} 的消息编号不连续:{first_number} 至 {last_number} 只有 {count} 条,已编到 {given_number} / "
        f"the letters of {party} have gaps: {count} from {first_number} to {last_number}, {given_number} were given"
        for party, count, first_number, last_number, given_number in connection.execute(query)
        if count != last_number - first_number + 1 or last_number != given_number
    ]


def record_pledge(unit: UnitOfWork, row: Mapping[str, Any], *, by: str) -> None:
    """Keep a pledge; one of the same party and day is replaced."""
    keys = ("district", "party", "signed_on")
    unit.execute(sa.delete(pledges).where(*(pledges.c[name] == row[name] for name in keys)))
    unit.execute(sa.insert(pledges).values(**row, recorded_at=unit.now, recorded_by=by[:200]))


def take_pledges(unit: UnitOfWork, district: str, declared: Sequence[Mapping[str, Any]]) -> None:
    """
    Keep the pledges that a pack declares instead of those that it declared before. One that was recorded here for the same party
    and day stays.
    """
    here = pledges.c.district == district
    unit.execute(sa.delete(pledges).where(here, pledges.c.recorded_by == PACK))
    kept = {
        (row.party, row.signed_on)
        for row in unit.connection.execute(sa.select(pledges.c.party, pledges.c.signed_on).where(here))
    }
    rows = [
        {**row, "district": district, "recorded_at": unit.now, "recorded_by": PACK}
        for row in declared
        if (row["party"], row["signed_on"]) not in kept
    ]
    if rows:
        unit.execute(sa.insert(pledges), rows)


def pledges_on(unit: UnitOfWork, district: str, day: dt.date) -> list[dict[str, Any]]:
    """The pledges of a district that hold on a day, by party."""
    query = sa.select(pledges).where(
        pledges.c.district == district,
        pledges.c.signed_on <= day,
        sa.or_(pledges.c.ends_on.is_(None), pledges.c.ends_on > day),
    )
    rows = unit.connection.execute(query.order_by(pledges.c.party, pledges.c.signed_on)).mappings()
    return [dict(row) for row in rows]
