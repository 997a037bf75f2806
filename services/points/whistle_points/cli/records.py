"""
``whistle points records …``: what a member's file says beside points.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from whistle_points import domain, handlers
from whistle_points.cli.app import (
    After,
    AsJson,
    District,
    DryRun,
    Limit,
    Member,
    Reason,
    act,
    by,
    checked,
    points,
    show_rows,
)
from whistle_points.schemas.records import RecordBody, RecordSchema, WithdrawBody
from whistle_points.store import PointsUnit
from whistle_points.store import records as table
from whistle_points.tools import Tools

records = typer.Typer(help="个人档案(五有) / members' files", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(records, name="records")

Part = Literal["duty", "training", "support", "career", "honours"]
PART_HELP = "职责 duty、培训 training、支撑 support、出路 career、奖惩 honours"


@records.command("list")
def list_records(
    district: District,
    member: Annotated[str | None, typer.Option("--member", help="党员编号 / of one member")] = None,
    part: Annotated[Part | None, typer.Option("--part", help=PART_HELP)] = None,
    limit: Limit = 50,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """档案记录,新的在前 / records, newest first."""
    show_rows(
        table,
        {"scheme": district, "member": member, "part": part},
        answer=RecordSchema,
        line=lambda row: (
            f"{row['id']}  {row['day']}  {row['member']}  {domain.RECORD_PARTS[row['part']][0]}  {row['title']}"
            + ("" if row["state"] == "standing" else f"  (已撤回 / withdrawn: {row['reason']})")
        ),
        limit=limit,
        after=after,
        as_json=as_json,
    )


@records.command("add")
def add_record(
    member: Member,
    title: Annotated[str, typer.Argument(help="内容 / what")],
    district: District,
    part: Annotated[Part, typer.Option("--part", help=PART_HELP)],
    day: Annotated[str, typer.Option("--day", help="日期,如 2026-03-01 / on which day")],
    detail: Annotated[str, typer.Option("--detail", help="说明 / more about it")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """记入个人档案 / enter something into a member's file."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = {"member": member, "part": part, "day": day, "title": title, "detail": detail}
        return handlers.record(unit, district, checked(RecordBody, given), by=by())

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [made.id], answer=RecordSchema)


@records.command("withdraw")
def withdraw(
    record: Annotated[str, typer.Argument(help="记录编号 / the record's id")],
    district: District,
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """撤回一条记录,留痕 / withdraw a record; it stays, with the reason."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = checked(WithdrawBody, {"reason": reason})
        return handlers.withdraw_record(unit, record, scheme=district, by=by(), **given)

    act(run, dry_run=dry_run, as_json=as_json, answer=RecordSchema)
