"""
Commands that change something; each says by whom, and can be rehearsed.
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
    Reason,
    act,
    by,
    points,
)
from whistle_points.domain import Fact
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools


@points.command()
def enrol(
    member: Member,
    district: District,
    name: Annotated[str, typer.Option("--name", help="姓名 / name")] = "",
    branch: Annotated[str, typer.Option("--branch", help="支部 / party branch")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记党员 / enter a member on the roll."""
    given = {"member": member, "name": name, "branch": branch}
    act(lambda unit, _tools: handlers.put_member(unit, district, given), dry_run=dry_run, as_json=as_json)


@points.command()
def review(
    claim: Annotated[str, typer.Argument(help="申报编号 / the claim's id")],
    district: District,
    approve: Annotated[bool, typer.Option("--approve/--reject", help="通过或退回 / is it right?")],
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """审核申报 / review a claim."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        return handlers.review(
            unit,
            claim,
            scheme=district,
            approve=approve,
            hundredths=None,
            reason=reason,
            by=by(),
            rules=tools.rules,
        )[0]

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
