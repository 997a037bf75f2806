"""
A plan from TOML: the ``[calendar]`` table of a district's pack, or a city's own file.

    [calendar]
    confirmed_through = 2027-12-28                    # 放假安排已公布到哪一天
    day_end = "close"                                 # close 下班时止, midnight 24 时止
    sessions = ["08:30-12:00", "13:30-17:30"]         # 作息时间

    [[calendar.hours]]                                # 自某日起改用的作息时间
    since = 2027-05-01
    sessions = ["08:00-12:00", "15:00-18:00"]

    [[calendar.days]]                                 # 本地的放假或上班
    date = 2027-03-20
    until = 2027-03-22                                # 可省略 / may be left out
    working = false
    name = "古尔邦节"
    name_en = "Corban Festival"                       # 可省略 / may be left out
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from whistle.calendar.calendar import FIRST, LAST
from whistle.calendar.days import Source
from whistle.calendar.plan import DAY_ENDS, DayEnd, Hours, Plan, PlanDay, Session
from whistle.errors import Misconfigured

if TYPE_CHECKING:
    from whistle.plugins.complaints import Complaints, Row

_HEAD = ("confirmed_through", "day_end", "sessions", "hours", "days")
_HOURS = ("since", "sessions")
_DAYS = ("date", "until", "working", "name", "name_en")
_SESSION = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")


def read_calendar_file(file: Path) -> Plan:
    """
    A city's calendar file.

    Raises:
        Misconfigured: it cannot be read, or with every mistake in one line; ``detail["problems"]`` holds them one by one.
    """
    from whistle.plugins.complaints import (
        Complaints,
    )  # only here: the packs' tables themselves read calendars

    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(
            f"日历文件 {file} 无法读取:{error}", f"the calendar file {file} cannot be read"
        ) from None
    check = Complaints(file.name)
    for key in raw:
        if key != "calendar":
            check.wrong("top level", key, "未知的表(可用: calendar)", "unknown table (known: calendar)")
    plan = read_plan(check, raw, source="city")
    if check.problems:
        listed = "; ".join(str(problem) for problem in check.problems)
        raise Misconfigured(
            f"日历文件有 {len(check.problems)} 处错误: {listed}",
            f"{len(check.problems)} mistake(s) in the calendar file, listed before",
            problems=[problem.to_json() for problem in check.problems],
        )
    return plan


def read_plan(check: Complaints, raw: Row, *, source: Source) -> Plan:
    """The plan in the table ``calendar`` of ``raw``; mistakes are noted in ``check``."""
    head = check.table(raw, "calendar")
    _known(check, head, "[calendar]", _HEAD)
    hours = [_hours(check, rule, row) for rule, row in _rows(check, head, "hours", _HOURS)]
    if "sessions" in head:
        hours.insert(0, Hours(since=FIRST, sessions=_sessions(check, head, "[calendar]")))
    check.once("calendar.hours", "since", [str(one.since) for one in hours])
    return Plan(
        days=tuple(_day(check, rule, row, source) for rule, row in _rows(check, head, "days", _DAYS)),
        hours=tuple(sorted(hours, key=lambda one: one.since)),
        confirmed_through=_date(check, head, "confirmed_through", "[calendar]", optional=True),
        day_end=cast("DayEnd | None", check.choice(head, "day_end", "[calendar]", DAY_ENDS)),
    )


def _hours(check: Complaints, rule: str, row: Row) -> Hours:
    since = _date(check, row, "since", rule) or FIRST
    return Hours(since=since, sessions=_sessions(check, row, rule))


def _day(check: Complaints, rule: str, row: Row, source: Source) -> PlanDay:
    first = _date(check, row, "date", rule) or FIRST
    last = _date(check, row, "until", rule, optional=True) or first
    if not 0 <= (last - first).days <= 366:
        check.wrong(
            f"{rule} until",
            last,
            "不应早于 date,也不应晚于一年",
            "must not be before date, nor more than a year after",
        )
    working = row.get("working")
    if not isinstance(working, bool):
        check.wrong(
            f"{rule} working",
            working,
            "应为 true(上班)或 false(放假)",
            "must be true (worked) or false (off)",
        )
    name = check.text(row, "name", rule)
    return PlanDay(
        first=first,
        last=max(first, last),
        working=bool(working),
        zh=name,
        en=check.text(row, "name_en", rule, optional=True) or name,
        source=source,
    )


def _sessions(check: Complaints, row: Row, rule: str) -> tuple[Session, ...]:
    """Sessions in order, without overlap; one at least."""
    texts = check.texts(row, "sessions", rule)
    read: list[Session] = []
    for text in texts:
        found = _SESSION.fullmatch(text.strip())
        hours = [int(part) for part in found.groups()] if found else [0, 0, 0, 0]
        begin, end = (hours[0] * 60 + hours[1]) * 60, (hours[2] * 60 + hours[3]) * 60
        if not (begin < end <= 86400 and (not read or read[-1][1] <= begin)):
            check.wrong(
                f"{rule} sessions",
                text,
                '应为 "08:30-12:00" 的形式,止晚于起,且在前一段之后',
                'must look like "08:30-12:00", end after it begins, and lie behind the one before',
            )
            continue
        read.append((begin, end))
    if not texts:
        check.wrong(f"{rule} sessions", "none", "至少一段工作时间", "at least one session is needed")
    return tuple(read)


def _date(check: Complaints, row: Row, key: str, rule: str, *, optional: bool = False) -> dt.date | None:
    value = row.get(key)
    if value is None and optional:
        return None
    read = _read_date(value)
    if read is not None and FIRST <= read <= LAST:
        return read
    check.wrong(
        f"{rule} {key}",
        value,
        f"应为 {FIRST} 至 {LAST} 间的日期,如 2027-05-01",
        f"must be a date from {FIRST} to {LAST}, like 2027-05-01",
    )
    return None


def _read_date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, dt.date) else None


def _rows(check: Complaints, head: Row, name: str, columns: Collection[str]) -> Iterator[tuple[str, Row]]:
    value = head.get(name, [])
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        check.wrong(f"[[calendar.{name}]]", value, "应为表的数组", "must be an array of tables")
        return
    for number, row in enumerate(value, start=1):
        label = row.get("date") or row.get("since") or ""
        rule = f"calendar.{name}[{number}] {label}".strip()
        _known(check, row, rule, columns)
        yield rule, row


def _known(check: Complaints, row: Row, rule: str, columns: Collection[str]) -> None:
    for column in row:
        if column not in columns:
            words = ", ".join(columns)
            check.wrong(rule, column, f"未知的列(可用: {words})", f"unknown column (known: {words})")
