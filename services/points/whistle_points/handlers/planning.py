"""
The monthly volunteer day is planned ahead by the scheme (S1-7); whoever cancels or moves one month's leaves the others as they are.
"""

from __future__ import annotations

from whistle_points import domain
from whistle_points.domain import Activity, Scheme
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

PLANNER = "scheme"
"""Who planned what the scheme plans."""


def plan_ahead(tools: Tools) -> int:
    """Plan what is not planned yet, for every district whose scheme says so; returns how many."""
    today = domain.day_of(tools.database.clock.now())
    schemes = [tools.rules.at(district, today) for district in sorted(tools.rules.districts)]
    wanted = [one for scheme in schemes for one in coming_days(scheme, tools)]
    if not wanted:
        return 0
    with tools.database.read() as unit:
        missing = _missing(unit, wanted)
    if not missing:
        return 0
    with tools.database.write() as unit:
        missing = _missing(unit, wanted)
        for one in missing:
            unit.activities.put(one)
        return len(missing)


def coming_days(scheme: Scheme, tools: Tools) -> list[Activity]:
    """The volunteer days of this month and the next ones that are still to come, each with the id that it has in its month."""
    day, now = scheme.volunteer_day, tools.database.clock.now()
    if day is None:
        return []
    found = []
    for year, month in day.coming(domain.day_of(now)):
        begins, ends = day.times(year, month)
        if begins <= now:
            continue
        found.append(
            Activity(
                id=f"{day.kind}-{scheme.district}-{year:04}-{month:02}",
                scheme=scheme.district,
                kind=day.kind,
                title=f"{day.title}({year}年{month}月)",
                item=day.item,
                place=day.place,
                starts_at=begins,
                ends_at=ends,
                capacity=day.capacity,
                planned_by=PLANNER,
            )
        )
    return found


def _missing(unit: PointsUnit, wanted: list[Activity]) -> list[Activity]:
    unit.activities.preload([one.id for one in wanted])
    return [one for one in wanted if unit.activities.get(one.id) is None]
