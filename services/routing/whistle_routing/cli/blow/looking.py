"""
Listing whistles, showing one, and publishing a month.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from whistle.contracts.plugin import LEVELS
from whistle_routing.cli.blow.arguments import STATE_WORDS, Ident, blow, find_whistle, line, print_whistle
from whistle_routing.cli.opening import AsJson, District, opened, print_json, reading
from whistle_routing.handlers.whistling.publishing import publish_month
from whistle_routing.publications import CLASS_WORDS, percent, write_publication
from whistle_routing.schemas.whistles import Publication, WhistlePage
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools


@blow.command("list")
def list_whistles(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "",
    case_no: Annotated[str, typer.Option("--case", help="受理编号 / of one case")] = "",
    state: Annotated[str, typer.Option("--state", help=f"状态 / one of {', '.join(STATE_WORDS)}")] = "",
    class_: Annotated[str, typer.Option("--class", help=f"类别 / one of {', '.join(LEVELS)}")] = "",
    after: Annotated[str, typer.Option("--after", help="在此之后 / behind the whistle of this id")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出哨令,先吹的在前 / list whistles, the oldest first."""
    with reading() as unit:
        found = unit.list_whistles(
            reach=Reach(districts=[district] if district else None),
            state=state or None,
            whistle_class=class_ or None,
            case_no=case_no or None,
            after=after,
            limit=limit,
        )
    if as_json:
        following = found[-1].id if len(found) == limit else None
        print_json(WhistlePage().dump({"whistles": found, "next": following}))
        return
    for one in found:
        print(line(one))


@blow.command()
def show(ident: Ident, as_json: AsJson = False) -> None:
    """一道哨令:各单位、会商与每一步 / a whistle with everybody and every step."""
    with reading() as unit:
        found = find_whistle(unit, ident)
        print_whistle(unit, found, as_json=as_json, steps=True)
        if not as_json:
            for step in unit.steps_of(found.case_no):
                print(
                    f"  {step.at.astimezone():%m-%d %H:%M} {step.kind:<20} {step.party or '':<24} {step.by or ''}"
                )


@blow.command()
def publication(
    district: District,
    month: Annotated[str, typer.Argument(help="月份 / month, e.g. 2026-11")],
    out: Annotated[Path | None, typer.Option("--out", help="写成 .csv 或 .xlsx / write a sheet")] = None,
    as_json: AsJson = False,
) -> None:
    """每月公布应哨与未应哨 / what is published of a month: who came, and who did not."""
    with opened() as here, here.database.read() as unit:
        tools = Tools.made(here.settings, database=here.database, clock=here.database.clock)
        published = publish_month(unit, district, month, tools=tools)
    if out is not None:
        write_publication(published, out)
    if as_json:
        print_json(Publication().dump(published))
    elif out is not None:
        print(f"{out}")
    else:
        _print_published(published)


def _print_published(published: dict[str, Any]) -> None:
    for name, counts in published["whistles"].items():
        said = "  ".join(f"{key} {value}" for key, value in counts.items())
        print(f"{CLASS_WORDS[name][0]}/{name}: {said}")
    for row in published["rows"]:
        score = "-" if row["score"] is None else row["score"]
        print(
            f"{row['party']:<24} {row['whistle_class']:<7} 应到 {row['called']} 按时 {row['in_time']} "
            f"逾期 {row['late']} 未办 {row['never']} 在办 {row['open']} 撤离 {row['released']} "
            f"退回 {row['returned']} 否决 {row['vetoed']} 应哨率 {percent(row['answered']) or '-'} 分 {score}"
        )
