"""
Sittings as a calendar that people subscribe to (RFC 5545).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from whistle.calendar.days import CHINA

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar; charset=utf-8"
REFRESH = dt.timedelta(hours=6)
"""How often a subscriber looks again, as far as it listens to us."""


def as_calendar(rows: Iterable[Mapping[str, Any]], *, district: str, name: str, now: dt.datetime) -> bytes:
    """
    The calendar of these rows (see ``handlers.organisation.sittings``), each with a UID of its own that stays the same.

    What has no time of the day lasts all day; what may still be moved by a notice is tentative.
    """
    from icalendar import Calendar  # seldom needed

    calendar = Calendar()
    calendar.add("prodid", "-//Whistle//Sittings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for row in rows:
        calendar.add_component(_event(row, district, now))
    return bytes(calendar.to_ical())


def _event(row: Mapping[str, Any], district: str, now: dt.datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{row['key'].replace('/', '-')}.{district}@whistle")
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("summary", f"{row['name']} · {row['node_name']}")
    if row["begin"]:
        event.add("dtstart", _moment(row["day"], row["begin"]))
        if row["finish"]:
            event.add("dtend", _moment(row["day"], row["finish"]))
    else:
        event.add("dtstart", row["day"])
    event.add("location", row["place"])
    event.add("categories", [row["kind_zh"]])
    event.add("status", "TENTATIVE" if row["provisional"] else "CONFIRMED")
    if described := _described(row):
        event.add("description", described)
    return event


def _described(row: Mapping[str, Any]) -> str:
    words = {one["role"]: one["zh"] for one in row["offices"]}
    people = "、".join(f"{words[one['role']]} {one['name']}".strip() for one in row["people"])
    guests = "、".join(one["zh"] for one in row["guests"])
    moved = f"原定 {row['planned']},{row['moved_zh']}" if row["moved_zh"] else ""
    unsure = "放假安排未公布,日期可能变动" if row["provisional"] else ""
    lines = (row["theme"], people and f"值班:{people}", guests and f"列席:{guests}", moved, unsure)
    return "\n".join(filter(None, lines))


def _moment(day: dt.date, text: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(text), CHINA).astimezone(dt.UTC)
