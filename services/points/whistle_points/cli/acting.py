"""
Commands that change something; each says by whom, and can be rehearsed.
"""

from __future__ import annotations

from dataclasses import dataclass
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
from whistle_points.domain.cards import card_path
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


@dataclass(frozen=True)
class _Card:
    member: str
    link: str


@points.command()
def card(
    member: Member,
    district: District,
    renew: Annotated[
        bool, typer.Option("--renew", help="换新码,旧码作废 / a new one; it ends the old")
    ] = False,
    at: Annotated[
        str, typer.Option("--at", help="平台网址,如 https://whistle.example / the platform's address")
    ] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """党员码:本人手机打开一次,以后扫活动签到码即知是谁 / a member's card, to be opened once on the member's phone."""

    def run(unit: PointsUnit, tools: Tools) -> _Card:
        text = handlers.hand_out_card(unit, district, member, secret=tools.secret, renew=renew)
        return _Card(member, f"{at.rstrip('/')}{card_path(text)}")

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [made.link])


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
