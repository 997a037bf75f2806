"""
``whistle points grids …``: monthly scores of grids, their evaluation and what it earns them (奖补).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from whistle.errors import Invalid
from whistle.files import whole_file
from whistle_points import domain, exporting, handlers
from whistle_points.cli.app import (
    After,
    AsJson,
    District,
    DryRun,
    Limit,
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
from whistle_points.domain.grids import GridEvaluation
from whistle_points.schemas.grids import (
    EvaluateBody,
    EvaluationLine,
    EvaluationSchema,
    ScoreList,
    ScoresAnswer,
    ScoresBody,
    ScoresQuery,
)
from whistle_points.store import PointsUnit
from whistle_points.store.tables import grid_evaluations
from whistle_points.tools import Tools

grids = typer.Typer(help="网格评定与奖补 / evaluation of grids", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(grids, name="grids")

Month = Annotated[str, typer.Argument(help="月份,如 2026-03 / the month")]


@grids.command()
def scores(month: Month, district: District, as_json: AsJson = False) -> None:
    """一个月已录的分数和还缺的 / what was entered for a month, and what is missing."""
    with told(), database() as found, found.read() as unit:
        asked = checked(ScoresQuery, {"period": month})
        value = handlers.scores_and_missing(unit, district, asked["period"], rules=tools_for(found).rules)
        entered = [
            f"{grid}  " + "  ".join(f"{item} {domain.points(tenths)}" for item, tenths in sorted(row.items()))
            for grid, row in sorted(value["scores"].items())
        ]
        missing = [f"缺 / missing  {grid}  {item}" for grid, item in value["missing"]]
        show(ScoreList().dump(value), as_json=as_json, lines=[*entered, *missing] or ["没有 / none"])


@grids.command()
def enter(
    month: Month,
    district: District,
    given: Annotated[
        list[str] | None,
        typer.Option("--score", help="网格:项目=分数,可重复 / grid:item=points, may be repeated"),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--csv", help="表格,首行 grid,项目… / a table, first line grid,item…")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """录入或更正一个月的分数,评定之前 / enter or change scores of a month, until it is evaluated."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        rows = [_score(one) for one in given or []]
        body = checked(ScoresBody, {"period": month, "scores": rows, "csv": _text(sheet) if sheet else None})
        if not rows and not body["csv"].strip():
            raise Invalid("没有分数:用 --score 或 --csv 给出", "no scores: give --score or --csv")
        entries = handlers.entries_of(body["scores"], body["csv"])
        changed = handlers.enter_scores(
            unit,
            scheme=district,
            period=body["period"],
            entries=entries,
            by=by(),
            rules=tools.rules,
            tree=tools.places(district),
        )
        return {"changed": changed}

    def lines(made: Any) -> list[str]:
        return [f"{made['changed']} 个分数有变 / score(s) are new or other than before"]

    act(run, dry_run=dry_run, as_json=as_json, lines=lines, answer=ScoresAnswer, district=district)


@grids.command()
def evaluate(month: Month, district: District, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """评定一个已经结束的月份,一次 / evaluate a month that is over, once."""

    def run(unit: PointsUnit, tools: Tools) -> GridEvaluation:
        period = checked(EvaluateBody, {"period": month})["period"]
        return handlers.evaluate_grids(unit, scheme=district, period=period, by=by(), rules=tools.rules)

    act(run, dry_run=dry_run, as_json=as_json, lines=_lines, answer=EvaluationSchema)


@grids.command("list")
def list_evaluations(
    district: District, limit: Limit = 50, after: After = None, as_json: AsJson = False
) -> None:
    """已评定的月份,新的在前 / evaluations, newest first."""
    show_rows(
        grid_evaluations,
        {"scheme": district},
        answer=EvaluationLine,
        line=lambda row: f"{row['id']}  {row['period']}  {row['made_by']}  {row['hash'][:12]}",
        limit=limit,
        after=after,
        as_json=as_json,
    )


@grids.command("show")
def show_evaluation(
    number: Annotated[str, typer.Argument(help="评定编号 / the evaluation's id")],
    district: District,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写成表格 / write a spreadsheet")] = None,
    as_json: AsJson = False,
) -> None:
    """一次评定和奖补名单 / one evaluation with what each grid gets."""
    with told(), database() as found, found.read() as unit:
        made = handlers.find_evaluation(unit, number, scheme=district)
        if xlsx is not None:
            with whole_file(xlsx) as part:
                part.write_bytes(exporting.workbook(exporting.evaluation_tables(made)))
        show(EvaluationSchema().dump(made), as_json=as_json, lines=[*_lines(made), made.hash])


def _lines(made: GridEvaluation) -> list[str]:
    rows = [
        f"{row.place:>4}  {row.grid}  {domain.points(row.tenths):>6}  {row.title}  {f'{row.yuan} 元' if row.yuan else ''}".rstrip()
        for row in made.rows
    ]
    return [f"{made.id}  {made.period}", *rows]


def _score(text: str) -> dict[str, Any]:
    """``maxian-1:patrol=28.5`` as a row. Raises Invalid."""
    where, _, worth = text.rpartition("=")
    grid, _, item = (part.strip() for part in where.rpartition(":"))
    try:
        if not (grid and item):
            raise ValueError(text)
        return {"grid": grid, "item": item, "tenths": domain.tenths_of(worth)}
    except ValueError:
        raise Invalid(
            f"--score {text}:应为 网格:项目=分数,如 maxian-1:patrol=28.5",
            f"--score {text}: grid:item=points is wanted, e.g. maxian-1:patrol=28.5",
        ) from None


def _text(sheet: Path) -> str:
    try:
        return sheet.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            f"无法读取 {sheet}(应为 UTF-8 的 CSV):{error}", f"cannot read {sheet} (CSV in UTF-8): {error}"
        ) from None
