"""
The monthly publication of whistles answered and not, computed from the stored steps.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle_routing.domain.whistles.publication import count_whistles, publish
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

_MONTH = re.compile(r"(\d{4})-(\d{2})")


def publish_month(
    unit: RoutingUnit, district: str, month: str, *, tools: Tools, until: dt.datetime | None = None
) -> dict[str, Any]:
    """
    Who was called in a month (``2026-11``, in China) and what became of it by ``until`` (now); nothing in it points to a person.

    Raises:
        Invalid: not a month, or one that has not begun; a district that nobody knows.
    """
    first, after = bounds(month)
    until = until or unit.now
    if first > unit.now:
        raise _no_month(month)
    names = {name: party.name for name, party in tools.parties.get(district, {}).items()}
    rows = publish(unit.called_between(district, first, after), until=until)
    if not rows and district not in tools.packs:
        unknown = {"district": [f"没有区 {district} / no district {district}"]}
        raise Invalid("没有这个区", "no such district", fields=unknown)
    return {
        "district": district,
        "month": month,
        "until": until,
        "whistles": count_whistles(unit.whistle_moves_between(district, first, after)),
        "rows": [{**vars(row), "party_name": names.get(row.party, row.party)} for row in rows],
    }


def bounds(month: str) -> tuple[dt.datetime, dt.datetime]:
    """
    The first instant of a month in China, and that of the next one.

    Raises:
        Invalid: not a month.
    """
    found = _MONTH.fullmatch(month)
    year, number = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= 12 or not 2000 <= year <= 2200:
        raise _no_month(month)
    first = dt.datetime(year, number, 1, tzinfo=CHINA)
    return first, (first + dt.timedelta(days=32)).replace(day=1)


def _no_month(month: str) -> Invalid:
    text = f"应为已开始的月份,如 2026-11 / must be a month that has begun, like 2026-11, not {month!r}"
    return Invalid("月份有误", "no such month", fields={"month": [text]})
