"""
What whoever blew may do: summon, release, veto, evaluate, assess, close, and call a joint consultation.
"""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from whistle.contracts.whistles import Grade, Verdict
from whistle.errors import Invalid
from whistle_routing.cli.blow.arguments import (
    By,
    Comment,
    Ident,
    PartyArgument,
    Reason,
    blow,
    changing,
    find_whistle,
    print_whistle,
    somebody,
)
from whistle_routing.cli.opening import AsJson, read_moment
from whistle_routing.handlers.whistling import consulting, powers, releasing

VERDICTS = ("satisfied", "basically_satisfied", "dissatisfied")
GRADES = ("excellent", "qualified", "unqualified")
Names = Annotated[list[str] | None, typer.Option("--party", help="参加单位,可多次 / a party, repeatable")]
Guests = Annotated[list[str] | None, typer.Option("--guest", help="列席者,可多次 / a guest: 律师, 专家")]


@blow.command()
def summon(ident: Ident, party: PartyArgument, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """召集:再叫一家单位 / call one more party."""
    _use(powers.summon, ident, party, by=by, as_json=as_json, reason=reason)


@blow.command()
def release(
    ident: Ident,
    party: PartyArgument,
    by: By,
    reason: Reason,
    lead: Annotated[str, typer.Option("--lead", help="主办撤离时的新主办 / who leads then")] = "",
    as_json: AsJson = False,
) -> None:
    """准予一家未办结的单位撤离,并说明理由 / let a responder go that has not reported."""
    _use(releasing.release, ident, party, by=by, as_json=as_json, reason=reason, lead=lead or None)


@blow.command()
def veto(ident: Ident, party: PartyArgument, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """否决:上报不予认可,继续办理,时限照走 / do not accept a report."""
    _use(powers.veto, ident, party, by=by, as_json=as_json, reason=reason)


@blow.command()
def evaluate(
    ident: Ident,
    party: PartyArgument,
    score: Annotated[int, typer.Argument(min=0, max=100, help="分数 / 0 to 100")],
    by: By,
    verdict: Annotated[str, typer.Option("--verdict", help=f"/ one of {', '.join(VERDICTS)}")] = "satisfied",
    comment: Comment = "",
    as_json: AsJson = False,
) -> None:
    """评价一家单位,同时认可其上报 / judge one responder's part, and accept its report."""
    _known(verdict, VERDICTS)
    said = {"score": score, "verdict": cast("Verdict", verdict), "comment": comment}
    _use(powers.evaluate, ident, party, by=by, as_json=as_json, **said)


@blow.command()
def assess(
    ident: Ident,
    party: PartyArgument,
    grade: Annotated[str, typer.Argument(help=f"等次 / one of {', '.join(GRADES)}")],
    by: By,
    comment: Comment = "",
    as_json: AsJson = False,
) -> None:
    """考核:哨令办结后给一家单位定等次,一次为准 / the final word about one responder."""
    _known(grade, GRADES)
    _use(powers.assess, ident, party, by=by, as_json=as_json, grade=cast("Grade", grade), comment=comment)


@blow.command()
def close(ident: Ident, by: By, as_json: AsJson = False) -> None:
    """办结哨令;有单位未上报则不允许 / end it; refused while somebody has not reported."""
    with changing() as (unit, tools):
        closed = releasing.close_whistle(unit, find_whistle(unit, ident), who=somebody(by), tools=tools)
        print_whistle(unit, closed, as_json=as_json)


@blow.command()
def consult(
    ident: Ident,
    at: Annotated[str, typer.Option("--at", help='时间 / when, e.g. "2026-11-24 14:00"')],
    place: Annotated[str, typer.Option("--place", help="地点 / where")],
    subject: Annotated[str, typer.Option("--subject", help="议题 / about what")],
    by: By,
    party: Names = None,
    guest: Guests = None,
    as_json: AsJson = False,
) -> None:
    """召集联合会商(S4-21) / call a joint consultation."""
    invitation = consulting.Invitation(
        parties=tuple(party or ()),
        guests=tuple(guest or ()),
        meet_at=read_moment(at),
        place=place,
        subject=subject,
    )
    with changing() as (unit, tools):
        whistle, who = find_whistle(unit, ident), somebody(by)
        consulting.call_consultation(unit, whistle, invitation, who=who, tools=tools)
        print_whistle(unit, whistle, as_json=as_json)


@blow.command()
def hold(
    ident: Ident,
    consultation: Annotated[str, typer.Argument(help="会商编号 / id of the consultation")],
    minutes: Annotated[str, typer.Option("--minutes", help="纪要 / what was said")],
    decision: Annotated[str, typer.Option("--decision", help="决定 / what was decided")],
    by: By,
    present: Annotated[list[str] | None, typer.Option("--present", help="到会者,可多次 / who came")] = None,
    also: Annotated[list[str] | None, typer.Option("--summon", help="决定加叫的单位 / whom it calls")] = None,
    as_json: AsJson = False,
) -> None:
    """记录联合会商的纪要与决定 / record what it said and decided."""
    held = consulting.Minutes(
        present=tuple(present or ()), minutes=minutes, decision=decision, summon=tuple(also or ())
    )
    with changing() as (unit, tools):
        whistle, who = find_whistle(unit, ident), somebody(by)
        consulting.hold_consultation(unit, whistle, consultation, held, who=who, tools=tools)
        print_whistle(unit, whistle, as_json=as_json)


def _use(power: Any, ident: str, party: str, *, by: str, as_json: bool, **said: Any) -> None:
    with changing() as (unit, tools):
        whistle = find_whistle(unit, ident)
        power(unit, whistle, party, who=somebody(by), tools=tools, **said)
        print_whistle(unit, unit.whistles.get(ident) or whistle, as_json=as_json)


def _known(value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        words = ", ".join(known)
        raise Invalid(f"应为 {words} 之一:{value}", f"must be one of {words}: {value}")
