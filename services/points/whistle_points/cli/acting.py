"""
Commands that change something; each says by whom, and can be rehearsed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any

import typer

from whistle_points import handlers
from whistle_points.cli.app import (
    AsJson,
    District,
    DryRun,
    Member,
    by,
    database,
    points,
    show,
    told,
    tools_for,
)
from whistle_points.domain import Fact
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]


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
    _act(lambda unit, _tools: handlers.put_member(unit, district, given), dry_run=dry_run, as_json=as_json)


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

    _act(run, dry_run=dry_run, as_json=as_json)


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

    _act(run, dry_run=dry_run, as_json=as_json)


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

    _act(run, dry_run=dry_run, as_json=as_json)


def _act(run: Callable[[PointsUnit, Tools], Any], *, dry_run: bool, as_json: bool) -> None:
    with told(), database() as found:
        tools = tools_for(found)
        with found.write() as unit:
            made = handlers.rehearse(unit, lambda: run(unit, tools)) if dry_run else run(unit, tools)
        done = "只试未记 / rehearsed" if dry_run else "已完成 / done"
        show(dataclasses.asdict(made), as_json=as_json, lines=[done])
