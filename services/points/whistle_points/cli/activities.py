"""
``whistle points activities …``: planned, joined, attended, confirmed.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from whistle.errors import Invalid
from whistle_points import domain, handlers
from whistle_points.cli.app import (
    After,
    AsJson,
    District,
    DryRun,
    Limit,
    Member,
    act,
    by,
    checked,
    database,
    points,
    show,
    show_rows,
    told,
    tools_for,
)
from whistle_points.schemas.activities import (
    ActivityBody,
    ActivitySchema,
    CheckInBody,
    ConfirmBody,
    SignupBody,
    SignupSchema,
)
from whistle_points.store import PointsUnit
from whistle_points.store import activities as table
from whistle_points.tools import Tools

activities = typer.Typer(help="活动 / activities", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(activities, name="activities")

Activity = Annotated[str, typer.Argument(help="活动编号 / the activity's id")]
_TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@activities.command("list")
def list_activities(
    district: District,
    state: Annotated[
        Literal["planned", "cancelled", "closed"] | None, typer.Option("--state", help="状态 / state")
    ] = None,
    limit: Limit = 50,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """活动列表,新的在前 / activities, newest first."""
    show_rows(
        table,
        {"scheme": district, "state": state},
        answer=ActivitySchema,
        line=lambda row: (
            f"{row['id']}  {row['state']:<8}  {row['starts_at'].astimezone(domain.CHINA):%Y-%m-%d %H:%M}  {row['title']}"
        ),
        limit=limit,
        after=after,
        as_json=as_json,
    )


@activities.command()
def plan(
    title: Annotated[str, typer.Argument(help="名称 / title")],
    district: District,
    item: Annotated[str, typer.Option("--item", help="积分项目 / the scoring item")],
    starts: Annotated[
        dt.datetime, typer.Option("--starts", formats=_TIMES, help="开始,北京时间 / in China's time")
    ],
    ends: Annotated[dt.datetime, typer.Option("--ends", formats=_TIMES, help="结束 / end")],
    kind: Annotated[
        str, typer.Option("--kind", help="类别,如 volunteer-day、night-patrol / kind")
    ] = "volunteer",
    place: Annotated[str, typer.Option("--place", help="地点 / place")] = "",
    capacity: Annotated[int | None, typer.Option("--capacity", help="名额 / how many may come")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """计划活动 / plan an activity."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        given = {
            "kind": kind,
            "title": title,
            "item": item,
            "place": place,
            "starts_at": starts.replace(tzinfo=domain.CHINA).isoformat(),
            "ends_at": ends.replace(tzinfo=domain.CHINA).isoformat(),
            "capacity": capacity,
        }
        return handlers.plan(unit, district, checked(ActivityBody, given), by=by(), rules=tools.rules)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [made.id], answer=ActivitySchema)


@activities.command()
def signups(activity: Activity, district: District, as_json: AsJson = False) -> None:
    """报名名单 / who signed up."""
    with told(), database() as found, found.read() as unit:
        rows = handlers.everyone(unit, handlers.find_activity(unit, activity, scheme=district))
        value = SignupSchema().dump(rows, many=True)
        show(value, as_json=as_json, lines=_lines(rows) or ["没有 / none"])


@activities.command()
def join(
    activity: Activity, member: Member, district: District, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """报名,满员则候补 / sign up; who comes when all places are taken waits."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = checked(SignupBody, {"member": member})
        return handlers.join(unit, activity, scheme=district, **given)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: _lines([made]), answer=SignupSchema)


@activities.command()
def leave(
    activity: Activity, member: Member, district: District, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """取消报名 / give a place up."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        return handlers.leave(unit, activity, member, scheme=district)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: _lines([made]), answer=SignupSchema)


@activities.command()
def code(activity: Activity, district: District) -> None:
    """此刻的签到码 / the check-in code of this moment."""
    with told(), database() as found, found.read() as unit:
        one = handlers.find_activity(unit, activity, scheme=district)
        typer.echo(domain.activities.checkin_code(tools_for(found).secret, one.id, unit.now))


@activities.command("check-in")
def check_in(
    activity: Activity,
    member: Member,
    district: District,
    shown: Annotated[str, typer.Option("--code", help="现场出示的码 / the code that is shown there")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """签到,再一次为签退 / come, and the second time go."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        given = checked(CheckInBody, {"member": member, "code": shown})
        return handlers.check_in(unit, activity, scheme=district, secret=tools.secret, **given)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: _lines([made]), answer=SignupSchema)


@activities.command()
def confirm(
    activity: Activity,
    district: District,
    present: Annotated[
        list[str] | None,
        typer.Option(
            "--present",
            help="纸质名单一行:编号=分钟,或只写编号(按签到签退) / of the paper list: number=minutes, or the number alone",
        ),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--csv", help="纸质名单:每行 编号,分钟 / the paper list: number,minutes")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """确认到场时长,没有写的按核验过的签到签退 / confirm who was there; who is not named counts by a proven check-in."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        lines = [*(one.partition("=")[::2] for one in present or []), *(_read(sheet) if sheet else [])]
        given = [{"member": member.strip(), "minutes": minutes.strip() or None} for member, minutes in lines]
        listed = checked(ConfirmBody, {"present": given})["present"]
        minutes = {one["member"]: one["minutes"] for one in listed}
        made = handlers.confirm(unit, activity, minutes, scheme=district, by=by())
        everybody = handlers.everyone(unit, handlers.find_activity(unit, activity, scheme=district))
        for one in handlers.unproven(everybody):
            typer.echo(
                f"{one.member} 只凭编号签到,未计入;现场核对后用 --present {one.member} / by number alone, not counted: --present",
                err=True,
            )
        return made

    act(run, dry_run=dry_run, as_json=as_json, lines=_lines, answer=SignupSchema)


def _read(sheet: Path) -> list[tuple[str, str]]:
    try:
        with sheet.open(encoding="utf-8-sig", newline="") as opened:
            rows = [row for row in csv.reader(opened) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"无法读取 {sheet}:{error}", f"cannot read {sheet}: {error}") from None
    for number, row in enumerate(rows, start=1):
        if len(row) < 2:
            raise Invalid(
                f"{sheet} 第 {number} 行应为 编号,分钟", f"{sheet}, row {number}: number,minutes is wanted"
            )
    return [(row[0], row[1]) for row in rows]


def _lines(rows: list[domain.Signup]) -> list[str]:
    return [
        f"{one.place:>4}  {one.state:<8} {one.member}  {_clock(one.came_at)}–{_clock(one.went_at)}  "
        f"{'' if one.minutes is None else f'{one.minutes} min'}"
        for one in rows
    ]


def _clock(at: dt.datetime | None) -> str:
    return f"{at.astimezone(domain.CHINA):%H:%M}" if at else ""
