"""
Commands that change something; each says by whom, and can be rehearsed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from whistle_points import handlers
from whistle_points.cli.app import (
    AsJson,
    District,
    DryRun,
    Member,
    Reason,
    act,
    by,
    checked,
    points,
)
from whistle_points.domain import Fact
from whistle_points.schemas.accounts import MemberBody
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


@points.command()
def enrol(
    member: Member,
    district: District,
    name: Annotated[str | None, typer.Option("--name", help="姓名 / name")] = None,
    branch: Annotated[str | None, typer.Option("--branch", help="支部 / party branch")] = None,
    grid: Annotated[str | None, typer.Option("--grid", help="网格编码 / code of the grid")] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", help="群体,可重复 / groups, may be repeated")
    ] = None,
    state: Annotated[
        Literal["active", "blocked", "left"] | None, typer.Option("--state", help="在册、冻结、转出 / state")
    ] = None,
    exempt_until: Annotated[
        str | None,
        typer.Option("--exempt-until", help="免服务小时要求至,如 2026-12-31 / exempt from hours until"),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="理由 / why")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记或修改党员,没有写的不变 / enter a member or change what is given."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        given = {
            "member": member,
            "name": name,
            "branch": branch,
            "grid": grid,
            "groups": group or None,
            "state": state,
            "exempt_until": exempt_until,
            "reason": reason,
        }
        return handlers.put_member(unit, district, checked(MemberBody, given))

    act(run, dry_run=dry_run, as_json=as_json)


@points.command()
def publish(
    period: Annotated[str, typer.Argument(help="期间,如 2026-03 / the period")],
    district: District,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """公示一期积分 / make a period's list public."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        return handlers.publish(
            unit, scheme=district, period=period, by=by(), rules=tools.rules, working=tools.working
        )

    act(run, dry_run=dry_run, as_json=as_json)


@points.command()
def reverse(
    transfer: Annotated[str, typer.Argument(help="流水编号 / the transfer's id")],
    district: District,
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """冲正一笔流水 / take a transfer back, once."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        fact = Fact(scheme=district, cause=f"user:{by()}", effective_at=unit.now, recorded_at=unit.now)
        book = unit.book(district)
        return handlers.reverse_once(unit, book, transfer, fact=fact, reason=reason, rules=tools.rules)

    act(run, dry_run=dry_run, as_json=as_json)
