"""
The group of the commands about whistles, its arguments and options, and how they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from whistle.auth import Principal
from whistle.errors import Invalid, NotFound
from whistle.ids import read_case_number
from whistle_routing.cli.opening import group, opened, print_json
from whistle_routing.domain import Job, Whistle
from whistle_routing.handlers.whistling.viewing import view_whistle
from whistle_routing.publications import CLASS_WORDS
from whistle_routing.schemas.whistles import WhistleAnswer
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

blow = group(
    "吹哨:吹响、审批、召集、评价、否决、考核、会商、公布 / whistles: blow, approve, judge, consult, publish"
)

No = Annotated[str, typer.Argument(help="受理编号 / the case number, e.g. 26-00421-7")]
Ident = Annotated[str, typer.Argument(help="哨令编号 / id of the whistle, see whistle blow list")]
PartyArgument = Annotated[str, typer.Argument(help="单位 / the party")]
By = Annotated[str, typer.Option("--by", help="经手人 / who does it")]
Reason = Annotated[str, typer.Option("--reason", help="事由 / why")]
Comment = Annotated[str, typer.Option("--comment", help="评语 / in words")]
STATE_WORDS = {
    "requested": "待批准",
    "declined": "未获批准",
    "blown": "已吹响",
    "closed": "已办结",
}
PARTY_STATES = {
    "sent": "未签收",
    "signed": "已签收",
    "arrived": "已到场",
    "reported": "已上报",
    "accepted": "已认可",
    "returned": "已退回",
    "released": "已撤离",
}


@contextmanager
def changing() -> Iterator[tuple[RoutingUnit, Tools]]:
    """A unit of work that commits; the running platform publishes what it says."""
    with opened() as here:
        tools = Tools.made(here.settings, database=here.database, clock=here.database.clock)
        with here.database.write() as unit, unit.step():
            yield unit, tools


def somebody(by: str, role: str = "admin") -> Principal:
    """
    Whoever sits at this machine acts for ``by``, in any place.

    Raises:
        Invalid: nobody is named.
    """
    if not by.strip():
        raise Invalid("--by 须写明经手人", "--by must name who does it")
    return Principal(sub=by.strip()[:200], role=role, scope="*")


def find_case(unit: RoutingUnit, typed: str) -> Job:
    """
    Raises:
        NotFound: routing has no such case.
    """
    job = unit.jobs.get(read_case_number(typed) or typed)
    if job is None:
        raise NotFound(f"没有诉求 {typed}", f"there is no case {typed}")
    return job


def find_whistle(unit: RoutingUnit, ident: str) -> Whistle:
    """
    Raises:
        NotFound: no such whistle.
    """
    found = unit.whistles.get(ident)
    if found is None:
        raise NotFound(f"没有哨令 {ident},见 whistle blow list", f"there is no whistle {ident}")
    return found


def print_whistle(unit: RoutingUnit, whistle: Whistle, *, as_json: bool, steps: bool = False) -> None:
    """The whistle with its responders, for a person or as JSON."""
    shown = view_whistle(unit, whistle, steps=steps, code=True)
    if as_json:
        print_json(WhistleAnswer().dump(shown))
        return
    print(line(whistle))
    for one in shown["responders"]:
        role = "主办/lead" if one["role"] == "lead" else "协办/co"
        score = f"  {one['score']} 分" if one.get("score") is not None else ""
        state = PARTY_STATES.get(one["state"], one["state"])
        print(f"  {one['party']:<24} {role:<10} {state}/{one['state']}{score}")
    if whistle.state == "blown":
        print(f"  到场码 / code on the spot: {whistle.code}")


def line(whistle: Whistle) -> str:
    """A whistle in one line."""
    zh, _ = CLASS_WORDS.get(whistle.whistle_class, (whistle.whistle_class, ""))
    state = STATE_WORDS[whistle.state]
    return (
        f"{whistle.id}  {whistle.case_no:<12} {whistle.district:<10} {zh}/{whistle.whistle_class:<7} "
        f"{state}/{whistle.state:<9} {whistle.by or '(rules)'}"
    )
