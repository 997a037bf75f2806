"""
``whistle district sittings``: who sits where and when in a month; also as a calendar file, and the link to subscribe to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from whistle.auth import Tokens
from whistle.calendar.days import WEEKDAYS_EN, WEEKDAYS_ZH
from whistle.calendar.loading import calendar_of, city_plan
from whistle.files import whole_file
from whistle.settings import with_secret
from whistle_routing.api.sittings import feed_path
from whistle_routing.cli.district import district
from whistle_routing.cli.opening import AsJson, District, opened, print_json
from whistle_routing.handlers.organisation.sittings import read_month, sittings_of
from whistle_routing.organisation.feed import as_calendar
from whistle_routing.organisation.known import today


@district.command("sittings")
def list_sittings(
    name: District,
    month: Annotated[str, typer.Option("--month", help="哪个月,如 2026-11,缺省为本月 / which month")] = "",
    only: Annotated[str, typer.Option("--only", help="只列这一项 / only this row's, by its id")] = "",
    ics: Annotated[Path | None, typer.Option("--ics", help="写成日历文件 / write a calendar file")] = None,
    link: Annotated[
        bool, typer.Option("--link", help="打印可订阅的日历地址 / print the link to subscribe to")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """列出一个月的坐班、接访、开箱、走访与例会 / list the sittings of a month, as the pack, the calendar and the tree have it."""
    with opened() as here, here.database.read() as unit:
        tables = here.pack(name).tables
        calendar = calendar_of(city_plan(here.settings), tables.calendar)
        found = sittings_of(
            here.organisations(name).get(unit, name),
            [row for row in tables.sittings if only in ("", row.id)],
            read_month(month, today(unit)),
            calendar=calendar,
        )
        now, tokens = unit.now, Tokens(with_secret(here.settings), here.database.clock)
    if link:
        print(feed_path(tokens, name))
        return
    if ics is not None:
        with whole_file(ics, mode=0o644) as part:
            part.write_bytes(as_calendar(found, district=name, name=f"{tables.name}坐班日历", now=now))
        print(f"{ics}: {len(found)} 次 / sittings")
        return
    if as_json:
        print_json(found)
        return
    for row in found:
        print(_line(row))
    moved = sum(row["planned"] != row["day"] for row in found)
    print(
        f"共 {len(found)} 次,因休息日顺延 {moved} 次 / {len(found)} in all, {moved} moved because of days off"
    )


def _line(row: dict[str, Any]) -> str:
    at = row["day"].weekday()
    time = "-".join(one for one in (row["begin"], row["finish"]) if one)
    who = "、".join([*(one["zh"] for one in row["offices"]), *(one["zh"] for one in row["guests"])])
    moved = f"  (原 {row['planned']} {row['moved_zh']} / from {row['planned']})" if row["moved_zh"] else ""
    unsure = "  (假期未公布 / not announced)" if row["provisional"] else ""
    return (
        f"{row['day']} {WEEKDAYS_ZH[at]} {WEEKDAYS_EN[at]} {time:<11} {row['kind_zh']} {row['name']} · "
        f"{row['node_name']}  {who}{moved}{unsure}"
    )
