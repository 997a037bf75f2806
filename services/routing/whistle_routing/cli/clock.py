"""
``whistle clock …``: deadlines, listed, explained, paused, extended and reckoned anew.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from whistle.calendar.explaining import moment_zh
from whistle.contracts.timing import KIND_WORDS, Span
from whistle.errors import Invalid, NotFound
from whistle.ids import read_case_number
from whistle.plugins.loader import load_packs
from whistle_routing import handlers
from whistle_routing.cli.opening import AsJson, Opened, group, opened, reading
from whistle_routing.domain import OPEN, Clock
from whistle_routing.handlers import Explained
from whistle_routing.schemas import ClockAnswer, ClockPage, ExplainedClock
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

clock = group("时限:列出、解释、暂停、延期、重算 / deadlines: list, explain, pause, extend, recompute")

No = Annotated[str, typer.Argument(help="受理编号 / the case number, e.g. 26-00421-7")]
By = Annotated[str, typer.Option("--by", help="经手人 / who does it")]
Reason = Annotated[str, typer.Option("--reason", help="事由 / why")]
PartyOption = Annotated[str, typer.Option("--party", help="只此单位 / this party only")]
_WORDS = {
    "running": "计时中",
    "extended": "已延期",
    "warned": "黄牌",
    "overdue": "红牌",
    "paused": "已暂停",
    "stopped": "已停止",
}


@clock.command("list")
def list_clocks(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "",
    state: Annotated[str, typer.Option("--state", help=f"状态 / one of {', '.join(OPEN)}")] = "",
    due: Annotated[str, typer.Option("--due", help="此时之前到期 / due before, e.g. 2026-10-13")] = "",
    after: Annotated[str, typer.Option("--after", help="在此时限之后 / behind the clock of this id")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出未停的时限,先到期的在前 / list open clocks, the first due first."""
    if state and state not in OPEN:
        raise Invalid(
            f"没有状态 {state!r},可用:{', '.join(OPEN)}", f"no state {state!r}; known: {', '.join(OPEN)}"
        )
    with reading() as unit:
        found = unit.list_clocks(
            reach=Reach(districts=[district] if district else None),
            state=state or None,
            due_before=_moment(due) if due else None,
            after=unit.clocks.get(after) if after else None,
            limit=limit,
        )
    if as_json:
        following = found[-1].id if len(found) == limit else None
        print(json.dumps(ClockPage().dump({"clocks": found, "next": following}), ensure_ascii=False))
        return
    for one in found:
        print(_line(one))


@clock.command()
def explain(no: No, as_json: AsJson = False) -> None:
    """逐步说明一件诉求的每个时限 / explain every deadline of a case, step by step."""
    with opened() as here, here.database.read() as unit:
        tools = _tools(here)
        found = [handlers.explain_clock(unit, one, tools=tools) for one in _clocks(unit, no)]
    if as_json:
        print(json.dumps(ExplainedClock(many=True).dump(found), ensure_ascii=False))
        return
    for one in found:
        _print_explained(one)


@clock.command()
def pause(no: No, by: By, reason: Reason, party: PartyOption = "", as_json: AsJson = False) -> None:
    """补办:等材料时暂停计时 / let the handling clocks of a case stand still while papers are missing."""
    with _changing() as (unit, tools):
        moved = [
            handlers.pause_clock(unit, one, by=by, reason=reason, tools=tools)
            for one in _handling(unit, no, party)
        ]
    _print_moved(moved, as_json=as_json)


@clock.command()
def resume(no: No, by: By, reason: Reason, party: PartyOption = "", as_json: AsJson = False) -> None:
    """材料补齐,恢复计时 / let them run again."""
    with _changing() as (unit, tools):
        moved = [
            handlers.resume_clock(unit, one, by=by, reason=reason, tools=tools)
            for one in _handling(unit, no, party)
        ]
    _print_moved(moved, as_json=as_json)


@clock.command()
def extend(
    no: No,
    span: Annotated[str, typer.Argument(help='时长,如 "5 个工作日" / how much, e.g. "5 working days"')],
    by: By,
    approved_by: Annotated[str, typer.Option("--approved-by", help="批准人 / who approved it")],
    reason: Reason,
    party: PartyOption = "",
    as_json: AsJson = False,
) -> None:
    """经批准延期 / grant more time, with approval."""
    length = Span.parse(span)
    if length is None:
        raise Invalid(
            f'时长 {span!r} 应写作 "5 个工作日" 或 "24 小时"',
            f'{span!r} must look like "5 working days" or "24 hours"',
        )
    with _changing() as (unit, tools):
        moved = [
            handlers.extend_clock(
                unit, one, length, by=by, approved_by=approved_by, reason=reason, tools=tools
            )
            for one in _handling(unit, no, party)
        ]
    _print_moved(moved, as_json=as_json)


@clock.command()
def recompute(
    district: Annotated[str, typer.Argument(help="区,不给则全部 / a district, by default all")] = "",
    as_json: AsJson = False,
) -> None:
    """按现行日历重算未停的时限 / reckon the open clocks anew by the calendar in force."""
    counted = 0
    with opened() as here:
        tools = _tools(here)
        wanted = load_packs([district]) if district else tools.packs
        with here.database.write() as unit:
            for name in wanted:
                handlers.recompute_all(unit, name, tools=tools)
        while done := handlers.follow_calendars(tools):
            counted += done
    versions = {name: tools.timetable(name).version for name in wanted}
    if as_json:
        print(json.dumps({"looked_at": counted, "calendars": versions}))
        return
    for name, version in versions.items():
        print(f"{name}: 日历 / calendar {version}")


def _tools(here: Opened) -> Tools:
    return Tools.made(here.settings, database=here.database, clock=here.database.clock)


@contextmanager
def _changing() -> Iterator[tuple[RoutingUnit, Tools]]:
    """A unit of work that commits; the running platform publishes what it says."""
    with opened() as here:
        tools = _tools(here)
        with here.database.write() as unit:
            yield unit, tools


def _clocks(unit: RoutingUnit, typed: str) -> list[Clock]:
    no = read_case_number(typed)
    found = unit.clocks_of(no) if no else []
    if not found:
        raise NotFound(f"诉求 {typed} 没有时限", f"case {typed} has no clocks")
    return found


def _handling(unit: RoutingUnit, no: str, party: str) -> list[Clock]:
    """The handling clocks of a case that have not stopped."""
    found = [
        one
        for one in _clocks(unit, no)
        if one.kind == "handle" and one.state != "stopped" and party in ("", one.party)
    ]
    if not found:
        raise NotFound(
            f"诉求 {no} 没有未停的办理时限", f"case {no} has no handling clock that has not stopped"
        )
    return found


def _moment(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"时间 {text!r} 应写作 2026-10-13", f"{text!r} must look like 2026-10-13") from None
    return at if at.tzinfo else at.astimezone()


def _line(one: Clock) -> str:
    zh, en = KIND_WORDS[one.kind]
    unsure = " 暂定/provisional" if one.provisional else ""
    return (
        f"{one.case_no:<12} {one.district:<10} {one.party:<20} {zh}/{en:<13} {_WORDS[one.state]}/{one.state:<9} "
        f"{moment_zh(one.due_at)}{unsure}"
    )


def _print_explained(one: Explained) -> None:
    print(_line(one.clock))
    for step in one.steps:
        print(f"  - {step}")


def _print_moved(moved: list[Clock], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(ClockAnswer(many=True).dump(moved), ensure_ascii=False))
        return
    for one in moved:
        print(_line(one))
