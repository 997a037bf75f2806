"""
Blowing a whistle, asking for approval, carrying a case upward.
"""

from __future__ import annotations

from typing import Annotated, Literal, cast

import typer

from whistle.contracts.plugin import LEVELS, Level
from whistle.errors import Invalid
from whistle.plugins.whistle_terms import BLOWERS
from whistle_routing.cli.blow.arguments import (
    By,
    Ident,
    No,
    Reason,
    blow,
    changing,
    find_case,
    find_whistle,
    print_whistle,
    somebody,
)
from whistle_routing.cli.opening import AsJson, print_json
from whistle_routing.handlers.whistling import blowing, escalating
from whistle_routing.handlers.whistling.wishes import Wish

Class = Annotated[str, typer.Option("--class", help=f"类别 / one of {', '.join(LEVELS)}")]


@blow.command()
def start(
    no: No,
    lead: Annotated[str, typer.Option("--lead", help="主办单位 / who leads")],
    by: By,
    reason: Reason,
    with_: Annotated[list[str] | None, typer.Option("--with", help="协办单位,可多次 / who joins")] = None,
    class_: Class = "daily",
    role: Annotated[
        str, typer.Option("--as", help=f"以何角色 / in which role: {', '.join(BLOWERS)}")
    ] = "street",
    within: Annotated[str, typer.Option("--within", help='办理时限 / e.g. "2 个工作日"')] = "",
    as_json: AsJson = False,
) -> None:
    """在一件诉求上吹哨(需要审批的先申请) / blow a whistle on a case, or ask for approval."""
    _known(class_, LEVELS, "--class")
    _known(role, BLOWERS, "--as")
    wish = Wish(
        whistle_class=cast("Level", class_),
        lead=lead,
        co_handlers=tuple(with_ or ()),
        reason=reason,
        within=within or None,
    )
    with changing() as (unit, tools):
        who = somebody(by, role)
        blown = blowing.blow_whistle(unit, find_case(unit, no), wish, who=who, tools=tools)
        print_whistle(unit, blown, as_json=as_json)


@blow.command()
def approve(ident: Ident, by: By, reason: Reason = "", as_json: AsJson = False) -> None:
    """批准吹哨 / allow what somebody wants to blow."""
    _decide("approve", ident, by, reason, as_json=as_json)


@blow.command()
def decline(ident: Ident, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """不予批准,并说明理由 / do not allow it, and say why."""
    _decide("decline", ident, by, reason, as_json=as_json)


@blow.command()
def escalate(no: No, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """登记入册,报上级研讨,由区县规则决定下一步(S3-10) / carry a case upward."""
    with changing() as (unit, _tools):
        job = find_case(unit, no)
        escalating.escalate_case(unit, job, who=somebody(by), reason=reason)
    if as_json:
        print_json({"case_no": job.no, "state": "pending"})
    else:
        print(f"{job.no} 已登记,等待决定 / registered, waiting for a decision")


def _decide(verb: Literal["approve", "decline"], ident: str, by: str, reason: str, *, as_json: bool) -> None:
    use = {"approve": blowing.approve_whistle, "decline": blowing.decline_whistle}[verb]
    with changing() as (unit, tools):
        decided = use(unit, find_whistle(unit, ident), who=somebody(by), reason=reason, tools=tools)
        print_whistle(unit, decided, as_json=as_json)


def _known(value: str, known: tuple[str, ...], option: str) -> None:
    if value not in known:
        words = ", ".join(known)
        raise Invalid(f"{option} 应为 {words} 之一:{value}", f"{option} must be one of {words}: {value}")
