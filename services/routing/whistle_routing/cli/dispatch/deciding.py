"""
Deciding what waits, and recalling what was sent by mistake; the running platform tells whom it concerns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from whistle.calendar.days import CHINA
from whistle.errors import NotFound
from whistle_routing.cli.dispatch.looking import KINDS, dispatch, line_of
from whistle_routing.cli.opening import AsJson, opened, print_json, read_day
from whistle_routing.domain import Plea
from whistle_routing.handlers.returning.extending import decide_extension
from whistle_routing.handlers.returning.giving_back import decide_return
from whistle_routing.handlers.returning.precedents import Equal, Ruling
from whistle_routing.handlers.returning.recalling import recall as recall_dispatch
from whistle_routing.handlers.returning.ruling import rule as rule_upon
from whistle_routing.schemas import DispatchAnswer
from whistle_routing.schemas.returns import PleaAnswer
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

Ident = Annotated[str, typer.Argument(help="请示编号,见 whistle dispatch pleas / the plea's id")]
By = Annotated[str, typer.Option("--by", help="决定人 / who decides")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]
To = Annotated[str, typer.Option("--to", help="改派单位,不给则按规则 / to whom; by default as the rules say")]


@dispatch.command()
def accept(ident: Ident, by: By, reason: Reason, to: To = "", as_json: AsJson = False) -> None:
    """退单成立,改派 / accept a return: the case goes to another."""
    with _changing() as (unit, tools):
        done = decide_return(
            unit, _plea(unit, ident, "return"), grant=True, by=by, reason=reason, to=to, tools=tools
        )
    _say(done, as_json=as_json)


@dispatch.command()
def decline(ident: Ident, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """退单不成立,派单有效 / decline a return: the dispatch stands."""
    with _changing() as (unit, tools):
        done = decide_return(
            unit, _plea(unit, ident, "return"), grant=False, by=by, reason=reason, tools=tools
        )
    _say(done, as_json=as_json)


@dispatch.command()
def rule(
    ident: Ident,
    party: Annotated[str, typer.Argument(help="由谁办理 / who has the case from now on")],
    by: By,
    reason: Reason,
    category: Annotated[
        str | None,
        typer.Option("--category", help="先例的类别,默认本件的 / of equal cases; by default this one's"),
    ] = None,
    keyword: Annotated[
        list[str] | None,
        typer.Option("--keyword", help="先例的关键词,可多次 / words of equal cases, repeatable"),
    ] = None,
    place_kind: Annotated[
        str, typer.Option("--place-kind", help="先例的地点类型 / kind of place, e.g. compound")
    ] = "",
    until: Annotated[str, typer.Option("--until", help="先例失效日期 / the precedent ends on this day")] = "",
    once: Annotated[bool, typer.Option("--once", help="不作先例 / for this case only")] = False,
    as_json: AsJson = False,
) -> None:
    """裁定由谁办理,并成为先例 / rule who has a case; the ruling becomes a precedent."""
    equal = Equal(category=category, keywords=tuple(keyword) if keyword else None, place_kind=place_kind)
    day = read_day(until, "--until")
    ruling = Ruling(
        party=party,
        reason=reason,
        by=by,
        equal=None if once else equal,
        until=dt.datetime.combine(day, dt.time(), CHINA) if day else None,
    )
    with _changing() as (unit, tools):
        done = rule_upon(unit, _plea(unit, ident, "ruling"), ruling, tools=tools)
    _say(done, as_json=as_json)


@dispatch.command()
def grant(ident: Ident, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """批准延期 / grant more time."""
    _extension(ident, by, reason, granted=True, as_json=as_json)


@dispatch.command()
def refuse(ident: Ident, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """不批准延期 / do not grant more time."""
    _extension(ident, by, reason, granted=False, as_json=as_json)


@dispatch.command()
def recall(
    ident: Annotated[str, typer.Argument(help="派单号 / the dispatch's id")],
    by: By,
    reason: Reason,
    to: To = "",
    as_json: AsJson = False,
) -> None:
    """撤回误派的单 / take back what was sent by mistake."""
    with _changing() as (unit, tools):
        found = unit.dispatches.get(ident)
        if found is None:
            raise NotFound(f"没有派单 {ident}", f"there is no dispatch {ident}")
        done = recall_dispatch(unit, found, by=by, reason=reason, to=to, tools=tools)
    if as_json:
        print_json(DispatchAnswer().dump(done))
        return
    print(f"{done.id}  {done.party}  已撤回 / recalled")


def _extension(ident: str, by: str, reason: str, *, granted: bool, as_json: bool) -> None:
    with _changing() as (unit, tools):
        plea = _plea(unit, ident, "extension")
        done = decide_extension(unit, plea, grant=granted, by=by, reason=reason, tools=tools)
    _say(done, as_json=as_json)


@contextmanager
def _changing() -> Iterator[tuple[RoutingUnit, Tools]]:
    """A unit of work that commits; the running platform publishes what it says."""
    with opened() as here:
        tools = Tools.made(here.settings, database=here.database, clock=here.database.clock)
        with here.database.write() as unit:
            yield unit, tools


def _plea(unit: RoutingUnit, ident: str, kind: str) -> Plea:
    found = unit.pleas.get(ident)
    if found is None or found.kind != kind:
        zh, en = KINDS[kind]
        raise NotFound(
            f"没有编号为 {ident} 的{zh},可用 whistle dispatch pleas 查看",
            f"there is no {en} {ident}; whistle dispatch pleas lists them",
        )
    return found


def _say(done: Plea, *, as_json: bool) -> None:
    if as_json:
        print_json(PleaAnswer().dump(done))
        return
    print(line_of(done))
