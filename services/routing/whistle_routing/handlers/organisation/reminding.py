"""
Those concerned are told of a sitting before it begins (``sitting.due``): once each, whoever runs and however often it starts anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from whistle.calendar.deadlines import local_day
from whistle.contracts import OnDuty, SittingDue
from whistle.errors import NotFound
from whistle.plugins.sittings import Held, Sitting, SittingDuty, duties_of_month
from whistle_routing.handlers.organisation.sittings import on_duty, places_of
from whistle_routing.handlers.telling import tell_party
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_ANYWHERE = (Held(code="", name=""),)
"""Stands for all places of a row, as long as only its days matter."""


def tell_sittings(tools: Tools) -> int:
    """
    Tell of the sittings that begin soon and were not told of yet; returns how many rows of a day. What began while nothing ran is
    not told of any more.
    """
    now = tools.database.clock.now()
    coming = {(name, *_mark(duty)): duty for name, duty in _coming(tools, now)}
    if not coming:
        return 0
    since = min(duty.day for duty in coming.values())
    with tools.database.look() as unit:
        if not coming.keys() - unit.told_sittings(since):
            return 0
    with tools.database.write() as unit:
        if not unit.take_turn("sittings told"):
            return 0
        untold = sorted(coming.keys() - unit.told_sittings(since))
        return sum(_tell(unit, key[0], coming[key], tools) for key in untold)


def _mark(duty: SittingDuty) -> tuple[dt.date, str]:
    return duty.day, duty.sitting.id


def _coming(tools: Tools, now: dt.datetime) -> Iterator[tuple[str, SittingDuty]]:
    """By district: what is to be told of by now and has not begun, once for all places of a row."""
    for district, pack in tools.packs.items():
        rows = [row for row in pack.tables.sittings if row.remind is not None]
        if not rows:
            continue
        calendar = tools.timetable(district).calendar
        for month in _months(rows, now):
            for duty in duties_of_month(rows, month, calendar=calendar, places=lambda *_: _ANYWHERE):
                told_at = duty.told_at
                if told_at is not None and told_at <= now < duty.begins_at:
                    yield district, duty


def _months(rows: Iterable[Sitting], now: dt.datetime) -> Iterator[dt.date]:
    """The first days of this month and of those up to the end of the longest notice."""
    last = local_day(now + max(row.remind.least for row in rows if row.remind is not None))
    month = local_day(now).replace(day=1)
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=31)).replace(day=1)


def _tell(unit: RoutingUnit, district: str, coming: SittingDuty, tools: Tools) -> int:
    """Each place where the row is held on that day; 0 if nobody knows the district's places yet."""
    row, day = coming.sitting, coming.day
    try:
        organisation, tree = (
            tools.organisations.get(unit, district),
            tools.organisations.tree(unit, district, day),
        )
    except NotFound:
        return 0
    words = {role.code: role.zh for role in organisation.roles}
    names = {person.id: person.name for person in organisation.people}
    for held in places_of(tree, row):
        people = on_duty(tree, row, held.code, names)
        told = _message(coming, held, [OnDuty(**_person(one, words)) for one in people])
        unit.emit(told, district=district)
        _tell_guests(unit, district, told, tools)
    unit.mark_sitting_told(district, day, row.id)
    return 1


def _person(one: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    role = one["role"]
    return {"role": role, "role_zh": words.get(role, role), "holder": one["holder"], "person": one["name"]}


def _message(coming: SittingDuty, held: Held, people: list[OnDuty]) -> SittingDue:
    row = coming.sitting
    return SittingDue(
        key=f"{coming.day}/{row.id}/{held.code}",
        sitting=row.id,
        sitting_name=row.name[:200],
        kind=row.kind,
        begins_at=coming.begins_at.astimezone(dt.UTC),
        ends_at=coming.ends_at.astimezone(dt.UTC) if coming.ends_at else None,
        node=held.code,
        node_name=held.name,
        place=(row.place or held.name)[:300],
        theme=row.theme[:500],
        on_duty=tuple(people),
        guests=row.guests,
        moved_from=f"{coming.planned}" if coming.planned != coming.day else "",
    )


def _tell_guests(unit: RoutingUnit, district: str, told: SittingDue, tools: Tools) -> None:
    """Guests who are parties of the district (a law firm, the police station) hear of it on the way that they chose."""
    for party in tools.parties.get(district, {}).values():
        if party.kind in told.guests:
            tell_party(unit, party, told, district=district, tools=tools)
