"""
``whistle points skills …``: who can do what, and who of them is nearest.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from whistle_points import handlers
from whistle_points.cli.app import (
    AsJson,
    District,
    DryRun,
    Member,
    act,
    by,
    checked,
    database,
    points,
    show,
    told,
    tools_for,
)
from whistle_points.schemas.activities import SkillBody, SkillQuery, SkillSchema
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

skills = typer.Typer(help="专业特长 / skills", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(skills, name="skills")

What = Annotated[str, typer.Argument(help="特长,如 水电 / the skill")]


@skills.command()
def enter(
    member: Member,
    skill: What,
    district: District,
    proof: Annotated[str, typer.Option("--proof", help="证明,如 电工证 / what shows it")] = "",
    until: Annotated[str | None, typer.Option("--until", help="有效至,如 2027-12-31 / valid until")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记一项特长 / enter what a member can do."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = {"member": member, "skill": skill, "proof": proof, "valid_until": until}
        return handlers.put_skill(unit, district, checked(SkillBody, given), by=by())

    act(run, dry_run=dry_run, as_json=as_json)


@skills.command("who")
def who_can(
    skill: What,
    district: District,
    near: Annotated[str | None, typer.Option("--near", help="网格或小区编码 / near which node")] = None,
    grid: Annotated[str | None, typer.Option("--grid", help="只在其内 / only in this one")] = None,
    as_json: AsJson = False,
) -> None:
    """附近谁会,近的在前 / who nearby can do this, nearest first."""
    with told(), database() as found:
        asked = checked(SkillQuery, {"skill": skill, "near": near, "grid": grid})
        places = tools_for(found).places(district)
        with found.read() as unit:
            rows = handlers.who_can(unit, scheme=district, places=places, **asked)
        lines = [
            f"{_steps(row)}{row['member']}  {row['name']}  {row['grid'] or '-'}  {row['proof']}".rstrip()
            for row in rows
        ]
        show(SkillSchema().dump(rows, many=True), as_json=as_json, lines=lines or ["没有 / none"])


def _steps(row: Any) -> str:
    if "steps" not in row:
        return ""
    return f"{'远 / far' if row['steps'] is None else row['steps']:>8}  "
