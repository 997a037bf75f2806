"""
``whistle points report …``: rankings and public lists that are frozen.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from whistle.files import whole_file
from whistle_points import domain, exporting, handlers
from whistle_points.cli.app import AsJson, District, DryRun, Reason, act, by, database, points, show, told
from whistle_points.domain import Report
from whistle_points.store import PointsUnit, page_of_reports
from whistle_points.tools import Tools

report = typer.Typer(
    help="冻结的排名和公开名单 / frozen rankings and public lists",
    no_args_is_help=True,
    rich_markup_mode=None,
)
points.add_typer(report, name="report")

Kind = Annotated[
    Literal["ranking", "public"], typer.Option("--kind", help="排名或公开名单 / a ranking or a public list")
]
Number = Annotated[str, typer.Argument(help="报告编号 / the report's id")]
MOST = 500


@report.command()
def freeze(
    period: Annotated[str, typer.Argument(help="期间,如 2026-Q1 / the period")],
    district: District,
    kind: Kind = "ranking",
    corrects: Annotated[
        str | None, typer.Option("--corrects", help="被更正的报告 / the edition that was wrong")
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """冻结一期的排名或公开名单 / freeze a period's ranking or public list."""

    def run(unit: PointsUnit, tools: Tools) -> Report:
        asked = handlers.Freezing(
            scheme=district, kind=kind, period=period, by=by(), corrects=corrects, reason=reason
        )
        return handlers.freeze(unit, asked, rules=tools.rules)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [f"{made.id}  {made.hash}", *_lines(made)])


@report.command("list")
def list_reports(
    district: District,
    kind: Annotated[
        Literal["ranking", "public"] | None, typer.Option("--kind", help="种类 / of which kind")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """已冻结的报告,新的在前 / what was frozen, newest first."""
    with told(), database() as found, found.read() as unit:
        rows, _ = page_of_reports(unit, scheme=district, kind=kind, after=None, limit=MOST)
        lines = [
            f"{row['period']:<8} {row['kind']:<8} 第 {row['edition']} 版 / edition  {row['id']}  {row['hash'][:12]}"
            for row in rows
        ]
        show(rows, as_json=as_json, lines=lines or ["还没有 / none yet"])


@report.command("show")
def show_report(
    number: Number,
    district: District,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写成表格 / write a spreadsheet")] = None,
    as_json: AsJson = False,
) -> None:
    """看一份报告,核对校验值 / one report, with its hash made anew; exit 1 if it differs."""
    with told(), database() as found, found.read() as unit:
        made = handlers.find_report(unit, number, scheme=district)
        whole = domain.report_digest(made) == made.hash
        if xlsx is not None:
            with whole_file(xlsx) as part:
                part.write_bytes(exporting.workbook(exporting.report_tables(made)))
        said = (
            "校验值相符 / the hash is right" if whole else "校验值不符 / the content does not give its hash"
        )
        value: dict[str, Any] = {**dataclasses.asdict(made), "ok": whole}
        show(value, as_json=as_json, lines=[*_lines(made), f"{made.hash}  {said}"])
        if not whole:
            raise typer.Exit(1)


def _lines(made: Report) -> list[str]:
    return [
        f"{row.place:>4}  {row.member}  {row.name}  {domain.points(row.tenths)}  {domain.VERDICTS[row.verdict][0]}"
        for row in made.rows
    ]
