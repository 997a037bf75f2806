"""
``whistle points claims …``: what was claimed, and what somebody else finds.
"""

from __future__ import annotations

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
    Reason,
    act,
    by,
    checked,
    points,
    show_rows,
)
from whistle_points.cli.evidence import evidence_of
from whistle_points.schemas.claims import ClaimBody, ClaimSchema, ReviewAnswer, ReviewBody
from whistle_points.store import PointsUnit
from whistle_points.store import claims as table
from whistle_points.tools import Tools

claims = typer.Typer(help="申报 / claims", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(claims, name="claims")


@claims.command("list")
def list_claims(
    district: District,
    state: Annotated[
        Literal["submitted", "approved", "rejected"] | None, typer.Option("--state", help="状态 / state")
    ] = None,
    member: Annotated[str | None, typer.Option("--member", help="党员编号 / of one member")] = None,
    limit: Limit = 50,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """申报列表,新的在前 / claims, newest first."""
    show_rows(
        table,
        {"scheme": district, "state": state, "member": member},
        answer=ClaimSchema,
        line=lambda row: (
            f"{row['id']}  {row['state']:<9}  {row['day']}  {row['member']}  {row['item']}  {row['hundredths'] / 100:g}"
        ),
        limit=limit,
        after=after,
        as_json=as_json,
    )


@claims.command("new")
def new_claim(
    member: Member,
    item: Annotated[str, typer.Argument(help="积分项目 / the scoring item")],
    district: District,
    day: Annotated[str, typer.Option("--day", help="哪一天,如 2026-03-01 / on which day")],
    amount: Annotated[
        float,
        typer.Option("--amount", min=0.01, max=10_000, help="数量(小时、次…) / how many of the item's unit"),
    ] = 1,
    assessor: Annotated[
        Literal["self", "peer", "organisation"],
        typer.Option("--assessor", help="自评、互评、组织评 / who says so"),
    ] = "organisation",
    evidence: Annotated[
        list[Path] | None,
        typer.Option("--evidence", help="佐证文件,只记指纹 / files; only their hash is kept"),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="佐证种类 / kind of the evidence")] = "photo",
    note: Annotated[str, typer.Option("--note", help="说明 / note")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """代为申报 / enter a claim."""

    def run(unit: PointsUnit, tools: Tools) -> Any:
        given = {
            "member": member,
            "item": item,
            "day": day,
            "hundredths": round(amount * 100),
            "assessor": assessor,
            "evidence": evidence_of(evidence or [], kind=kind),
            "note": note,
        }
        values = checked(ClaimBody, given)
        values["evidence"] = tuple(values["evidence"])
        saying = handlers.Saying(scheme=district, by=by(), **values)
        return handlers.submit(unit, saying, rules=tools.rules)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [made.id], answer=ClaimSchema)


@claims.command()
def review(
    claim: Annotated[str, typer.Argument(help="申报编号 / the claim's id")],
    district: District,
    approve: Annotated[bool, typer.Option("--approve/--reject", help="通过或退回 / is it right?")],
    amount: Annotated[
        float | None,
        typer.Option(
            "--amount", min=0, max=10_000, help="核定数量 / how much was found, if not what was claimed"
        ),
    ] = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """审核申报 / review a claim."""
    if amount is not None and not approve:
        typer.echo(str(Invalid("退回时不写数量", "a claim that is rejected has no amount")), err=True)
        raise typer.Exit(2)

    def run(unit: PointsUnit, tools: Tools) -> Any:
        hundredths = None if amount is None else round(amount * 100)
        values = checked(ReviewBody, {"approve": approve, "hundredths": hundredths, "reason": reason})
        reviewed, award = handlers.review(unit, claim, scheme=district, by=by(), rules=tools.rules, **values)
        return {"claim": reviewed, "award": award}

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: _booked(made["award"]), answer=ReviewAnswer)


def _booked(award: domain.Award | None) -> list[str]:
    """What came of a review, and what a cap cut off."""
    if award is None:
        return ["已退回,不记分 / rejected, nothing is booked"]
    booked, asked = domain.points(award.tenths), domain.points(award.asked)
    if award.tenths == award.asked:
        return [f"记 {booked} 分 / {booked} points are booked"]
    return [f"记 {booked} 分:应得 {asked},已到封顶 / {booked} of {asked} points are booked, a cap is reached"]


points.command("review")(review)  # as it was called before there was a group
