"""
``whistle calendar show|check``: which days are worked here, why, and until when that is certain.

Mistakes go to standard error; ``check`` exits with 1 when something needs somebody's attention.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from whistle.calendar.calendar import FIRST, LAST, Calendar
from whistle.calendar.checking import Remark, examine_calendar
from whistle.calendar.days import CHINA, WEEKDAYS_EN, WEEKDAYS_ZH, Day
from whistle.calendar.loading import calendar_of, city_plan
from whistle.calendar.plan import NO_PLAN, Plan
from whistle.clock import SystemClock
from whistle.errors import Invalid
from whistle.plugins.loader import load_packs
from whistle.settings import load_settings

app = typer.Typer(
    help="工作日历 / which days are worked: show, check",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
District = Annotated[
    str,
    typer.Option("--district", help="区县,不给则只看全国与全市 / a district; without, country and city only"),
]

_KINDS = {
    "workday": ("工作", "work"),
    "weekend": ("周末", "weekend"),
    "holiday": ("放假", "off"),
    "make_up": ("调休上班", "make-up"),
}


@app.command()
def show(
    month: Annotated[
        str, typer.Argument(help="哪个月,如 2026-10,缺省为本月 / which month, by default this one")
    ] = "",
    district: District = "",
    as_json: AsJson = False,
) -> None:
    """一个月的每一天,以及确认到何时 / the days of a month, and until when they are certain."""
    first, last = _month(month)
    calendar = calendar_of(*_plans(district))
    days = [calendar.day(dt.date.fromordinal(at)) for at in range(first.toordinal(), last.toordinal() + 1)]
    if as_json:
        head = {
            "version": calendar.version,
            "source": calendar.source,
            "confirmed_through": str(calendar.confirmed_through),
            "day_end": calendar.day_end,
        }
        print(json.dumps({**head, "days": [_row(day) for day in days]}, ensure_ascii=False))
        return
    for day in days:
        print(_line(day))
    for line in _foot(calendar, days):
        print(line)


@app.command()
def check(district: District = "", as_json: AsJson = False) -> None:
    """检查全市日历文件与各区的日历 / check the city's calendar file and the districts' calendars."""
    today = SystemClock().now().astimezone(CHINA).date()
    city = city_plan(load_settings())
    packs = load_packs([district] if district else None)
    found: list[tuple[str, Remark]] = []
    for name, plan in {"*": NO_PLAN, **{name: pack.tables.calendar for name, pack in packs.items()}}.items():
        remarks = examine_calendar(calendar_of(city, plan), today)
        found += [(name, remark) for remark in remarks if ("*", remark) not in found]
    if as_json:
        print(json.dumps([{"district": name, **vars(remark)} for name, remark in found], ensure_ascii=False))
    for name, remark in found if not as_json else ():
        typer.echo(f"{name}: {remark.zh} / {remark.en}", err=True)
    if not found and not as_json:
        print("没有发现问题 / no problem found")
    raise typer.Exit(1 if found else 0)


def _plans(district: str) -> tuple[Plan, Plan]:
    city = city_plan(load_settings())
    return city, load_packs([district])[district].tables.calendar if district else NO_PLAN


def _month(text: str) -> tuple[dt.date, dt.date]:
    """The first and last day of a month."""
    today = SystemClock().now().astimezone(CHINA).date()
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text or f"{today:%Y-%m}")
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (FIRST.year <= year <= LAST.year and 1 <= month <= 12):
        raise Invalid(
            f"月份 {text!r} 应写作 2026-10,在 {FIRST.year} 至 {LAST.year} 年之间",
            f"month {text!r} must look like 2026-10, from {FIRST.year} to {LAST.year}",
        )
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return dt.date(year, month, 1), following - dt.timedelta(days=1)


def _row(day: Day) -> dict[str, object]:
    return {**vars(day), "date": str(day.date)}


def _line(day: Day) -> str:
    at = day.date.weekday()
    kind = _KINDS[day.kind]
    name = f"  {day.zh} / {day.en}" if day.source != "week" else ""
    unsure = "" if day.confirmed else "  (未公布 / not announced)"
    return f"{day.date} {WEEKDAYS_ZH[at]} {WEEKDAYS_EN[at]}  {kind[0]} / {kind[1]}{name}{unsure}"


def _foot(calendar: Calendar, days: Sequence[Day]) -> Iterator[str]:
    worked = sum(day.working for day in days)
    own = [day for day in days if day.source in ("city", "district")]
    hours = ", ".join(
        f"{begin // 3600:02d}:{begin % 3600 // 60:02d}-{end // 3600:02d}:{end % 3600 // 60:02d}"
        for begin, end in calendar.sessions(days[0].date)
    )
    yield f"工作日 {worked} 天,本地另定 {len(own)} 天 / {worked} working days, {len(own)} set locally"
    yield f"作息 / hours: {hours}; 期限止于 / deadlines end at: {calendar.day_end}"
    yield (
        f"已确认至 / confirmed through: {calendar.confirmed_through}; 来源 / from: {calendar.source}; "
        f"版本 / version: {calendar.version}"
    )
