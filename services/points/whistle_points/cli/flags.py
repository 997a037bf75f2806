"""
``whistle points flags …``: what looks wrong, and what somebody makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import typer

from whistle_points import domain, handlers
from whistle_points.cli.app import (
    After,
    AsJson,
    District,
    DryRun,
    Limit,
    Reason,
    act,
    by,
    checked,
    database,
    points,
    show,
    show_rows,
    told,
)
from whistle_points.domain.flags import KINDS
from whistle_points.schemas.flags import FlagQuery, FlagSchema, JudgementBody
from whistle_points.store import PointsUnit
from whistle_points.store.tables import flags as table
from whistle_points.tools import Tools

flags = typer.Typer(help="防弊提示 / what looks wrong", no_args_is_help=True, rich_markup_mode=None)
points.add_typer(flags, name="flags")

Number = Annotated[str, typer.Argument(help="提示编号 / the flag's id")]
State = Literal["open", "upheld", "dismissed"]
STATES: Mapping[str, str] = {
    "open": "待认定 / open",
    "upheld": "属实 / upheld",
    "dismissed": "不属实 / dismissed",
}


@flags.command("list")
def list_flags(
    district: District,
    state: Annotated[State, typer.Option("--state", help="状态 / state")] = "open",
    kind: Annotated[str | None, typer.Option("--kind", help="种类,如 same-evidence / of one kind")] = None,
    limit: Limit = 50,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """防弊提示,新的在前;默认只列待认定的 / flags, newest first; by default those still to be judged."""
    with told():
        asked = checked(FlagQuery, {"state": state, "kind": kind})
    show_rows(
        table,
        {"scheme": district, "state": asked["state"], "kind": asked["kind"]},
        answer=FlagSchema,
        line=_line,
        limit=limit,
        after=after,
        as_json=as_json,
    )


@flags.command("show")
def show_flag(number: Number, district: District, as_json: AsJson = False) -> None:
    """一条提示和它的依据 / one flag and the figures behind it."""
    with told(), database() as found, found.read() as unit:
        flag = handlers.find_flag(unit, number, scheme=district)
        facts = [f"  {name}  {_fact(value)}" for name, value in flag.facts.items()]
        judged = [f"  {flag.judged_by}  {flag.reason}"] if flag.judged_by else []
        show(FlagSchema().dump(flag), as_json=as_json, lines=[_line(vars(flag)), *facts, *judged])


@flags.command("judge")
def judge(
    number: Number,
    district: District,
    uphold: Annotated[bool, typer.Option("--uphold/--dismiss", help="属实或不属实 / is it so?")],
    reason: Reason,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """认定一条提示;不会因此自动扣分 / judge a flag; nothing is booked by it."""

    def run(unit: PointsUnit, _tools: Tools) -> Any:
        outcome = "upheld" if uphold else "dismissed"
        values = checked(JudgementBody, {"outcome": outcome, "reason": reason})
        return handlers.judge(unit, number, scheme=district, by=by(), **values)

    act(run, dry_run=dry_run, as_json=as_json, lines=lambda made: [_line(vars(made))], answer=FlagSchema)


def _line(flag: Mapping[str, Any]) -> str:
    day = f"{flag['found_at'].astimezone(domain.CHINA):%Y-%m-%d %H:%M}"
    who = " ".join(flag["members"])
    return f"{flag['id']}  {day}  {STATES[flag['state']]}  {' / '.join(KINDS[flag['kind']])}  {who}"


def _fact(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
