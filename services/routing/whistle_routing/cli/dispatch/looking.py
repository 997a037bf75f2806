"""
What is at work and what waits to be decided.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.calendar.explaining import moment_zh
from whistle.errors import Invalid, NotFound
from whistle.ids import read_case_number
from whistle_routing.api.dispatches import show_dispatches
from whistle_routing.cli.opening import AsJson, group, opened, print_json, reading
from whistle_routing.domain import WORDS, Plea
from whistle_routing.schemas import DispatchPage
from whistle_routing.schemas.returns import PleaPage
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

dispatch = group(
    "派单:查看、审核退单、裁定、延期、撤回、先例 / dispatches: show, review, rule, extend, recall, precedents"
)

KINDS = {
    "return": ("退单审核", "return"),
    "ruling": ("裁定", "ruling"),
    "extension": ("延期", "extension"),
}
STATES = ("open", "granted", "declined", "withdrawn", "all")


@dispatch.command()
def show(
    no: Annotated[str, typer.Argument(help="受理编号 / the case number, e.g. 26-00421-7")],
    as_json: AsJson = False,
) -> None:
    """一件诉求的首办单位、退单次数和每个派单 / who owns a case, how often it was returned, and its dispatches."""
    known = read_case_number(no)
    with opened() as here:
        tools = Tools.made(here.settings, database=here.database, clock=here.database.clock)
        with here.database.read() as unit:
            found = unit.dispatches_of(known) if known else []
            if not found:
                raise NotFound(f"诉求 {no} 没有派单", f"case {no} has no dispatches")
            shown = show_dispatches(unit, found, tools=tools)
    if as_json:
        print_json(DispatchPage().dump({"dispatches": shown, "next": None}))
        return
    print(f"首办 / owner: {shown[-1]['owner']}    退单 / returns: {shown[-1]['hops']}")
    for one in shown:
        bound = {"ruled": " 裁定/ruled", "declined": " 退单不成立/declined"}.get(one["bound"] or "", "")
        print(
            f"{one['id']}  {one['party']:<20} {one['role']:<4} {WORDS[one['state']]}/{one['state']:<9} "
            f"{moment_zh(one['due_at'])}{bound}"
        )


@dispatch.command()
def pleas(
    kind: Annotated[str, typer.Option("--kind", help=f"类别 / one of {', '.join(KINDS)}")] = "",
    state: Annotated[str, typer.Option("--state", help=f"状态 / one of {', '.join(STATES)}")] = "open",
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "",
    after: Annotated[str, typer.Option("--after", help="在此编号之后 / behind this id")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """待决定的退单、裁定、延期 / what waits to be decided: returns, rulings, extensions."""
    for value, known in ((kind, tuple(KINDS)), (state, STATES)):
        if value and value not in known:
            words = ", ".join(known)
            raise Invalid(f"没有 {value!r},可用:{words}", f"no {value!r}; known: {words}")
    with reading() as unit:
        found = unit.list_pleas(
            reach=Reach(districts=[district] if district else None),
            kind=kind or None,
            state=None if state == "all" else state,
            case_no=None,
            decider=None,
            after=after,
            limit=limit,
        )
    if as_json:
        print_json(PleaPage().dump({"pleas": found, "next": found[-1].id if len(found) == limit else None}))
        return
    for one in found:
        print(line_of(one))


def line_of(one: Plea) -> str:
    """A plea in one line."""
    zh, en = KINDS[one.kind]
    due = f" 应于/due {moment_zh(one.due_at)}" if one.due_at else ""
    asked = f" {one.span.zh}" if one.span else ""
    hint = f" 建议/suggested {one.suggested}" if one.suggested else ""
    return (
        f"{one.id}  {one.case_no:<12} {one.district:<10} {zh}/{en:<9} {one.state:<9} "
        f"{one.party} → {one.decider}{asked}{due}{hint}  {one.reason}"
    )
